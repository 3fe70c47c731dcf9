import HydraDiagnostics

extension Parser {
  /// `statement { (newline | ";") statement }`, up to a `}` or the end.
  mutating func statements(untilBrace: Bool) -> [Statement] {
    isFresh = true
    var found: [Statement] = []
    while let statement = nextStatement(untilBrace: untilBrace) { found.append(statement) }
    return found
  }

  /// The next statement that can be made out; nil at the `}` or the end.
  mutating func nextStatement(untilBrace: Bool = false) -> Statement? {
    while true {
      let token = peek()
      switch token.kind {
      case .newline, .semicolon:
        isFresh = true
        advance()
      case .end:
        if isFresh { noteStatementStart(at: token) }
        return nil
      case .rightBrace:
        if untilBrace { return nil }
        report(.surplusBrace, token.start, token.end)
        advance()
      default:
        var found: Statement?
        do {
          found = try statement()
          try endOfStatement()
        } catch {
          recover()
        }
        isFresh = false
        parentheses = 0
        if let found { return found }
      }
    }
  }

  private mutating func endOfStatement() throws(GiveUp) {
    let token = peek()
    switch token.kind {
    case .newline, .semicolon, .end, .rightBrace: return
    default: break
    }
    if token.kind == .assign { throw report(.assignmentForComparison, token.start, token.end) }
    if token.kind == .rightParen || token.kind == .rightBracket {
      throw report(.unopened(text(token)), token.start, token.end)
    }
    expected.append("end of line")
    expected.append("';'")
    throw unexpected()
  }

  /// `"{" statements "}"`.
  mutating func block(ofBranches: Bool = false) throws(GiveUp) -> Block {
    try braces { parser in
      let outer = parser.takesBlocks
      parser.takesBlocks = ofBranches
      defer { parser.takesBlocks = outer }
      return parser.statements(untilBrace: true)
    }
  }

  /// `"{" … "}"` around statements.
  mutating func braces(_ statements: (inout Self) -> [Statement]) throws(GiveUp) -> Block {
    guard at(.leftBrace) else { throw unexpected() }
    let open = advance()
    try enter()
    blocks += 1
    let outer = parentheses
    parentheses = 0
    defer {
      parentheses = outer
      blocks -= 1
      leave()
    }
    if blocks == 1 { assigned.removeAll() }
    let before = assigned.count
    let inner = statements(&self)
    parentheses = 0
    guard at(.rightBrace) else { throw unexpected() }
    let close = advance()
    return Block(
      statements: inner, range: range(open.start, close.end), assigned: Array(assigned[before...]))
  }

  mutating func statement() throws(GiveUp) -> Statement {
    let token = peek()
    let start = token.start
    let kind = try statementKind(token)
    // A command reads on to see that no word follows, over blanks and a comment; they are none of it.
    if case .command(let node) = kind { return Statement(kind: kind, range: node.range) }
    return Statement(kind: kind, range: range(start, max(start, position)))
  }

  private mutating func statementKind(_ token: Token) throws(GiveUp) -> Statement.Kind {
    switch token.kind {
    case .identifier:
      noteStatementStart(at: token)
      // `let-me` is a word, not the keyword: a keyword ends where a bare word would.
      let next = lexer.byte(token.end)
      if !Lexeme.isBare(next) || token.end >= lexer.bytes.count,
        let keyword = token.keyword
      {
        return try keywordStatement(keyword, token)
      }
      if next == 0x28 { return .expression(try expression()) }
      if isArgs(token) { return try argsStatement() }
      return .command(try command())
    case .leftBrace where takesBlocks: return .block(try block())
    case .variable, .dollarBrace, .dollarParen, .quote, .rawQuote, .number, .leftParen, .leftBracket, .minus:
      // `"name" …` or `-x` as a command's first word would never be one.
      return .expression(try expression())
    case .unknown, .doubleAmpersand, .doubleBar, .bang:
      throw unexpected()
    default:
      expected = ["a statement"]
      throw unexpected()
    }
  }

  private mutating func keywordStatement(_ keyword: Keyword, _ token: Token) throws(GiveUp) -> Statement.Kind {
    switch keyword {
    case .let:
      advance()
      let name = try expectName()
      try expect(.assign)
      return .letName(name, try value())
    case .set:
      advance()
      let place = try place()
      assigned.append(place.name.text)
      try expect(.assign)
      return .set(place, try value())
    case .if: return try ifStatement()
    case .for:
      advance()
      let (index, name, sequence) = try forHead()
      return .forIn(index, name, sequence, try block())
    case .repeat:
      advance()
      let count = try expression()
      return .repeatTimes(count, try block())
    case .while:
      advance()
      let condition = try expression()
      return .whileLoop(condition, try block())
    case .break:
      advance()
      return .breakLoop
    case .continue:
      advance()
      return .continueLoop
    case .def: return .def(try definition())
    case .return:
      advance()
      switch peek().kind {
      case .newline, .semicolon, .rightBrace, .end: return .returnValue(nil)
      default: return .returnValue(try expression())
      }
    case .try: return try tryStatement()
    case .parallel:
      advance()
      guard accept(.for) else { return .parallel(try block(ofBranches: true)) }
      let (index, name, sequence) = try forHead()
      return .parallelFor(index, name, sequence, try block())
    case .fail:
      advance()
      return .fail(try expression())
    case .defer:
      advance()
      return .deferred(try block())
    case .include:
      advance()
      skipWordBlanks()
      guard let word = try word() else {
        expected = ["a path"]
        throw unexpected()
      }
      return .include(word)
    case .expect:
      advance()
      return .expect(try expectation(isWait: false))
    case .wait:
      advance()
      let length = peek()
      if length.kind == .number { throw report(.waitForTime(text(length)), length.start, length.end) }
      try expect(.until)
      return .expect(try expectation(isWait: true))
    case .true, .false, .null, .not: return .expression(try expression())
    case .else: throw report(.elseWithoutIf, token.start, token.end)
    case .catch: throw report(.catchWithoutTry, token.start, token.end)
    case .in, .until, .within, .and, .or:
      expected = ["a statement"]
      throw unexpected()
    }
  }

  /// `name [ "," name ] "in" expression`.
  private mutating func forHead() throws(GiveUp) -> (index: Name?, name: Name, sequence: Expression) {
    let first = try expectName()
    let second: Name? = accept(.comma) ? try expectName() : nil
    try expect(.in)
    return (second == nil ? nil : first, second ?? first, try expression())
  }

  /// `name { "." name | "[" expression "]" }`; "[" touches what it indexes.
  private mutating func place() throws(GiveUp) -> Statement.Place {
    let name = try expectName()
    var path: [Statement.Place.Step] = []
    var end = Int(name.range.end)
    while true {
      let token = peek()
      switch token.kind {
      case .dot:
        advance()
        let member = try memberName()
        path.append(.member(member))
        end = Int(member.range.end)
      case .leftBracket where token.start == end:
        path.append(.index(try indexInBrackets()))
        end = position
      default:
        guard path.count <= Self.maximumDepth else {
          throw report(.tooDeep, Int(name.range.start), end)
        }
        return Statement.Place(name: name, path: path, range: range(Int(name.range.start), end))
      }
    }
  }

  /// What a variable gets. `let x = node add` is a command that forgot to say so.
  private mutating func value() throws(GiveUp) -> Expression {
    let value = try expression()
    guard case .variable(let noun) = value.kind, lexer.byte(Int(value.range.start)) != 0x24,
      CommandTable.hasVerbs(noun), peek().kind == .identifier, peek().keyword == nil
    else { return value }
    let start = Int(value.range.start)
    let end = lexer.end(of: start) { $0 != 0x0A && $0 != 0x3B && $0 != 0x23 && $0 != 0x7D }
    let command = String(text(start, end).reversed().drop(while: \.isWhitespace).reversed())
    throw report(.commandAsValue(command), start, start + command.utf8.count)
  }

  private mutating func ifStatement() throws(GiveUp) -> Statement.Kind {
    var branches: [Statement.Branch] = []
    repeat {
      try expect(.if)
      let condition = try expression()
      branches.append(Statement.Branch(condition: condition, block: try block()))
      guard accept(.else) else { return .ifElse(branches, nil) }
    } while at(.if)
    return .ifElse(branches, try block())
  }

  private mutating func tryStatement() throws(GiveUp) -> Statement.Kind {
    advance()
    let body = try block()
    try expect(.catch)
    let name: Name? = at(.leftBrace) ? nil : try expectName()
    return .tryCatch(body, name, try block())
  }

  private mutating func definition() throws(GiveUp) -> Statement.Definition {
    advance()
    let name = try expectName()
    var parameters: [Statement.Parameter] = []
    try expect(.leftParen)
    parentheses += 1
    while !accept(.rightParen) {
      let parameter = try expectName()
      let value: Expression? = accept(.assign) ? try expression() : nil
      parameters.append(Statement.Parameter(name: parameter, defaultValue: value))
      if !accept(.comma), !at(.rightParen) { throw unexpected() }
    }
    parentheses -= 1
    return Statement.Definition(name: name, parameters: parameters, body: try block())
  }

  private mutating func expectation(isWait: Bool) throws(GiveUp) -> Statement.Expectation {
    let condition = try expression()
    var within: Expression?
    if isWait {
      let next = peek()
      if next.kind == .newline || next.kind == .semicolon || (next.kind == .end && blocks == 0) {
        throw report(.waitWithoutWithin, Int(condition.range.end), Int(condition.range.end))
      }
      try expect(.within)
      within = try expression()
    } else if accept(.within) {
      within = try expression()
    }
    let message: Expression? = accept(.comma) ? try expression() : nil
    return Statement.Expectation(isWait: isWait, condition: condition, within: within, message: message)
  }
}
