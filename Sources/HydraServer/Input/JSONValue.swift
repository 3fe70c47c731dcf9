/// A JSON value as it came, before anybody decides what it should have been.
package enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  /// The digits as written, so that nothing is lost before the type is known.
  case number(String)
  case string(String)
  case array([JSONValue])
  /// Members in the order they came.
  case object([Member])

  package struct Member: Sendable, Equatable {
    package var name: String
    package var value: JSONValue

    package init(name: String, value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// What it is, in a message: `a string ('abc')`.
  var description: String {
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
