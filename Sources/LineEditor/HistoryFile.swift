import Glibc

/// A plain file with one entry a line; a line end inside an entry is written `\n`, a backslash `\\`. Several shells may
/// share it: each appends what was entered, under a lock, and it is rewritten only to shorten it. libedit's own format
/// and `H_SAVE` would let the last shell win.
///
/// The path may be a link, into a folder of settings for example: the file it leads to is the one that is written and
/// replaced, never the link. What is not a regular file holds no history: a link to `/dev/null` is how people turn it off.
struct HistoryFile: Sendable {
  /// The file itself, links followed.
  let path: String

  init(path: String) { self.path = HistoryFile.target(of: path) }

  /// The entries, oldest first.
  func load() throws -> [String] {
    guard access(path, F_OK) == 0, isRegularOrMissing else { return [] }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw LineEditorError("can't read '\(path)'", errno) }
    defer { close(descriptor) }
    return try HistoryFile.decode(contents(of: descriptor))
  }

  func append(_ entry: String) throws {
    guard isRegularOrMissing else { return }
    try locked { descriptor in try write(HistoryFile.encode(entry), to: descriptor) }
  }

  /// Rewrites the file, keeping what other shells have appended meanwhile.
  func replace(with entries: [String]) throws {
    guard isRegularOrMissing else { return }
    try locked { _ in
      let kept = Set(entries)
      let others = try load().suffix(entries.count).filter { !kept.contains($0) }
      let temporary = path + ".new"
      let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard descriptor >= 0 else { throw LineEditorError("can't write '\(temporary)'", errno) }
      defer { close(descriptor) }
      do {
        try write((entries + others).map(HistoryFile.encode).joined(), to: descriptor)
        guard rename(temporary, path) == 0 else { throw LineEditorError("can't replace '\(path)'", errno) }
      } catch {
        unlink(temporary)
        throw error
      }
    }
  }

  // MARK: Text

  static func encode(_ entry: String) -> String {
    var line = ""
    for scalar in entry.unicodeScalars {
      switch scalar {
      case "\\": line += "\\\\"
      case "\n": line += "\\n"
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line + "\n"
  }

  static func decode(_ text: String) -> [String] {
    text.unicodeScalars.split(separator: "\n").map { line in
      var entry = ""
      var escaped = false
      for scalar in line {
        if escaped {
          entry.unicodeScalars.append(scalar == "n" ? "\n" : scalar)
          escaped = false
        } else if scalar == "\\" {
          escaped = true
        } else {
          entry.unicodeScalars.append(scalar)
        }
      }
      return entry
    }
  }

  // MARK: The file

  /// Where `path` leads to. A link may lead to a file that does not exist yet, which `realpath` refuses.
  private static func target(of path: String) -> String {
    var path = path
    // As many links as the kernel follows.
    for _ in 0..<40 {
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = readlink(path, &buffer, buffer.count)
      guard count > 0 else { return path }
      let next = String(decoding: buffer[..<count].lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
      path = next.hasPrefix("/") ? next : folder + next
    }
    return path
  }

  private var isRegularOrMissing: Bool {
    var status = stat()
    return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
  }

  /// Runs `body` with the file open for appending and locked. Another shell may have put a new file in its place while
  /// this one waited for the lock; then the new one is opened.
  private func locked(_ body: (Int32) throws -> Void) throws {
    try makeFolders()
    while true {
      let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard descriptor >= 0 else { throw LineEditorError("can't write '\(path)'", errno) }
      defer { close(descriptor) }
      while flock(descriptor, LOCK_EX) != 0 {
        if errno != EINTR { throw LineEditorError("can't lock '\(path)'", errno) }
      }
      var mine = stat()
      var named = stat()
      guard fstat(descriptor, &mine) == 0 else { throw LineEditorError("can't look at '\(path)'", errno) }
      guard stat(path, &named) == 0, mine.st_ino == named.st_ino, mine.st_dev == named.st_dev else { continue }
      if mine.st_mode & 0o077 != 0 { fchmod(descriptor, 0o600) }
      return try body(descriptor)
    }
  }

  private func makeFolders() throws {
    var folder = ""
    for part in path.split(separator: "/").dropLast() {
      folder += (folder.isEmpty && !path.hasPrefix("/") ? "" : "/") + part
      if mkdir(folder, 0o700) != 0, errno != EEXIST { throw LineEditorError("can't make '\(folder)'", errno) }
    }
  }

  private func write(_ text: String, to descriptor: Int32) throws {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno != EINTR { throw LineEditorError("can't write '\(path)'", errno) }
      bytes = bytes.dropFirst(max(count, 0))
    }
  }

  private func contents(of descriptor: Int32) throws -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw LineEditorError("can't read '\(path)'", errno) }
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += chunk[..<count]
    }
  }
}
