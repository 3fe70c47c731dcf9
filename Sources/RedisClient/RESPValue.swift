/// A value of the Redis protocol, RESP2.
public enum RESPValue: Sendable, Equatable {
  /// `+OK`
  case simple(String)
  /// `-ERR message`
  case error(String)
  /// `:1`
  case integer(Int64)
  /// `$3\r\nfoo`; any bytes.
  case bulk([UInt8])
  /// `*2…`
  case array([RESPValue])
  /// `$-1` or `*-1`
  case null

  /// The text of a simple or bulk string; nil for anything else.
  public var text: String? {
    switch self {
    case .simple(let text): text
    case .bulk(let bytes): String(decoding: bytes, as: UTF8.self)
    default: nil
    }
  }

  /// The elements of an array; nil for anything else.
  public var elements: [RESPValue]? {
    if case .array(let elements) = self { return elements }
    return nil
  }
}
