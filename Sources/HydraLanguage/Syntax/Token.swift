/// A token of an expression or of a statement's frame. Words of commands are read separately: there, almost every byte
/// is itself.
struct Token {
  var kind: Kind
  var start: Int
  var end: Int

  enum Kind: String {
    case end = "end of input"
    case newline = "end of line"
    case semicolon = "';'"
    case identifier = "a name"
    case number = "a number"
    case quote = "a string"
    case rawQuote = "a raw string"
    case variable = "a variable"
    case dollarBrace = "'${'"
    case dollarParen = "'$('"
    case leftParen = "'('"
    case rightParen = "')'"
    case leftBracket = "'['"
    case rightBracket = "']'"
    case leftBrace = "'{'"
    case rightBrace = "'}'"
    case comma = "','"
    case dot = "'.'"
    case dotDot = "'..'"
    case colon = "':'"
    case plus = "'+'"
    case minus = "'-'"
    case star = "'*'"
    case slash = "'/'"
    case percent = "'%'"
    case equal = "'=='"
    case notEqual = "'!='"
    case less = "'<'"
    case lessOrEqual = "'<='"
    case greater = "'>'"
    case greaterOrEqual = "'>='"
    case assign = "'='"
    case arrow = "'=>'"
    case doubleAmpersand = "'&&'"
    case doubleBar = "'||'"
    case bang = "'!'"
    case unknown = "an unexpected character"
  }

  /// What messages call it: a kind's raw value is its wording.
  var description: String { kind.rawValue }
}

/// Words with a meaning of their own. They are no names of variables or definitions.
enum Keyword: String, CaseIterable {
  case `let`, set, `if`, `else`, `for`, `in`, `repeat`, `while`, `break`, `continue`, def, `return`, `try`, `catch`
  case `defer`, include, expect, wait, until, within, and, or, not, `true`, `false`, null

  /// Those that begin a statement.
  static let statements: [Keyword] = [
    .let, .set, .if, .for, .repeat, .while, .break, .continue, .def, .return, .try, .defer, .include, .expect, .wait,
  ]

  /// The keyword that these bytes spell. A name is looked at for each statement, so no string is made of it.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard let first = bytes.first, (0x61...0x7A).contains(first),
      let found = Self.byFirstLetter[Int(first - 0x61)].first(where: { bytes.elementsEqual($0.rawValue.utf8) })
    else { return nil }
    self = found
  }

  private static let byFirstLetter: [[Keyword]] = (0x61...0x7A).map { letter in
    allCases.filter { $0.rawValue.utf8.first == letter }
  }
}

/// What would have been taken at a place, for "expected …". Noted far more often than told: words are made only then.
enum Expected: Equatable, ExpressibleByStringLiteral {
  case token(Token.Kind)
  case keyword(Keyword)
  case words(String)

  init(stringLiteral words: String) { self = .words(words) }

  var description: String {
    switch self {
    case .token(let kind): kind.rawValue
    case .keyword(let keyword): "'\(keyword.rawValue)'"
    case .words(let words): words
    }
  }
}
