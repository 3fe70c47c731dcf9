public import NIOCore

/// Takes RESP values out of a stream of bytes, wherever the stream is cut.
///
/// What was understood is kept between calls (a stack of the containers that are open), so that a long reply in many
/// pieces is looked at once and not from its start with each piece.
public struct RESPParser: Sendable {
  private struct Container: Sendable {
    enum Kind: Sendable { case array, map, push, attribute }
    var kind: Kind
    /// Values still to come; a map's keys and values are counted both.
    var missing: Int
    var values: [RESPValue] = []
  }

  private enum Awaited: Sendable {
    case header
    case payload(length: Int, kind: UInt8)
  }

  private let limits: RESPLimits
  private var open: [Container] = []
  private var awaited: Awaited = .header
  private var consumed = 0
  /// How far the present line was searched for its end.
  private var searched = 0

  /// A parser that refuses what exceeds `limits`.
  public init(limits: RESPLimits = RESPLimits()) { self.limits = limits }

  /// The next value, removed from `buffer`; nil when more bytes are needed. After an error the stream is unusable.
  public mutating func next(_ buffer: inout ByteBuffer) throws(RESPProtocolError) -> RESPValue? {
    while true {
      let before = buffer.readableBytes
      guard let item = try item(&buffer) else { return nil }
      consumed += before - buffer.readableBytes
      guard consumed <= limits.reply else { throw RESPProtocolError("a reply is longer than \(limits.reply) bytes") }
      if case .value(let value) = item, let whole = close(with: value) { return whole }
    }
  }

  private enum Item {
    case value(RESPValue)
    case opened
  }

  private mutating func item(_ buffer: inout ByteBuffer) throws(RESPProtocolError) -> Item? {
    if case .payload(let length, let kind) = awaited {
      return try payload(&buffer, length: length, kind: kind).map { .value($0) }
    }
    guard let line = try line(&buffer) else { return nil }
    guard let kind = line.first else { throw RESPProtocolError("a value begins with an empty line") }
    let text = String(decoding: line.dropFirst(), as: UTF8.self)
    switch kind {
    case UInt8(ascii: "$"), UInt8(ascii: "!"), UInt8(ascii: "="):
      guard let length = try length(text, most: limits.bulk) else { return .value(.null) }
      awaited = .payload(length: length, kind: kind)
      return try payload(&buffer, length: length, kind: kind).map { .value($0) }
    case UInt8(ascii: "*"), UInt8(ascii: "~"): return try begin(.array, text)
    case UInt8(ascii: ">"): return try begin(.push, text)
    case UInt8(ascii: "%"): return try begin(.map, text)
    case UInt8(ascii: "|"): return try begin(.attribute, text)
    default: return .value(try RESPParser.scalar(kind, text))
    }
  }

  private mutating func begin(_ kind: Container.Kind, _ text: String) throws(RESPProtocolError) -> Item {
    let pairs = kind == .map || kind == .attribute
    guard let count = try length(text, most: pairs ? limits.elements / 2 : limits.elements) else {
      return .value(.null)
    }
    guard open.count < limits.depth else { throw RESPProtocolError("values are nested deeper than \(limits.depth)") }
    if count == 0 {
      switch kind {
      case .array: return .value(.array([]))
      case .push: return .value(.push([]))
      case .map: return .value(.map([]))
      case .attribute: return .opened
      }
    }
    open.append(Container(kind: kind, missing: pairs ? count * 2 : count))
    return .opened
  }

  /// Puts a value where it belongs; returns the whole reply once it is complete.
  private mutating func close(with value: RESPValue) -> RESPValue? {
    var value = value
    while var top = open.popLast() {
      top.values.append(value)
      top.missing -= 1
      guard top.missing == 0 else {
        open.append(top)
        return nil
      }
      switch top.kind {
      case .array: value = .array(top.values)
      case .push: value = .push(top.values)
      case .map: value = .map(RESPParser.pairs(top.values))
      // Attributes are remarks on the value that follows them, which is the one that counts.
      case .attribute: return nil
      }
    }
    consumed = 0
    return value
  }

  private static func pairs(_ values: [RESPValue]) -> [RESPValue.Entry] {
    stride(from: 0, to: values.count - 1, by: 2).map { RESPValue.Entry(key: values[$0], value: values[$0 + 1]) }
  }
}

extension RESPParser {
  private static func scalar(_ kind: UInt8, _ text: String) throws(RESPProtocolError) -> RESPValue {
    switch kind {
    case UInt8(ascii: "+"): return .simple(text)
    case UInt8(ascii: "-"): return .error(text)
    case UInt8(ascii: ":"):
      guard let number = Int64(text) else { throw RESPProtocolError("an integer is malformed") }
      return .integer(number)
    case UInt8(ascii: "_"):
      guard text.isEmpty else { throw RESPProtocolError("a null is malformed") }
      return .null
    case UInt8(ascii: "#"):
      guard text == "t" || text == "f" else { throw RESPProtocolError("a boolean is malformed") }
      return .boolean(text == "t")
    case UInt8(ascii: ","):
      guard let number = Double(text) else { throw RESPProtocolError("a double is malformed") }
      return .double(number)
    case UInt8(ascii: "("):
      let digits = text.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
      guard !digits.isEmpty, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
        throw RESPProtocolError("a big number is malformed")
      }
      return .bigNumber(text)
    default: throw RESPProtocolError("a value begins with byte \(kind)")
    }
  }

  private mutating func payload(
    _ buffer: inout ByteBuffer, length: Int, kind: UInt8
  ) throws(RESPProtocolError) -> RESPValue? {
    guard buffer.readableBytes >= length + 2 else { return nil }
    guard let bytes = buffer.readBytes(length: length), buffer.readBytes(length: 2) == [0x0D, 0x0A] else {
      throw RESPProtocolError("a string is not followed by a line end")
    }
    awaited = .header
    switch kind {
    case UInt8(ascii: "!"): return .error(String(decoding: bytes, as: UTF8.self))
    case UInt8(ascii: "="):
      guard bytes.count >= 4, bytes[3] == UInt8(ascii: ":") else {
        throw RESPProtocolError("a verbatim string lacks its kind")
      }
      return .bulk(Array(bytes.dropFirst(4)))
    default: return .bulk(bytes)
    }
  }

  /// A length; nil for -1, which stands for null.
  private func length(_ text: String, most: Int) throws(RESPProtocolError) -> Int? {
    guard let number = Int(text), number >= -1, number <= most else {
      throw RESPProtocolError("a length is malformed or more than \(most)")
    }
    return number == -1 ? nil : number
  }

  private mutating func line(_ buffer: inout ByteBuffer) throws(RESPProtocolError) -> [UInt8]? {
    let view = buffer.readableBytesView
    guard let end = view.dropFirst(searched).firstIndex(of: 0x0A) else {
      searched = view.count
      guard searched <= limits.line + 1 else { throw RESPProtocolError("a line is longer than \(limits.line) bytes") }
      return nil
    }
    searched = 0
    let length = end - view.startIndex
    guard length <= limits.line + 1 else { throw RESPProtocolError("a line is longer than \(limits.line) bytes") }
    guard let bytes = buffer.readBytes(length: length), bytes.last == 0x0D else {
      throw RESPProtocolError("a line does not end in CR LF")
    }
    buffer.moveReaderIndex(forwardBy: 1)
    return bytes.dropLast()
  }
}
