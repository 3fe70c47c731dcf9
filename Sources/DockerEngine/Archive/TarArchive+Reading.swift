extension TarArchive {
  /// A file or directory of an archive.
  public struct Entry: Sendable, Equatable {
    /// What it is.
    public enum Kind: Sendable, Equatable {
      /// A file.
      case file
      /// A directory.
      case directory
      /// A link to another path, symbolic or hard.
      case link(String)
      /// A device, a pipe.
      case other
    }

    /// Its path, without a trailing slash.
    public var path: String
    /// What it is.
    public var kind: Kind
    /// Its permissions.
    public var mode: Int
    /// Its owner.
    public var uid: Int
    /// Its group.
    public var gid: Int
    /// What is in a file.
    public var contents: [UInt8]
  }

  /// The entries of an archive, in its order: ustar, with the long names and sizes of GNU tar and of pax, as engines
  /// send them.
  public static func entries(_ archive: [UInt8]) throws(TarError) -> [Entry] {
    var reader = TarReader(rest: archive[...])
    var entries: [Entry] = []
    while let entry = try reader.next() { entries.append(entry) }
    return entries
  }
}

struct TarReader {
  var rest: ArraySlice<UInt8>
  /// What extension headers said about the entry that follows them.
  private var longPath: String?
  private var longLink: String?
  private var longSize: Int?

  init(rest: ArraySlice<UInt8>) { self.rest = rest }

  mutating func next() throws(TarError) -> TarArchive.Entry? {
    while !rest.isEmpty {
      guard rest.count >= TarArchive.blockSize else { throw TarError(description: "the archive breaks off") }
      let header = rest.prefix(TarArchive.blockSize)
      if header.allSatisfy({ $0 == 0 }) { return nil }
      guard let sum = number(header, 148, 8), sum == TarHeader.checksum(header) else {
        throw TarError(description: "a header of the archive is damaged")
      }
      guard let size = longSize ?? number(header, 124, 12), size >= 0 else {
        throw TarError(description: "a size in the archive is damaged")
      }
      rest = rest.dropFirst(TarArchive.blockSize)
      guard size <= rest.count else { throw TarError(description: "the archive breaks off") }
      let contents = rest.prefix(size)
      let padding = (TarArchive.blockSize - size % TarArchive.blockSize) % TarArchive.blockSize
      rest = rest.dropFirst(size + padding)
      switch header[header.startIndex + 156] {
      case UInt8(ascii: "L"): longPath = text(contents)
      case UInt8(ascii: "K"): longLink = text(contents)
      case UInt8(ascii: "x"): try readPax(contents)
      case UInt8(ascii: "g"): break
      case let type: return entry(type, header, contents)
      }
    }
    return nil
  }

  private mutating func entry(
    _ type: UInt8, _ header: ArraySlice<UInt8>, _ contents: ArraySlice<UInt8>
  ) -> TarArchive.Entry {
    let prefix = text(field(header, 345, 155))
    let name = text(field(header, 0, 100))
    var path = longPath ?? (prefix.isEmpty ? name : "\(prefix)/\(name)")
    if path.hasSuffix("/"), path.utf8.count > 1 { path.removeLast() }
    let link = longLink ?? text(field(header, 157, 100))
    (longPath, longLink, longSize) = (nil, nil, nil)
    let kind: TarArchive.Entry.Kind =
      switch type {
      case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): .file
      case UInt8(ascii: "5"): .directory
      case UInt8(ascii: "1"), UInt8(ascii: "2"): .link(link)
      default: .other
      }
    return TarArchive.Entry(
      path: path, kind: kind, mode: (number(header, 100, 8) ?? 0) & 0o7777, uid: number(header, 108, 8) ?? 0,
      gid: number(header, 116, 8) ?? 0, contents: kind == .file ? Array(contents) : [])
  }

  /// Records of `<length> <key>=<value>\n`, the length in decimal and of the whole record.
  private mutating func readPax(_ records: ArraySlice<UInt8>) throws(TarError) {
    var rest = records
    while let blank = rest.firstIndex(of: 0x20) {
      guard let length = Int(String(decoding: rest[..<blank], as: UTF8.self)), length <= rest.count,
        rest.startIndex + length > blank + 1
      else { throw TarError(description: "an extended header of the archive is damaged") }
      let record = rest[(blank + 1)..<(rest.startIndex + length - 1)]
      rest = rest[(rest.startIndex + length)...]
      guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let value = String(decoding: record[(equals + 1)...], as: UTF8.self)
      switch String(decoding: record[..<equals], as: UTF8.self) {
      case "path": longPath = value
      case "linkpath": longLink = value
      case "size": longSize = Int(value)
      default: break
      }
    }
  }

  private func field(_ header: ArraySlice<UInt8>, _ offset: Int, _ length: Int) -> ArraySlice<UInt8> {
    header[header.startIndex + offset..<header.startIndex + offset + length]
  }

  /// Octal digits, or GNU tar's big-endian number with the highest bit set.
  private func number(_ header: ArraySlice<UInt8>, _ offset: Int, _ length: Int) -> Int? {
    let field = field(header, offset, length)
    if let first = field.first, first & 0x80 != 0 {
      guard first == 0x80, field.dropFirst().prefix(max(0, length - 8)).allSatisfy({ $0 == 0 }) else { return nil }
      let value = field.dropFirst().suffix(7).reduce(0) { $0 << 8 | Int($1) }
      return value
    }
    let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
    return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8)
  }

  private func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}
