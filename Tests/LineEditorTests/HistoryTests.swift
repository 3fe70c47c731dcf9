import FoundationEssentials
import Glibc
import LineEditor
import Testing

@Suite struct HistoryTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "hydra-history-\(UUID().uuidString)")
  private var path: String { folder.appending(path: "deep/history").path() }

  @Test func keepsEntriesOverSessions() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let first = try History(path: path)
    try first.add("node list")
    try first.add("repeat 2 {\n  print \"a\\b\"\n}")
    #expect(try History(path: path).entries == ["node list", "repeat 2 {\n  print \"a\\b\"\n}"])
  }

  @Test func isPrivate() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try History(path: path).add("node list")
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    #expect(stat(folder.appending(path: "deep").path(), &status) == 0)
    #expect(status.st_mode & 0o777 == 0o700)
  }

  @Test func narrowsAFileThatOthersCouldRead() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try History(path: path).add("one")
    chmod(path, 0o644)
    try History(path: path).add("two")
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
  }

  @Test func keepsEachTextOnceAndTheNewestLast() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let history = try History(path: path)
    for entry in ["a", "b", "a", "a", " ", ""] { try history.add(entry) }
    #expect(history.entries == ["b", "a"])
    #expect(try History(path: path).entries == ["b", "a"])
  }

  @Test func twoShellsLoseNothingOfEachOther() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let one = try History(path: path)
    let other = try History(path: path)
    try one.add("from one")
    try other.add("from the other")
    try one.add("from one again")
    #expect(try History(path: path).entries == ["from one", "from the other", "from one again"])
  }

  @Test func manyShellsAppendAtOnce() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = path
    try await withThrowingTaskGroup(of: Void.self) { group in
      for shell in 0..<8 {
        group.addTask {
          let history = try History(path: path)
          for number in 0..<50 { try history.add("shell \(shell) line \(number)") }
        }
      }
      try await group.waitForAll()
    }
    #expect(Set(try History(path: path).entries).count == 400)
  }

  @Test func shortensTheFileWhenItHasGrownTwiceTheLimit() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let history = try History(path: path, limit: 10)
    for number in 0..<25 { try history.add("\(number)") }
    let expected = (15..<25).map(String.init)
    #expect(history.entries == expected)
    #expect(try History(path: path, limit: 10).entries == expected)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.split(separator: "\n").count == 10)
  }

  @Test func saysWhenTheFileCantBeUsed() throws {
    #expect(throws: LineEditorError.self) { try History(path: "/proc/none/history").add("a") }
  }

  @Test func followsALinkAndNeverReplacesIt() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (dotfiles, link) = (folder.appending(path: "dotfiles"), folder.appending(path: "state/history"))
    for made in [dotfiles, folder.appending(path: "state")] {
      try FileManager.default.createDirectory(at: made, withIntermediateDirectories: true)
    }
    // A relative link to a file that does not exist yet.
    #expect(symlink("../dotfiles/hydra", link.path()) == 0)
    let history = try History(path: link.path(), limit: 10)
    for number in 0..<25 { try history.add("\(number)") }
    #expect(try History(path: link.path(), limit: 10).entries == (15..<25).map(String.init))
    var status = stat()
    #expect(lstat(link.path(), &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    let text = try String(contentsOf: dotfiles.appending(path: "hydra"), encoding: .utf8)
    #expect(text.split(separator: "\n").count == 10)
    #expect(try FileManager.default.contentsOfDirectory(atPath: dotfiles.path()) == ["hydra"])
  }

  @Test func aLinkToNothingKeepsNothing() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder.appending(path: "deep"), withIntermediateDirectories: true)
    #expect(symlink("/dev/null", path) == 0)
    var before = stat()
    #expect(stat("/dev/null", &before) == 0)
    let history = try History(path: path)
    try history.add("node list")
    #expect(history.entries == ["node list"])
    #expect(try History(path: path).entries == [])
    var after = stat()
    #expect(stat("/dev/null", &after) == 0 && after.st_mode == before.st_mode)
    #expect(lstat(path, &after) == 0 && after.st_mode & S_IFMT == S_IFLNK)
  }

  @Test func aFolderThatCantBeChangedKeepsTheFileAsItIs() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let history = try History(path: path)
    for number in 0..<25 { try history.add("\(number)") }
    // In the way of the file that would replace the other.
    try FileManager.default.createDirectory(atPath: path + ".new", withIntermediateDirectories: true)
    let again = try History(path: path, limit: 10)
    #expect(again.entries == (15..<25).map(String.init))
    try again.add("25")
    #expect(try History(path: path).entries.last == "25")
  }

  @Test func survivesAnyBytes() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder.appending(path: "deep"), withIntermediateDirectories: true)
    try Data([0xFF, 0x5C, 0x0A, 0x0A, 0x00, 0x41, 0x0A, 0x5C]).write(to: URL(filePath: path))
    #expect(try History(path: path).entries.count >= 1)
  }
}
