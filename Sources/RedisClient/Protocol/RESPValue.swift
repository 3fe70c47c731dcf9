/// A value of the Redis protocol, RESP2 and RESP3.
public enum RESPValue: Sendable, Equatable {
  /// `+OK`
  case simple(String)
  /// `-ERR message`, or RESP3's `!21\r\nERR message`.
  case error(String)
  /// `:1`
  case integer(Int64)
  /// `$3\r\nfoo`, or RESP3's verbatim `=7\r\ntxt:foo` without its kind; any bytes.
  case bulk([UInt8])
  /// `*2…`, or RESP3's set `~2…`.
  case array([RESPValue])
  /// `$-1`, `*-1` or RESP3's `_`
  case null
  /// RESP3 `#t`
  case boolean(Bool)
  /// RESP3 `,3.25`
  case double(Double)
  /// RESP3 `(123…`: digits of any number, with their sign.
  case bigNumber(String)
  /// RESP3 `%1…`, in the order in which it came.
  case map([Entry])
  /// RESP3 `>2…`: not a reply to any command.
  case push([RESPValue])

  /// One key of a map and its value.
  public struct Entry: Sendable, Equatable {
    /// What the value is found by.
    public var key: RESPValue
    /// The value.
    public var value: RESPValue

    /// An entry of these two.
    public init(key: RESPValue, value: RESPValue) {
      self.key = key
      self.value = value
    }
  }

  /// The bytes of a bulk or simple string; nil for anything else.
  public var bytes: [UInt8]? {
    switch self {
    case .simple(let text): Array(text.utf8)
    case .bulk(let bytes): bytes
    default: nil
    }
  }

  /// The text of a bulk or simple string (invalid UTF-8 repaired); nil for anything else.
  public var text: String? {
    switch self {
    case .simple(let text): text
    case .bulk(let bytes): String(decoding: bytes, as: UTF8.self)
    default: nil
    }
  }

  /// The number of an integer; nil for anything else.
  public var integer: Int64? {
    if case .integer(let number) = self { return number }
    return nil
  }

  /// The elements of an array; nil for anything else.
  public var elements: [RESPValue]? {
    if case .array(let elements) = self { return elements }
    return nil
  }

  /// Whether it stands for nothing.
  public var isNull: Bool { self == .null }

  /// Keys and values: of a RESP3 map, or of the flat array that RESP2 sends instead. Nil for anything else.
  public var entries: [Entry]? {
    switch self {
    case .map(let entries): return entries
    case .array(let elements) where elements.count.isMultiple(of: 2):
      return stride(from: 0, to: elements.count, by: 2).map { Entry(key: elements[$0], value: elements[$0 + 1]) }
    default: return nil
    }
  }

  /// What kind of value it is, for messages: never what is in it.
  var kind: String {
    switch self {
    case .simple: "a simple string"
    case .error: "an error"
    case .integer: "an integer"
    case .bulk: "a string"
    case .array: "an array"
    case .null: "null"
    case .boolean: "a boolean"
    case .double: "a double"
    case .bigNumber: "a big number"
    case .map: "a map"
    case .push: "a push"
    }
  }
}
