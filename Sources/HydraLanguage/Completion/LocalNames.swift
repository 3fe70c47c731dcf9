import HydraDiagnostics

/// The names that blocks and lambdas define around the end of a text, and what kind of place that end is.
///
/// Read from the tokens and not from the tree: a text that is being typed has no tree yet where it matters.
struct LocalNames {
  /// A name, and an expression for its value as far as that is written in the text.
  struct Entry {
    let name: String
    let value: String?
  }

  /// Names visible at the end, innermost last.
  private(set) var entries: [Entry] = []
  /// Whether the text ends in a string or a comment, where every character is itself.
  private(set) var endsInText = false

  /// What is open: a bracket of code, or a string.
  private struct Open {
    let byte: UInt8
    /// Names that were visible outside.
    let outer: Int
    /// Where what the bracket contains begins.
    let start: Int
    /// The first comma within it.
    var comma: Int?
  }

  private let lexer: Lexer
  private var open: [Open] = []
  /// Names that become visible in the next block.
  private var pending: [Entry] = []

  init(_ file: SourceFile) {
    lexer = Lexer(bytes: file.bytes)
    read()
  }

  private mutating func read() {
    var position = 0
    var isStart = true
    while position < lexer.bytes.count {
      if open.last?.byte == 0x22 {
        position = string(from: position)
        continue
      }
      var comments: [Range<Int>] = []
      let token = lexer.token(at: position, skipNewlines: false, comments: &comments)
      endsInText = comments.last?.upperBound == lexer.bytes.count
      guard token.kind != .end else { return }
      position = token.end
      let wasStart = isStart
      isStart = false
      switch token.kind {
      case .newline, .semicolon: isStart = true
      case .leftBrace:
        push(0x7B, at: token.end)
        entries += pending
        pending = []
        isStart = true
      case .dollarBrace, .leftParen, .dollarParen, .leftBracket:
        push(lexer.byte(token.end - 1), at: token.end)
        isStart = token.kind == .dollarParen
      case .rightBrace, .rightParen, .rightBracket:
        pop()
        // `} catch e {`, `} else {`
        isStart = token.kind == .rightBrace
      case .comma:
        if let last = open.indices.last, open[last].comma == nil { open[last].comma = token.start }
      case .quote: push(0x22, at: token.end)
      case .rawQuote:
        let end = lexer.end(of: token.end) { $0 != 0x27 }
        endsInText = end >= lexer.bytes.count
        position = end + 1
      case .identifier:
        if wasStart, let keyword = token.keyword {
          position = statement(keyword, from: token.end)
          // `parallel for …`
          isStart = keyword == .parallel
        } else {
          lambda(token)
        }
      default: break
      }
    }
    if open.last?.byte == 0x22 { endsInText = true }
  }

  private mutating func push(_ byte: UInt8, at start: Int) {
    open.append(Open(byte: byte, outer: entries.count, start: start))
  }

  private mutating func pop() {
    guard let closed = open.popLast() else { return }
    entries.removeSubrange(min(closed.outer, entries.count)...)
  }

  /// A piece of a string, up to its end or to what is evaluated in it.
  private mutating func string(from start: Int) -> Int {
    let position = lexer.end(of: start) { $0 != 0x22 && $0 != 0x5C && $0 != 0x24 }
    switch (lexer.byte(position), lexer.byte(position + 1)) {
    case (0x22, _):
      pop()
      return position + 1
    case (0x24, 0x7B), (0x24, 0x28):
      push(lexer.byte(position + 1), at: position + 2)
      return position + 2
    case (0x5C, _): return position + 2
    default: return position + 1
    }
  }

  /// What a statement defines that begins with `keyword`; where reading continues.
  private mutating func statement(_ keyword: Keyword, from start: Int) -> Int {
    switch keyword {
    case .let:
      guard let (name, end) = identifier(from: start) else { return start }
      var ignored: [Range<Int>] = []
      let next = lexer.token(at: end, skipNewlines: false, comments: &ignored)
      guard next.kind == .assign else { return end }
      entries.append(Entry(name: name, value: text(next.end, endOfStatement(from: next.end))))
      return next.end
    case .for:
      var names: [String] = []
      var position = start
      while let (name, end) = identifier(from: position) {
        names.append(name)
        var ignored: [Range<Int>] = []
        let next = lexer.token(at: end, skipNewlines: false, comments: &ignored)
        position = next.end
        guard next.kind == .comma else { break }
      }
      let element = "first(\(text(position, endOfStatement(from: position))))"
      pending = names.enumerated().map { Entry(name: $1, value: $0 == names.count - 1 ? element : nil) }
      return position
    case .catch:
      pending = identifier(from: start).map { [Entry(name: $0.name, value: nil)] } ?? []
      return start
    case .def:
      guard let (_, end) = identifier(from: start), lexer.byte(end) == 0x28 else { return start }
      return parameters(from: end + 1)
    default: return start
    }
  }

  /// The parameters of a definition, with values that may be left out.
  private mutating func parameters(from start: Int) -> Int {
    var position = start
    var isName = true
    var depth = 0
    while position < lexer.bytes.count {
      var ignored: [Range<Int>] = []
      let token = lexer.token(at: position, skipNewlines: true, comments: &ignored)
      position = token.end
      switch token.kind {
      case .end: return position
      case .leftParen, .leftBracket: depth += 1
      case .rightBracket: depth -= 1
      case .rightParen:
        if depth == 0 { return position }
        depth -= 1
      case .comma where depth == 0: isName = true
      case .identifier where isName:
        pending.append(Entry(name: text(token.start, token.end), value: nil))
        isName = false
      default: isName = false
      }
    }
    return position
  }

  /// `x => …` as an argument: x is an element of the argument before.
  private mutating func lambda(_ token: Token) {
    var ignored: [Range<Int>] = []
    guard let call = open.last, call.byte == 0x28, let comma = call.comma,
      lexer.token(at: token.end, skipNewlines: true, comments: &ignored).kind == .arrow
    else { return }
    entries.append(Entry(name: text(token.start, token.end), value: "first(\(text(call.start, comma)))"))
  }

  private func identifier(from start: Int) -> (name: String, end: Int)? {
    var ignored: [Range<Int>] = []
    let token = lexer.token(at: start, skipNewlines: false, comments: &ignored)
    // A name that the text ends in is still being typed.
    guard token.kind == .identifier, token.end < lexer.bytes.count else { return nil }
    return (text(token.start, token.end), token.end)
  }

  /// Where the expression that begins at `start` ends: at a line end or `;`, or at the `{` of a block.
  private func endOfStatement(from start: Int) -> Int {
    var position = start
    var depth = 0
    while position < lexer.bytes.count {
      var ignored: [Range<Int>] = []
      let token = lexer.token(at: position, skipNewlines: depth > 0, comments: &ignored)
      switch token.kind {
      case .end: return token.start
      case .newline, .semicolon, .leftBrace, .rightBrace: if depth == 0 { return token.start }
      case .leftParen, .leftBracket, .dollarParen: depth += 1
      case .rightParen, .rightBracket:
        if depth == 0 { return token.start }
        depth -= 1
      default: break
      }
      position = token.end
    }
    return position
  }

  private func text(_ start: Int, _ end: Int) -> String {
    String(decoding: lexer.bytes[min(start, end)..<end], as: UTF8.self)
  }

  // MARK: Types

  /// What is known of the value of `name`, where the text defines it; else what `otherwise` knows.
  func type(of name: String, otherwise: (String) -> ValueType?) -> ValueType? {
    type(of: name, among: entries[...], otherwise)
  }

  private func type(
    of name: String, among entries: ArraySlice<Entry>, _ otherwise: (String) -> ValueType?
  ) -> ValueType? {
    guard let index = entries.lastIndex(where: { $0.name == name }) else { return otherwise(name) }
    guard let value = entries[index].value, let parsed = Self.parsed(value) else { return .any }
    // A name may be defined by an earlier one of the same name: `let n = n + 1`.
    return parsed.type { type(of: $0, among: entries[..<index], otherwise) }
  }

  private static func parsed(_ text: String) -> Expression? {
    var sources = SourceMap()
    let file = sources.add(name: "value", origin: .prompt, text: text)
    guard case .expression(let expression)? = Parser.parse(file).script.statements.first?.kind else { return nil }
    return expression
  }
}
