/// A token of an expression or of a statement's frame. Words of commands are read separately: there, almost every byte
/// is itself.
struct Token {
  var kind: Kind
  var start: Int
  var end: Int
  /// The keyword that an identifier spells.
  var keyword: Keyword?

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
  case `defer`, fail, parallel, include, expect, wait, until, within, and, or, not, `true`, `false`, null

  /// Those that begin a statement.
  static let statements: [Keyword] = [
    .let, .set, .if, .for, .repeat, .while, .break, .continue, .def, .return, .try, .defer, .fail, .parallel, .include,
    .expect, .wait,
  ]

  /// The keyword that `bytes` spell from `start` to `end`. Every name is looked at, so no string is made of it, and the text
  /// is not retained.
  init?(_ bytes: borrowing [UInt8], _ start: Int, _ end: Int) {
    guard end > start, end - start <= 8, Self.lengths[Int(bytes[start])] & 1 << UInt16(end - start) != 0 else {
      return nil
    }
    var spelling: UInt64 = 0
    for index in start..<end { spelling = spelling << 8 | UInt64(bytes[index]) }
    guard let index = Self.spellings.firstIndex(of: spelling) else { return nil }
    self = Self.all[index]
  }

  private static let all = allCases
  /// Each keyword's letters, none of more than eight, as one number.
  private static let spellings = all.map { $0.rawValue.utf8.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
  /// By first letter: how long the keywords are that begin with it, one bit a length. Most names are none by this alone.
  private static let lengths = all.reduce(into: [UInt16](repeating: 0, count: 256)) { lengths, keyword in
    let letters = keyword.rawValue.utf8
    lengths[Int(letters.first ?? 0)] |= 1 << UInt16(letters.count)
  }
}

/// What would have been taken at a place, for "expected …". Recorded far more often than reported: strings are made only then.
enum Expected: ExpressibleByStringLiteral {
  case token(Token.Kind)
  case keyword(Keyword)
  case words(StaticString)

  init(stringLiteral words: StaticString) { self = .words(words) }

  var description: String {
    switch self {
    case .token(let kind): kind.rawValue
    case .keyword(let keyword): "'\(keyword.rawValue)'"
    case .words(let words): words.description
    }
  }
}
