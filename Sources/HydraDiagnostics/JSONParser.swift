/// A strict parser of RFC 8259. Foundation's does not say reliably where a text is wrong, and lets doubled keys pass.
public struct JSONParser {
  /// Where a text is not valid JSON, and why.
  public struct Problem: Error, Equatable, Sendable {
    /// What was expected, or what is wrong.
    public var message: String
    /// From 1.
    public var line: Int
    /// From 1, in bytes.
    public var column: Int
  }

  /// What a parser accepts at most.
  public struct Limits: Sendable {
    /// Deepest nesting.
    public var depth: Int
    /// Most values, those in lists and objects included.
    public var values: Int
    /// Most members of one object.
    public var members: Int

    /// Limits of these parts. The defaults are for bodies of requests, which need a depth of 2.
    public init(depth: Int = 32, values: Int = 100_000, members: Int = 10_000) {
      self.depth = depth
      self.values = values
      self.members = members
    }
  }

  private let bytes: [UInt8]
  private let limits: Limits
  private var position = 0
  private var depth = 0
  private var count = 0

  private init(_ bytes: [UInt8], _ limits: Limits) {
    self.bytes = bytes
    self.limits = limits
  }

  /// The value in `bytes`. Throws a ``Problem`` for what is not valid JSON or exceeds `limits`.
  public static func parse(_ bytes: [UInt8], limits: Limits = Limits()) throws(Problem) -> JSONValue {
    var parser = JSONParser(bytes, limits)
    parser.skipBlanks()
    let value = try parser.value()
    parser.skipBlanks()
    guard parser.position == bytes.count else { throw parser.problem("expected nothing after the value") }
    return value
  }

  private mutating func value() throws(Problem) -> JSONValue {
    guard let byte = peek else { throw problem("expected a value") }
    count += 1
    guard count <= limits.values else { throw problem("more than \(limits.values) values") }
    switch byte {
    case UInt8(ascii: "{"): return .object(try nested { parser throws(Problem) in try parser.members() })
    case UInt8(ascii: "["): return .array(try nested { parser throws(Problem) in try parser.elements() })
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    default:
      if take("true") { return .bool(true) }
      if take("false") { return .bool(false) }
      if take("null") { return .null }
      throw problem("expected a value")
    }
  }

  private mutating func nested<T>(_ body: (inout JSONParser) throws(Problem) -> T) throws(Problem) -> T {
    guard depth < limits.depth else { throw problem("nested deeper than \(limits.depth)") }
    depth += 1
    position += 1
    let result = try body(&self)
    depth -= 1
    return result
  }

  private mutating func members() throws(Problem) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    var names: Set<String> = []
    skipBlanks()
    if take("}") { return members }
    while true {
      skipBlanks()
      guard peek == UInt8(ascii: "\"") else { throw problem("expected a field's name in double quotes") }
      let start = position
      let name = try string()
      guard names.insert(name).inserted else { throw problem("field '\(name.prefix(80))' appears twice", at: start) }
      skipBlanks()
      guard take(":") else { throw problem("expected ':' after '\(name.prefix(80))'") }
      skipBlanks()
      guard members.count < limits.members else { throw problem("an object of more than \(limits.members) fields") }
      members.append(JSONValue.Member(name: name, value: try value()))
      skipBlanks()
      if take("}") { return members }
      guard take(",") else { throw problem("expected ',' or '}'") }
    }
  }

  private mutating func elements() throws(Problem) -> [JSONValue] {
    var elements: [JSONValue] = []
    skipBlanks()
    if take("]") { return elements }
    while true {
      skipBlanks()
      elements.append(try value())
      skipBlanks()
      if take("]") { return elements }
      guard take(",") else { throw problem("expected ',' or ']'") }
    }
  }

  private mutating func number() throws(Problem) -> String {
    let start = position
    _ = take("-")
    if !take("0") { try digits() }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func digits() throws(Problem) {
    let start = position
    while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    guard position > start else { throw problem("expected a digit") }
  }

  private mutating func string() throws(Problem) -> String {
    let start = position
    position += 1
    var text: [UInt8] = []
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        guard let string = String(validating: text, as: UTF8.self) else {
          throw problem("this string is not UTF-8", at: start)
        }
        return string
      case UInt8(ascii: "\\"):
        position += 1
        text += Array(try escape().utf8)
      case 0..<0x20:
        throw problem("a control character in a string has to be escaped")
      default:
        text.append(byte)
        position += 1
      }
    }
    throw problem("this string has no end", at: start)
  }

  private static let escapes: [(String, String)] = [
    ("\"", "\""), ("\\", "\\"), ("/", "/"), ("b", "\u{8}"), ("f", "\u{C}"), ("n", "\n"), ("r", "\r"), ("t", "\t"),
  ]

  private mutating func escape() throws(Problem) -> String {
    for (letter, meaning) in Self.escapes where take(letter) { return meaning }
    let start = position - 1
    guard take("u") else { throw problem("unknown escape", at: start) }
    var unit = try hexUnit(start)
    if (0xD800..<0xDC00).contains(unit), take("\\u") {
      let low = try hexUnit(start)
      guard (0xDC00..<0xE000).contains(low) else { throw problem("half of a surrogate pair", at: start) }
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(unit) else { throw problem("half of a surrogate pair", at: start) }
    return String(scalar)
  }

  private mutating func hexUnit(_ start: Int) throws(Problem) -> UInt32 {
    let digits = bytes[position..<min(position + 4, bytes.count)]
    // Int's own parser would take a sign.
    guard digits.count == 4, digits.allSatisfy({ ($0 as UInt8).isHexDigit }),
      let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw problem("expected four hexadecimal digits after \\u", at: start) }
    position += 4
    return unit
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ text: String) -> Bool {
    guard bytes[position...].starts(with: text.utf8) else { return false }
    position += text.utf8.count
    return true
  }

  private mutating func skipBlanks() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private func problem(_ message: String, at offset: Int? = nil) -> Problem {
    let offset = offset ?? position
    let before = bytes[..<offset]
    let line = before.count { $0 == 0x0A } + 1
    let column = before.reversed().prefix { $0 != 0x0A }.count + 1
    let found = offset < bytes.count ? "" : ", but it ends here"
    return Problem(message: message + found, line: line, column: column)
  }
}

extension UInt8 {
  fileprivate var isHexDigit: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
    default: false
    }
  }
}
