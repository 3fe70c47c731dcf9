import HydraDiagnostics

/// What stands at the end of a text that is being typed. Recorded by the parser as it passes, so that completion sees
/// exactly what parsing sees. Each case holds the offset where the unfinished word begins.
enum CompletionContext: Sendable {
  /// The beginning of a statement.
  case statement(start: Int)
  /// A word of a command, after these.
  case word(previous: [Word], start: Int)
  /// An operand of an expression.
  case operand(start: Int)
  /// An argument of a function.
  case argument(function: String, index: Int, start: Int)
  /// The type of an argument that a script declares.
  case argumentType(start: Int)
  /// A name after a dot.
  case member(of: Expression, start: Int)
}

extension Parser {
  mutating func noteStatementStart(at token: Token) {
    if token.end == lexer.bytes.count { completion = .statement(start: token.start) }
  }

  /// Called before each word of a command; of interest is the last, when the text ends in or before it.
  mutating func noteWord(words: [Word]) {
    guard position >= lastWordStart, !words.isEmpty, position > 0, limit == file.bytes.count else { return }
    // Right behind a word one is still typing that word, unless a blank separates.
    if position == Int(words[words.count - 1].range.end), position == lexer.bytes.count { return }
    completion = .word(previous: words, start: position)
  }

  mutating func noteOperand(_ token: Token) {
    // An argument knows more of what may stand here.
    if case .argument(_, _, token.start)? = completion { return }
    if token.end == lexer.bytes.count { completion = .operand(start: token.start) }
  }

  mutating func noteArgument(of function: String, index: Int) {
    let token = peek()
    guard token.start >= lastWordStart else { return }
    let end = lexer.end(of: token.start) { Lexeme.isIdentifierPart($0) || $0 == 0x2D }
    if end == lexer.bytes.count { completion = .argument(function: function, index: index, start: token.start) }
  }

  mutating func noteArgumentType() {
    let token = peek()
    if token.end == lexer.bytes.count { completion = .argumentType(start: token.start) }
  }

  mutating func noteMember(of base: Expression) {
    let token = peek()
    if token.end == lexer.bytes.count { completion = .member(of: base, start: token.start) }
  }
}
