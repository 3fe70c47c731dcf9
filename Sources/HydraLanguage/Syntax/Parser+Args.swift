import HydraDiagnostics

/// `args { count: int = 3, image: string, --dry: flag }`.
extension Parser {
  /// Whether `token` is the word `args` before a brace. It is no keyword: `args` is also a variable.
  mutating func isArgs(_ token: Token) -> Bool {
    token.end - token.start == 4 && text(token) == "args" && peek(after: token).kind == .leftBrace
  }

  mutating func argsStatement() throws(GiveUp) -> Statement.Kind {
    advance()
    return .args(try braces { $0.arguments() })
  }

  private mutating func arguments() -> [Statement] {
    var found: [Statement] = []
    while true {
      switch peek().kind {
      case .newline, .semicolon: advance()
      case .end, .rightBrace: return found
      default:
        do {
          found.append(try argument())
        } catch {
          recover()
          parentheses = 0
        }
      }
    }
  }

  /// `name ":" type [ "=" expression ] [ string ]`, and what ends it.
  private mutating func argument() throws(GiveUp) -> Statement {
    let start = peek().start
    let name = try argumentName()
    try expect(.colon)
    noteArgumentType()
    let type = try expectName()
    let value: Expression? = accept(.assign) ? try expression() : nil
    var summary: Name?
    if peek().kind == .quote || peek().kind == .rawQuote {
      let token = peek()
      summary = try literalString()
      if summary == nil {
        move(to: token.start)
        expected = ["a description without variables"]
        throw unexpected()
      }
    }
    let end = position
    let hasComma = accept(.comma)
    if !hasComma {
      switch peek().kind {
      case .newline, .semicolon, .rightBrace: break
      default:
        expected.append("end of line")
        throw unexpected()
      }
    }
    let argument = Statement.Argument(
      name: name, type: type, defaultValue: value, summary: summary, hasComma: hasComma)
    return Statement(kind: .argument(argument), range: range(start, hasComma ? position : end))
  }

  private mutating func argumentName() throws(GiveUp) -> Name {
    let token = peek()
    guard token.kind == .minus, lexer.byte(token.end) == 0x2D else { return try expectName() }
    let end = lexer.end(of: token.end + 1) { Lexeme.isIdentifierPart($0) || $0 == 0x2D }
    guard Lexeme.isLetter(lexer.byte(token.end + 1)) else {
      expected = ["the name of an option"]
      throw unexpected()
    }
    move(to: end)
    return Name(text: text(token.start, end), range: range(token.start, end))
  }
}
