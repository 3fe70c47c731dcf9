import NIOCore

/// Takes RESP2 values out of a stream of bytes. Bounded: what is longer or deeper than a store of ours ever answers is
/// an error, never a trap or a growing buffer.
struct RESPDecoder: ByteToMessageDecoder {
  typealias InboundOut = RESPValue

  /// Longest string, in bytes.
  static let longestBulk = 64 << 20
  /// Most elements of one array.
  static let mostElements = 1 << 20
  /// Deepest nesting of arrays.
  static let deepest = 8
  /// Longest line, in bytes.
  static let longestLine = 64 << 10

  mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
    guard let value = try RESPDecoder.value(&buffer) else { return .needMoreData }
    context.fireChannelRead(wrapInboundOut(value))
    return .continue
  }

  /// The next value, removed from `buffer`; nil, and `buffer` as it was, when it is not complete.
  static func value(_ buffer: inout ByteBuffer) throws(RedisError) -> RESPValue? {
    var rest = buffer
    guard let value = try parse(&rest, depth: 0) else { return nil }
    buffer = rest
    return value
  }

  private static func parse(_ buffer: inout ByteBuffer, depth: Int) throws(RedisError) -> RESPValue? {
    guard depth <= deepest else { throw RedisError(.protocolViolation, "arrays are nested too deeply") }
    guard let line = try line(&buffer) else { return nil }
    guard let kind = line.first else { throw RedisError(.protocolViolation, "an empty line") }
    let text = String(decoding: line.dropFirst(), as: UTF8.self)
    switch kind {
    case UInt8(ascii: "+"): return .simple(text)
    case UInt8(ascii: "-"): return .error(text)
    case UInt8(ascii: ":"):
      guard let number = Int64(text) else { throw RedisError(.protocolViolation, "'\(text.prefix(40))' is no integer") }
      return .integer(number)
    case UInt8(ascii: "$"): return try bulk(&buffer, length: try length(text, most: longestBulk))
    case UInt8(ascii: "*"):
      return try array(&buffer, count: try length(text, most: mostElements), depth: depth)
    default: throw RedisError(.protocolViolation, "a value begins with byte \(kind)")
    }
  }

  private static func bulk(_ buffer: inout ByteBuffer, length: Int?) throws(RedisError) -> RESPValue? {
    guard let length else { return .null }
    guard buffer.readableBytes >= length + 2 else { return nil }
    let bytes = buffer.readBytes(length: length) ?? []
    guard buffer.readBytes(length: 2) == [0x0D, 0x0A] else {
      throw RedisError(.protocolViolation, "a string is not followed by a line end")
    }
    return .bulk(bytes)
  }

  private static func array(_ buffer: inout ByteBuffer, count: Int?, depth: Int) throws(RedisError) -> RESPValue? {
    guard let count else { return .null }
    var elements: [RESPValue] = []
    for _ in 0..<count {
      guard let element = try parse(&buffer, depth: depth + 1) else { return nil }
      elements.append(element)
    }
    return .array(elements)
  }

  /// A length; nil for -1, which stands for null.
  private static func length(_ text: String, most: Int) throws(RedisError) -> Int? {
    guard let number = Int(text), number >= -1, number <= most else {
      throw RedisError(.protocolViolation, "'\(text.prefix(40))' is not a length up to \(most)")
    }
    return number == -1 ? nil : number
  }

  private static func line(_ buffer: inout ByteBuffer) throws(RedisError) -> [UInt8]? {
    let view = buffer.readableBytesView
    guard let end = view.firstIndex(of: 0x0D) else {
      guard view.count <= longestLine else { throw RedisError(.protocolViolation, "a line does not end") }
      return nil
    }
    guard view.index(after: end) < view.endIndex else { return nil }
    guard view[view.index(after: end)] == 0x0A else { throw RedisError(.protocolViolation, "a line ends in a bare CR") }
    let length = end - view.startIndex
    let bytes = buffer.readBytes(length: length)
    buffer.moveReaderIndex(forwardBy: 2)
    return bytes
  }
}
