/// One header block: name 0–99, mode 100, uid 108, gid 116, size 124, mtime 136, checksum 148, type 156, link 157,
/// magic 257, prefix of the name 345–499. Numbers are octal.
struct TarHeader {
  enum Kind: UInt8 {
    case file = 0x30
    case directory = 0x35
  }

  var path: String
  var size: Int
  var mode: Int
  var uid: Int
  var gid: Int
  var type: Kind

  func block() throws(TarError) -> [UInt8] {
    guard size < 1 << 33, (0..<1 << 21).contains(uid), (0..<1 << 21).contains(gid), (0..<1 << 21).contains(mode) else {
      throw TarError(description: "a number of '\(path)' is too large for an archive")
    }
    let (prefix, name) = try split()
    var block = [UInt8](repeating: 0, count: TarArchive.blockSize)
    func put(_ bytes: [UInt8], at offset: Int) { block.replaceSubrange(offset..<offset + bytes.count, with: bytes) }
    put(name, at: 0)
    put(TarHeader.octal(mode, 7), at: 100)
    put(TarHeader.octal(uid, 7), at: 108)
    put(TarHeader.octal(gid, 7), at: 116)
    put(TarHeader.octal(size, 11), at: 124)
    put(TarHeader.octal(0, 11), at: 136)
    put(Array("        ".utf8), at: 148)
    block[156] = type.rawValue
    put(Array("ustar\u{0}00".utf8), at: 257)
    put(prefix, at: 345)
    let checksum = TarHeader.checksum(block[...])
    put(TarHeader.octal(checksum, 6) + [0, 0x20], at: 148)
    return block
  }

  /// A path of more than 100 bytes is cut at a slash: at most 155 bytes before it, 100 behind it.
  private func split() throws(TarError) -> (prefix: [UInt8], name: [UInt8]) {
    let bytes = Array(path.utf8)
    guard !bytes.isEmpty, !path.hasPrefix("/"), !bytes.contains(0) else {
      throw TarError(description: "'\(path)' is not a relative path")
    }
    if bytes.count <= 100 { return ([], bytes) }
    let slash = UInt8(ascii: "/")
    for (index, byte) in bytes.enumerated().dropLast() where byte == slash {
      if index <= 155, bytes.count - index - 1 <= 100 {
        return (Array(bytes[..<index]), Array(bytes[(index + 1)...]))
      }
    }
    throw TarError(description: "'\(path)' is too long for an archive")
  }

  private static func octal(_ value: Int, _ digits: Int) -> [UInt8] {
    let text = String(value, radix: 8)
    return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
  }

  /// Sum of all bytes, the checksum's own counted as blanks.
  static func checksum(_ block: ArraySlice<UInt8>) -> Int {
    let own = block.startIndex + 148..<block.startIndex + 156
    return block.indices.reduce(0) { $0 + (own.contains($1) ? 0x20 : Int(block[$1])) }
  }
}
