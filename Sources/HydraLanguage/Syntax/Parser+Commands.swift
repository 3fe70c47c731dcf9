import HydraDiagnostics

extension Parser {
  /// `word { word }`, up to the end of the statement. An option that takes an expression reads one.
  mutating func command() throws(GiveUp) -> CommandNode {
    let start = peek().start
    move(to: start)
    var words: [Word] = []
    words.reserveCapacity(lexer.wordCount(from: start))
    while true {
      skipWordBlanks()
      noteWord(words: words)
      if lexer.byte(position) == 0x2D, let option = expressionOption(after: words) {
        words.append(expressionOptionName(option))
        if let value = try expressionOptionValue(option) { words.append(value) }
        continue
      }
      if !words.isEmpty, let value = try callWord() {
        words.append(value)
        continue
      }
      guard let next = try word() else { break }
      words.append(next)
    }
    guard !words.isEmpty else {
      expected = ["a command"]
      throw unexpected()
    }
    try endOfWords(of: words)
    return CommandNode(words: words, range: words[0].range.union(words[words.count - 1].range))
  }

  /// A word that begins with a name touching `(` is that expression, and keeps its type: `print len(nodes())`.
  private mutating func callWord() throws(GiveUp) -> Word? {
    guard Lexeme.isIdentifierStart(lexer.byte(position)) else { return nil }
    guard lexer.byte(lexer.identifierEnd(position)) == 0x28 else { return nil }
    let value = try postfix(touching: true)
    try endOfValue()
    return Word(first: .value(value, quoted: false), range: value.range)
  }

  /// A value that is a word of its own has nothing touching it.
  mutating func endOfValue() throws(GiveUp) {
    guard position == lexer.bytes.count || " \t\r\n;})\\".utf8.contains(lexer.byte(position)) else {
      expected = ["a blank"]
      throw unexpected()
    }
  }

  /// Skips blanks, joined lines and a comment; never a line end.
  mutating func skipWordBlanks() {
    let next = lexer.skipBlanks(from: position, newlines: false, comments: &comments)
    if next != position { move(to: next) }
  }

  /// What is not allowed between the words of a command.
  private mutating func endOfWords(of words: [Word]) throws(GiveUp) {
    guard position < lexer.bytes.count else { return }
    switch lexer.byte(position) {
    case 0x0A, 0x0D, 0x3B, 0x7D: return
    case 0x29 where parentheses > 0: return
    case 0x28: throw report(.parenthesisInWord, position, position + 1)
    case 0x5C:
      if position + 1 == lexer.bytes.count { markIncomplete(.continuation) }
      throw report(.escapeOutsideQuotes, position, position + 1)
    case 0x24: throw report(.missingNameAfterDollar, position, position + 1)
    case 0x3C, 0x3E, 0x7C, 0x26:
      throw report(.pipeOrRedirection(text(position, position + 1)), position, position + 1)
    case 0x7B:
      // `elif x == 2 {`: a block makes it a statement, but not one of this language.
      if let word = words[0].literal, let remedy = Habit.remedy(forStatement: word) {
        throw report(.unknownStatement(word, remedy), Int(words[0].range.start), Int(words[0].range.end))
      }
      throw report(.bracketInWord("{"), position, position + 1)
    case 0x5B: throw report(.bracketInWord(text(position, position + 1)), position, position + 1)
    default:
      let end = lexer.characterEnd(position)
      throw report(.unexpectedCharacter(text(position, end)), position, end)
    }
  }

  /// The option whose first dash is at this place, if it is one of the command of `words` that takes an expression.
  private func expressionOption(after words: [Word]) -> ParameterSpec? {
    guard lexer.byte(position + 1) == 0x2D else { return nil }
    let end = lexer.end(of: position + 2) { Lexeme.isLetter($0) || $0 == 0x2D }
    guard end >= lexer.bytes.count || !Lexeme.isBare(lexer.byte(end)) || lexer.byte(end) == 0x3D,
      CommandTable.expressionOptions.contains(where: lexer.bytes[position..<end].elementsEqual)
    else { return nil }
    let option = CommandBinder.spec(of: words)?.option(text(position, end))
    return option?.takesExpression == true ? option : nil
  }

  /// The name of an option; a `=` behind it belongs to the range of the word, not to the name.
  private mutating func expressionOptionName(_ option: ParameterSpec) -> Word {
    let start = position
    let end = start + option.name.utf8.count
    move(to: lexer.byte(end) == 0x3D ? end + 1 : end)
    return Word(first: .text(option.name, range(start, end), quoted: false), range: range(start, position))
  }

  /// An expression; in quotes, as a command line of another shell has it, the text inside them is the expression.
  private mutating func expressionOptionValue(_ option: ParameterSpec) throws(GiveUp) -> Word? {
    let token = peek()
    switch token.kind {
    case .end, .newline, .semicolon, .rightBrace: return nil
    case .rawQuote:
      var inner = Parser(file, from: token.end, to: rawStringEnd(token))
      let value = inner.wholeExpression()
      diagnostics += inner.diagnostics
      move(to: token.start)
      _ = try rawString()
      guard let value else { throw GiveUp() }
      try endOfValue()
      return Word(first: .value(value, quoted: false), range: range(token.start, position))
    default:
      let value = try expression()
      return Word(first: .value(value, quoted: false), range: value.range)
    }
  }

  private func rawStringEnd(_ quote: Token) -> Int { lexer.end(of: quote.end) { $0 != 0x27 } }

  /// One expression and nothing behind it.
  mutating func wholeExpression() -> Expression? {
    do {
      let value = try expression()
      guard at(.end) else { throw unexpected() }
      return value
    } catch {
      return nil
    }
  }
}
