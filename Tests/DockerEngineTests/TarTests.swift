import DockerEngine
import Testing

struct TarTests {
  private let long = String(repeating: "d", count: 90) + "/" + String(repeating: "f", count: 90)

  @Test("what is written is read again")
  func roundTrip() throws {
    var archive = TarArchive()
    try archive.addDirectory("etc/x", mode: 0o700, uid: 5, gid: 6)
    try archive.addFile("etc/x/empty", contents: [], mode: 0o644)
    try archive.addFile(long, contents: Array(0..<255) + [0], mode: 0o600)
    try archive.addFile("exact", contents: [UInt8](repeating: 7, count: 1024), mode: 0o4755, uid: 1000)
    let entries = try TarArchive.entries(archive.bytes())
    #expect(entries.map(\.path) == ["etc/x", "etc/x/empty", long, "exact"])
    #expect(entries.map(\.mode) == [0o700, 0o644, 0o600, 0o4755])
    #expect(entries.map(\.contents.count) == [0, 0, 256, 1024])
    #expect(entries[0].kind == .directory && entries[0].uid == 5 && entries[0].gid == 6)
    #expect(archive.bytes().count % 512 == 0)
  }

  @Test(
    "what has no place in an archive is refused", arguments: ["", "/etc", "a\0b", String(repeating: "x", count: 101)])
  func refused(path: String) {
    var archive = TarArchive()
    #expect(throws: TarError.self) { try archive.addFile(path, contents: [], mode: 0o644) }
  }

  @Test("long names and links of pax and of GNU tar")
  func extensions() throws {
    let name = String(repeating: "n", count: 300)
    for kind in ["x", "L"] {
      var archive = TarArchive()
      let record = " path=\(name)\n"
      let body = kind == "x" ? "\(record.count + 3)\(record)" : name + "\0"
      try archive.addFile("extension", contents: Array(body.utf8), mode: 0)
      let header = retyped(Array(archive.bytes().dropLast(1024)), to: kind)
      var rest = TarArchive()
      try rest.addFile("short", contents: [1], mode: 0o600)
      try rest.addFile("next", contents: [2], mode: 0o600)
      let entries = try TarArchive.entries(header + rest.bytes())
      #expect(entries.map(\.path) == [name, "next"])
      #expect(entries.map(\.contents) == [[1], [2]])
    }
  }

  @Test("a damaged archive is an error wherever it is cut, and never a crash")
  func damage() throws {
    var archive = TarArchive()
    try archive.addFile("a", contents: [UInt8](repeating: 1, count: 600), mode: 0o644)
    let bytes = archive.bytes()
    for cut in [1, 511, 513, 1000] {
      #expect(throws: TarError.self) { try TarArchive.entries(Array(bytes.prefix(cut))) }
    }
    // The last byte of the checksum is a blank that nobody reads.
    for offset in 0..<512 where offset != 155 {
      var wrong = bytes
      wrong[offset] ^= 0x81
      #expect(throws: TarError.self) { try TarArchive.entries(wrong) }
    }
  }

  /// The first header with another type, and its checksum.
  private func retyped(_ bytes: [UInt8], to kind: String) -> [UInt8] {
    var bytes = bytes
    bytes[156] = Array(kind.utf8)[0]
    for index in 148..<156 { bytes[index] = 0x20 }
    let sum = String(bytes[..<512].reduce(0) { $0 + Int($1) }, radix: 8)
    let padded = String(repeating: "0", count: 6 - sum.count) + sum
    bytes.replaceSubrange(148..<156, with: Array(padded.utf8) + [0, 0x20])
    return bytes
  }
}
