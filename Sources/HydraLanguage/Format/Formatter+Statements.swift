import HydraDiagnostics

extension Formatter {
  mutating func write(_ statement: Statement) {
    switch statement.kind {
    case .command(let node): write(words: node.words)
    case .expression(let value): write(value)
    case .letName(let name, let value): write("let \(name.text) = ", value)
    case .set(let place, let value):
      out += "set "
      write(place.range)
      write(" = ", value)
    case .ifElse(let branches, let otherwise):
      for (index, branch) in branches.enumerated() {
        write(index == 0 ? "if " : " else if ", branch.condition, branch.block)
      }
      if let otherwise {
        out += " else "
        write(otherwise)
      }
    case .forIn(let index, let name, let sequence, let block):
      write(index, name, sequence, block)
    case .repeatTimes(let count, let block): write("repeat ", count, block)
    case .whileLoop(let condition, let block): write("while ", condition, block)
    case .breakLoop: out += "break"
    case .continueLoop: out += "continue"
    case .def(let definition): write(definition)
    case .returnValue(let value):
      out += "return"
      if let value { write(" ", value) }
    case .parallel(let block):
      out += "parallel "
      write(block)
    case .parallelFor(let index, let name, let sequence, let block):
      out += "parallel "
      write(index, name, sequence, block)
    case .block(let block): write(block)
    case .args(let block):
      out += "args "
      write(block)
    case .argument(let argument): write(argument)
    case .fail(let message): write("fail ", message)
    case .tryCatch(let body, let name, let handler):
      out += "try "
      write(body)
      out += " catch " + (name.map { $0.text + " " } ?? "")
      write(handler)
    case .deferred(let block):
      out += "defer "
      write(block)
    case .include(let word):
      out += "include "
      write(words: [word])
    case .expect(let expectation): write(expectation)
    case .invalid: out += file.text(statement.range)
    }
  }

  private mutating func write(_ index: Name?, _ name: Name, _ sequence: Expression, _ block: Block) {
    write("for \(index.map { $0.text + ", " } ?? "")\(name.text) in ", sequence, block)
  }

  private mutating func write(_ argument: Statement.Argument) {
    out += "\(argument.name.text): \(argument.type.text)"
    if let value = argument.defaultValue { write(" = ", value) }
    if let summary = argument.summary { out += " " + file.text(summary.range) }
    if argument.hasComma { out += "," }
  }

  private mutating func write(_ before: String, _ value: Expression, _ block: Block? = nil) {
    out += before
    write(value)
    if let block {
      out += " "
      write(block)
    }
  }

  private mutating func write(_ definition: Statement.Definition) {
    let header = SourceRange(
      file: file.id, start: Int(definition.name.range.start), end: Int(definition.body.range.start))
    if isKept(header) {
      out += "def " + trimmed(file.text(header)) + " "
      return write(definition.body)
    }
    out += "def \(definition.name.text)("
    for (index, parameter) in definition.parameters.enumerated() {
      if index > 0 { out += ", " }
      out += parameter.name.text
      if let value = parameter.defaultValue { write(" = ", value) }
    }
    if let last = definition.parameters.last {
      // A comma behind the last one stays.
      let end = Int(last.defaultValue?.range.end ?? last.name.range.end)
      if file.bytes[end..<Int(definition.body.range.start)].contains(0x2C) { out += "," }
    }
    out += ") "
    write(definition.body)
  }

  private mutating func write(_ expectation: Statement.Expectation) {
    write(expectation.isWait ? "wait until " : "expect ", expectation.condition)
    if let within = expectation.within { write(" within ", within) }
    if let message = expectation.message { write(", ", message) }
  }

  /// An expression with its blanks put right. One that goes over several lines or holds a comment stays as it is.
  mutating func write(_ expression: Expression) { write(expression.range) }

  private mutating func write(_ range: SourceRange) {
    out += isKept(range) ? file.text(range) : ExpressionSpacing(file, range).text()
  }

  private func isKept(_ range: SourceRange) -> Bool {
    file.bytes[Int(range.start)..<Int(range.end)].contains { $0 == 0x0A || $0 == 0x23 }
  }
}

/// Puts the blanks of one expression right, token by token. Strings and `${…}` stay as they are.
struct ExpressionSpacing {
  private let file: SourceFile
  private let lexer: Lexer
  private let range: SourceRange
  private var out = ""
  private var previous: (kind: Token.Kind, isOperand: Bool, end: Int)?

  init(_ file: SourceFile, _ range: SourceRange) {
    self.file = file
    self.range = range
    lexer = Lexer(bytes: file.bytes)
  }

  func text() -> String {
    var copy = self
    return copy.run()
  }

  private mutating func run() -> String {
    var position = Int(range.start)
    var ignored: [Range<Int>] = []
    while true {
      var token = lexer.token(at: position, skipNewlines: true, comments: &ignored)
      guard token.kind != .end, token.start < Int(range.end) else { return out }
      switch token.kind {
      case .quote, .rawQuote, .dollarBrace, .dollarParen:
        // The parser has read it before; it ends where the parser says it ends.
        var parser = Parser(file, from: token.start)
        guard let word = try? parser.piece(), word > token.start else { return file.text(range) }
        token.end = word
      default: break
      }
      let isWordCall = token.kind == .leftParen && takesWord(before: token)
      add(token)
      position = token.end
      guard isWordCall else { continue }
      // `service(my-app)`: the name is one word, not a subtraction.
      let start = lexer.skipBlanks(from: position, newlines: true, comments: &ignored)
      guard let end = Parser(file).bareArgumentEnd(from: start) else { continue }
      add(Token(kind: .identifier, start: start, end: end))
      position = end
    }
  }

  /// Whether the parenthesis at `token` opens the arguments of a function whose first may be a bare word.
  private func takesWord(before token: Token) -> Bool {
    guard let previous, previous.kind == .identifier, previous.end == token.start else { return false }
    var start = previous.end
    while start > 0, Lexeme.isIdentifierPart(file.bytes[start - 1]) { start -= 1 }
    let name = file.text(SourceRange(file: file.id, start: start, end: previous.end))
    return FunctionTable.function(name)?.takesWord == true
  }

  private mutating func add(_ token: Token) {
    let text = file.text(SourceRange(file: file.id, start: token.start, end: token.end))
    let isUnary = token.kind == .minus && previous?.isOperand != true
    if let previous, needsBlank(previous, token) { out += " " }
    out += text
    let isWord =
      token.kind == .identifier && previous?.kind != .dot
      && [Keyword.and, .or, .not, .in].contains { $0.rawValue == text }
    let isOperand: Bool =
      switch token.kind {
      case .identifier: !isWord
      case .number, .quote, .rawQuote, .variable, .dollarBrace, .dollarParen, .rightParen, .rightBracket, .rightBrace:
        true
      default: false
      }
    // A sign holds on to its operand, as an opening bracket does.
    previous = (isUnary ? .leftParen : token.kind, isOperand, token.end)
  }

  private func needsBlank(_ previous: (kind: Token.Kind, isOperand: Bool, end: Int), _ token: Token) -> Bool {
    switch previous.kind {
    case .leftParen, .leftBracket, .leftBrace, .dot, .dotDot: return false
    default: break
    }
    switch token.kind {
    case .comma, .rightParen, .rightBracket, .rightBrace, .dot, .dotDot, .colon: return false
    case .leftParen, .leftBracket: return !(previous.isOperand && previous.end == token.start)
    default: return true
    }
  }
}

extension Parser {
  /// Where the string or `${…}` at this place ends.
  mutating func piece() throws(GiveUp) -> Int {
    switch lexer.byte(position) {
    case 0x22:
      var ignored = WordParts()
      try quotedString(into: &ignored)
    case 0x27: _ = try rawString()
    default: _ = try dollar(quoted: false)
    }
    return position
  }
}
