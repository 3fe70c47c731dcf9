/// A JSON value as it came, before anybody decides what it should have been.
public enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  /// The digits as written, so that nothing is lost before the type is known.
  case number(String)
  case string(String)
  case array([JSONValue])
  /// Members in the order they came.
  case object([Member])

  /// A field of an object.
  public struct Member: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Its value.
    public var value: JSONValue

    /// A field of these parts.
    public init(name: String, value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// What it is, in a message: `a string ('abc')`.
  public var description: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let digits): "the number \(digits.prefix(40))"
    case .string(let text): "the string '\(text.prefix(40))\(text.count > 40 ? "…" : "")'"
    case .array: "a list"
    case .object: "an object"
    }
  }
}
