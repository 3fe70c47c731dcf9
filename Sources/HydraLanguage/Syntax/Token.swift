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
}
