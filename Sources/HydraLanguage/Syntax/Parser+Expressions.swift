import HydraDiagnostics

extension Parser {
  mutating func expression() throws(GiveUp) -> Expression {
    try enter()
    defer { leave() }
    return try orExpression()
  }

  private mutating func orExpression() throws(GiveUp) -> Expression {
    var left = try andExpression()
    while accept(.or) {
      let right = try andExpression()
      left = try node(.or(left, right), left, right)
    }
    return left
  }

  private mutating func andExpression() throws(GiveUp) -> Expression {
    var left = try notExpression()
    while accept(.and) {
      let right = try notExpression()
      left = try node(.and(left, right), left, right)
    }
    return left
  }

  private mutating func notExpression() throws(GiveUp) -> Expression {
    guard at(.not) else { return try comparison() }
    let token = advance()
    try enter()
    defer { leave() }
    let operand = try notExpression()
    return try node(.unary(.not, operand), start: token.start, operand)
  }

  private mutating func comparison() throws(GiveUp) -> Expression {
    let left = try rangeExpression()
    guard let op = comparisonOperator() else {
      let token = peek()
      // No statement continues like this: a comparison is meant, and nothing else is wrong.
      if token.kind == .assign { throw report(.assignmentForComparison, token.start, token.end) }
      return left
    }
    advance()
    let right = try rangeExpression()
    if comparisonOperator() != nil {
      let token = peek()
      throw report(.chainedComparison, token.start, token.end)
    }
    return try node(.binary(op, left, right), left, right)
  }

  private mutating func comparisonOperator() -> BinaryOperator? {
    switch peek().kind {
    case .equal: return .equal
    case .notEqual: return .notEqual
    case .less: return .less
    case .lessOrEqual: return .lessOrEqual
    case .greater: return .greater
    case .greaterOrEqual: return .greaterOrEqual
    case .identifier where peek().keyword == .in: return .contained
    default:
      expected.append("an operator")
      return nil
    }
  }

  private mutating func rangeExpression() throws(GiveUp) -> Expression {
    let left = try sum()
    guard peek().kind == .dotDot else { return left }
    advance()
    let right = try sum()
    return try node(.range(left, right), left, right)
  }

  private mutating func sum() throws(GiveUp) -> Expression {
    var left = try product()
    while true {
      let op: BinaryOperator
      switch peek().kind {
      case .plus: op = .add
      case .minus:
        // `--for` is the next option of a command, not two signs.
        let token = peek()
        if lexer.byte(token.end) == 0x2D, Lexeme.isLetter(lexer.byte(token.end + 1)) { return left }
        op = .subtract
      default: return left
      }
      advance()
      let right = try product()
      left = try node(.binary(op, left, right), left, right)
    }
  }

  private mutating func product() throws(GiveUp) -> Expression {
    var left = try unary()
    while true {
      let op: BinaryOperator
      switch peek().kind {
      case .star: op = .multiply
      case .slash: op = .divide
      case .percent: op = .remainder
      default: return left
      }
      advance()
      let right = try unary()
      left = try node(.binary(op, left, right), left, right)
    }
  }

  private mutating func unary() throws(GiveUp) -> Expression {
    guard peek().kind == .minus else { return try postfix() }
    let token = advance()
    let number = peek()
    if number.kind == .number, case .tooLarge? = Literal.read(text(number)),
      case .value(let least)? = Literal.read(text(number), isNegative: true)
    {
      advance()
      return Expression(.literal(least), range(token.start, number.end))
    }
    try enter()
    defer { leave() }
    let operand = try unary()
    if case .literal(let value) = operand.kind, let negated = value.negated {
      return Expression(.literal(negated), range(token.start, Int(operand.range.end)))
    }
    return try node(.unary(.minus, operand), start: token.start, operand)
  }

  /// `primary { "." name | "[" index "]" }`; among the words of a command a member touches what it is a member of.
  mutating func postfix(touching: Bool = false) throws(GiveUp) -> Expression {
    var value = try primary()
    try parts(of: &value, touching: touching)
    return value
  }

  /// Reads the members and elements that follow `base`, which becomes the last of them.
  mutating func parts(of base: inout Expression, touching: Bool) throws(GiveUp) {
    while true {
      let token = peek()
      switch token.kind {
      case .dot where !touching || token.start == Int(base.range.end):
        advance()
        noteMember(of: base)
        let name = try memberName()
        let end = Int(name.range.end)
        // `list.len()`
        if lexer.byte(end) == 0x28 {
          let start = Int(base.range.start)
          throw report(.methodCall(name.text, of: text(start, Int(base.range.end))), start, end)
        }
        base = try node(.member(base, name), base, end: end)
      case .leftBracket where token.start == Int(base.range.end):
        let index = try indexInBrackets()
        base = try node(.index(base, index), base, index, end: position)
      default: return
      }
    }
  }

  /// The name behind a dot; a word of the language will do.
  mutating func memberName() throws(GiveUp) -> Name {
    let name = peek()
    guard name.kind == .identifier else {
      expected = ["a name"]
      throw unexpected()
    }
    advance()
    return Name(text: text(name), range: range(name))
  }

  /// `"[" expression "]"`.
  mutating func indexInBrackets() throws(GiveUp) -> Expression {
    try expect(.leftBracket)
    parentheses += 1
    let index = try expression()
    guard at(.rightBracket) else { throw unexpected() }
    // While a line end before it is still a blank.
    advance()
    parentheses -= 1
    return index
  }

  private mutating func primary() throws(GiveUp) -> Expression {
    let token = peek()
    switch token.kind {
    case .number: return try number()
    case .quote:
      move(to: token.start)
      var parts = WordParts()
      try quotedString(into: &parts)
      return string(parts, from: token.start)
    case .rawQuote:
      move(to: token.start)
      var parts = WordParts()
      parts.append(try rawString())
      return string(parts, from: token.start)
    case .variable:
      advance()
      return Expression(.variable(text(token.start + 1, token.end)), range(token))
    case .dollarBrace, .dollarParen:
      move(to: token.start)
      return try bracketed()
    case .leftParen:
      advance()
      parentheses += 1
      let inner = try expression()
      guard at(.rightParen) else { throw unexpected() }
      // While a line end before it is still a blank.
      let close = advance()
      parentheses -= 1
      return Expression(inner.kind, range(token.start, close.end), height: inner.height)
    case .leftBracket: return try list()
    case .leftBrace: return try record()
    case .identifier: return try named(token)
    case .assign: throw report(.assignmentForComparison, token.start, token.end)
    default:
      noteOperand(token)
      expected = ["an expression"]
      throw unexpected()
    }
  }

  private mutating func number() throws(GiveUp) -> Expression {
    let token = advance()
    let source = text(token)
    switch Literal.read(source) {
    case .value(let value): return Expression(.literal(value), range(token))
    case .tooLarge: throw report(.numberTooLarge(source), token.start, token.end)
    case .unknownUnit(let unit): throw report(.unknownUnit(unit, number: source), token.start, token.end)
    case nil: throw report(.unexpectedCharacter(source), token.start, token.end)
    }
  }

  private func string(_ parts: WordParts, from start: Int) -> Expression {
    let range = range(start, position)
    if parts.more.isEmpty, case .text(let text, _, _)? = parts.first {
      return Expression(.literal(.string(text)), range)
    }
    let parts = parts.all
    let height = parts.reduce(0) { if case .value(let value, _) = $1 { max($0, value.height) } else { $0 } }
    return Expression(.interpolated(parts), range, height: height + 1)
  }

  private mutating func list() throws(GiveUp) -> Expression {
    let open = advance()
    parentheses += 1
    var elements: [Expression] = []
    while !accept(.rightBracket) {
      elements.append(try expression())
      if !accept(.comma), !at(.rightBracket) { throw unexpected() }
    }
    parentheses -= 1
    let height = elements.reduce(0) { max($0, $1.height) } + 1
    return try bounded(Expression(.list(elements), range(open.start, position), height: height))
  }

  private mutating func record() throws(GiveUp) -> Expression {
    let brace = advance()
    parentheses += 1
    open.append(0x7B)
    var fields: [(Name, Expression)] = []
    // All keys as expressions, from the first one in brackets on.
    var computed: [(Expression, Expression)]?
    while !accept(.rightBrace) {
      if at(.leftBracket) {
        let key = try indexInBrackets()
        try expect(.colon)
        computed = (computed ?? fields.map { (Self.literal($0), $1) }) + [(key, try expression())]
      } else {
        let key = try recordKey()
        try expect(.colon)
        let value = try expression()
        if computed == nil { fields.append((key, value)) } else { computed?.append((Self.literal(key), value)) }
      }
      if !accept(.comma), !at(.rightBrace) { throw unexpected() }
    }
    parentheses -= 1
    open.removeLast()
    let whole = range(brace.start, position)
    if let computed {
      let height = computed.reduce(0) { max($0, $1.0.height, $1.1.height) } + 1
      return try bounded(Expression(.computedRecord(computed), whole, height: height))
    }
    let height = fields.reduce(0) { max($0, $1.1.height) } + 1
    return try bounded(Expression(.record(fields), whole, height: height))
  }

  private static func literal(_ key: Name) -> Expression { Expression(.literal(.string(key.text)), key.range) }

  private mutating func recordKey() throws(GiveUp) -> Name {
    let token = peek()
    switch token.kind {
    case .identifier:
      advance()
      return Name(text: text(token), range: range(token))
    case .quote, .rawQuote:
      guard let key = try literalString() else { fallthrough }
      return key
    default:
      expected.append("a name")
      throw unexpected()
    }
  }

  /// A string in quotes; nil when there are values in it.
  mutating func literalString() throws(GiveUp) -> Name? {
    let token = peek()
    move(to: token.start)
    var parts = WordParts()
    if token.kind == .quote { try quotedString(into: &parts) } else { parts.append(try rawString()) }
    guard case .literal(.string(let text)) = string(parts, from: token.start).kind else { return nil }
    return Name(text: text, range: range(token.start, position))
  }

  /// A word of the language, a call or a variable.
  private mutating func named(_ token: Token) throws(GiveUp) -> Expression {
    switch token.keyword {
    case .null:
      advance()
      return Expression(.literal(.null), range(token))
    case .true, .false:
      advance()
      return Expression(.literal(.bool(token.keyword == .true)), range(token))
    case nil: break
    default:
      expected = ["an expression"]
      throw unexpected()
    }
    noteOperand(token)
    let text = text(token)
    advance()
    // A call's parenthesis touches its name, as in every language people come from.
    guard lexer.byte(token.end) == 0x28 else { return Expression(.variable(text), range(token)) }
    return try call(Name(text: text, range: range(token)))
  }

  private mutating func call(_ name: Name) throws(GiveUp) -> Expression {
    advance()
    parentheses += 1
    let spec = FunctionTable.function(name.text)
    var arguments: [Expression.Argument] = []
    while true {
      noteArgument(of: name.text, index: arguments.count)
      if accept(.rightParen) { break }
      arguments.append(try argument(takesWord: spec?.takesWord == true && arguments.isEmpty))
      if !accept(.comma), !at(.rightParen) { throw unexpected() }
    }
    parentheses -= 1
    let height = arguments.reduce(0) { height, argument in
      switch argument {
      case .value(let value), .each(_, let value): max(height, value.height)
      case .word: height
      }
    }
    let whole = range(Int(name.range.start), position)
    return try bounded(Expression(.call(name, arguments), whole, height: height + 1))
  }

  private mutating func argument(takesWord: Bool) throws(GiveUp) -> Expression.Argument {
    let token = peek()
    if takesWord, let end = bareArgumentEnd(from: token.start) {
      move(to: end)
      return .word(text(token.start, end), range(token.start, end))
    }
    if token.kind == .identifier, peek(after: token).kind == .arrow {
      let name = try expectName()
      try expect(.arrow)
      return .each(name, try expression())
    }
    return .value(try expression())
  }

  /// Where a bare word ends that is all of an argument: `service(web-1)` is not a subtraction.
  func bareArgumentEnd(from start: Int) -> Int? {
    guard Lexeme.isIdentifierPart(lexer.byte(start)) else { return nil }
    let end = lexer.end(of: start) { Lexeme.isIdentifierPart($0) || $0 == 0x2D }
    var ignored: [Range<Int>] = []
    let next = lexer.skipBlanks(from: end, newlines: true, comments: &ignored)
    return lexer.byte(next) == 0x29 || lexer.byte(next) == 0x2C ? end : nil
  }

  // MARK: Nodes

  private mutating func node(
    _ kind: Expression.Kind, _ left: Expression, _ right: Expression? = nil, end: Int? = nil
  ) throws(GiveUp) -> Expression {
    let last = end ?? Int((right ?? left).range.end)
    return try bounded(
      Expression(
        kind, range(Int(left.range.start), last), height: max(left.height, right?.height ?? 0) + 1))
  }

  private mutating func node(
    _ kind: Expression.Kind, start: Int, _ operand: Expression
  ) throws(GiveUp) -> Expression {
    try bounded(Expression(kind, range(start, Int(operand.range.end)), height: operand.height + 1))
  }

  /// Long chains (`a + b + c …`) make high trees without nesting: they are bounded as well.
  private mutating func bounded(_ expression: Expression) throws(GiveUp) -> Expression {
    guard expression.height <= Self.maximumDepth else {
      throw report(.tooDeep, Int(expression.range.start), Int(expression.range.end))
    }
    return expression
  }
}
