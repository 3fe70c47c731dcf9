/// A tar archive (POSIX ustar) in memory: a few small files to be put into a container.
public struct TarArchive: Sendable {
  private var blocks: [UInt8] = []

  /// An empty archive.
  public init() {}

  /// Adds a directory. `path` is relative, at most 100 bytes.
  public mutating func addDirectory(_ path: String, mode: Int) throws(EngineError) {
    blocks += try TarArchive.header(path + "/", size: 0, mode: mode, type: UInt8(ascii: "5"))
  }

  /// Adds a file, owned by root. `path` is relative, at most 100 bytes.
  public mutating func addFile(_ path: String, contents: [UInt8], mode: Int) throws(EngineError) {
    blocks += try TarArchive.header(path, size: contents.count, mode: mode, type: UInt8(ascii: "0"))
    blocks += contents
    let rest = contents.count % 512
    if rest != 0 { blocks += [UInt8](repeating: 0, count: 512 - rest) }
  }

  /// The archive, ended by two empty blocks.
  public func bytes() -> [UInt8] { blocks + [UInt8](repeating: 0, count: 1024) }

  /// One header block: name 0–99, mode 100, uid 108, gid 116, size 124, mtime 136, checksum 148, type 156, magic 257.
  private static func header(_ path: String, size: Int, mode: Int, type: UInt8) throws(EngineError) -> [UInt8] {
    let name = Array(path.utf8)
    guard name.count <= 100, !name.isEmpty, !path.hasPrefix("/"), size < 1 << 33 else {
      throw EngineError(.badEndpoint, "'\(path)' can't be put into an archive")
    }
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ bytes: [UInt8], at offset: Int) { block.replaceSubrange(offset..<offset + bytes.count, with: bytes) }
    func octal(_ value: Int, _ digits: Int) -> [UInt8] {
      let text = String(value, radix: 8)
      return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
    }
    put(name, at: 0)
    put(octal(mode, 7), at: 100)
    put(octal(0, 7), at: 108)
    put(octal(0, 7), at: 116)
    put(octal(size, 11), at: 124)
    put(octal(0, 11), at: 136)
    put(Array("        ".utf8), at: 148)
    block[156] = type
    put(Array("ustar\u{0}00".utf8), at: 257)
    let checksum = block.reduce(0) { $0 + Int($1) }
    put(octal(checksum, 6) + [0, 0x20], at: 148)
    return block
  }
}
