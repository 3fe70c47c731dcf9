public import HydraDiagnostics

/// Text to tree. Any bytes give a tree and diagnostics, never a trap; all errors of a text are found in one pass.
///
/// `GRAMMAR.md` is the law; each method here reads one of its rules.
public struct Parser {
  /// Deepest nesting of blocks and expressions together: a bound that keeps the stack safe.
  public static let maximumDepth = 200
  /// Most errors collected for one text: garbage of megabytes must not take gigabytes of messages.
  static let maximumErrors = 1000

  let file: SourceFile
  let lexer: Lexer
  /// Everything before this offset has been read.
  var position: Int
  /// Reading stops here: the end of the text, or of a quoted expression.
  let limit: Int
  var diagnostics: [Diagnostic] = []
  var comments: [Range<Int>] = []
  var incomplete: IncompleteInput?
  /// What would have been taken at ``position``, for "expected …".
  var expected: [Expected] = []
  /// Open parentheses and brackets of expressions; inside them a line end is a blank.
  var parentheses = 0
  /// Open blocks.
  var blocks = 0
  /// The variables that the `set` of the statement that is read change, in all its blocks.
  var assigned: [String] = []
  /// What is open within the statement that is read, outermost first: the `{` of a record or `${`, the `"` of a string.
  var open: [UInt8] = []
  /// Whether a new statement may begin here, rather than the last one continue.
  var isFresh = true
  /// Whether a block may be a statement here: right inside `parallel`.
  var takesBlocks = false
  /// Open levels of everything.
  var depth = 0
  /// What is at the end of the text, for completion.
  var completion: CompletionContext?
  /// Whether every byte of the text is ASCII, as far as it has been looked at.
  private(set) var isASCII = false
  /// The end of the line in which a look-alike was reported last: one error a line is enough.
  private var lookAlikeLineEnd = -1
  /// Where the bare word begins that the text ends in; the end of the text when it ends in something else.
  let lastWordStart: Int
  private var cached: (position: Int, newlines: Bool, token: Token)?

  init(_ file: SourceFile, from start: Int = 0, to end: Int? = nil) {
    self.file = file
    limit = end ?? file.bytes.count
    lexer = Lexer(bytes: limit == file.bytes.count ? file.bytes : Array(file.bytes[..<limit]))
    position = start
    lastWordStart =
      (lexer.bytes.lastIndex { !Lexeme.isBare($0) && $0 != 0x24 } ?? -1) + 1
  }

  /// A parser at the beginning of `file`, which has reported what is wrong with the text as a whole.
  init(reading file: SourceFile) {
    guard file.bytes.count <= SourceFile.maximumSize else {
      self.init(file, to: 0)
      report(.sourceTooLarge(bytes: file.bytes.count), 0, 0)
      return
    }
    if let encoding = UTF8Check.otherEncoding(of: file.bytes) {
      self.init(file, to: 0)
      report(.otherEncoding(encoding), 0, 0)
      return
    }
    self.init(file, from: UTF8Check.markLength(in: file.bytes))
    checkEncoding()
    skipInterpreterLine()
  }

  /// What parsing gave.
  public struct Result: Sendable {
    /// The tree; statements with errors are left out of it.
    public var script: Script
    /// The errors, in order.
    public var diagnostics: [Diagnostic]
    /// Why the text is incomplete; nil if it is complete.
    public var incomplete: IncompleteInput?
    var completion: CompletionContext?
  }

  /// Parses all of `file`.
  public static func parse(_ file: SourceFile) -> Result {
    var parser = Parser(reading: file)
    let statements = parser.statements(untilBrace: false)
    let comments = parser.comments.map { SourceRange(file: file.id, start: $0.lowerBound, end: $0.upperBound) }
    return Result(
      script: Script(statements: statements, comments: comments, range: file.fullRange),
      diagnostics: parser.diagnostics, incomplete: parser.incomplete, completion: parser.completion)
  }

  /// An error was reported; the statement is given up and reading continues at the next.
  struct GiveUp: Error {}

  // MARK: Tokens

  /// The next token of an expression or statement frame.
  mutating func peek() -> Token {
    let newlines = parentheses > 0
    if let cached, cached.position == position, cached.newlines == newlines { return cached.token }
    let token = lexer.token(at: position, skipNewlines: newlines, comments: &comments)
    cached = (position, newlines, token)
    return token
  }

  /// The token after `token`.
  mutating func peek(after token: Token) -> Token {
    var ignored: [Range<Int>] = []
    return lexer.token(at: token.end, skipNewlines: parentheses > 0, comments: &ignored)
  }

  /// Takes the next token.
  @discardableResult mutating func advance() -> Token {
    let token = peek()
    move(to: token.end)
    return token
  }

  mutating func move(to offset: Int) {
    position = offset
    if !expected.isEmpty { expected.removeAll(keepingCapacity: true) }
  }

  /// Whether the next token is of `kind`; remembered as expected if not.
  mutating func at(_ kind: Token.Kind) -> Bool {
    if peek().kind == kind { return true }
    expected.append(.token(kind))
    return false
  }

  /// Whether the next token is this keyword; remembered as expected if not.
  mutating func at(_ keyword: Keyword) -> Bool {
    let token = peek()
    if token.keyword == keyword { return true }
    expected.append(.keyword(keyword))
    return false
  }

  /// Takes the next token if it is of `kind`.
  mutating func accept(_ kind: Token.Kind) -> Bool {
    guard at(kind) else { return false }
    advance()
    return true
  }

  mutating func accept(_ keyword: Keyword) -> Bool {
    guard at(keyword) else { return false }
    advance()
    return true
  }

  /// Takes a token of `kind` or reports what was expected.
  @discardableResult mutating func expect(_ kind: Token.Kind) throws(GiveUp) -> Token {
    guard at(kind) else { throw unexpected() }
    return advance()
  }

  mutating func expect(_ keyword: Keyword) throws(GiveUp) {
    guard accept(keyword) else { throw unexpected() }
  }

  /// Takes a name that a statement introduces.
  mutating func expectName() throws(GiveUp) -> Name {
    let token = peek()
    guard token.kind == .identifier else {
      expected = ["a name"]
      throw unexpected()
    }
    let text = text(token)
    guard token.keyword == nil else {
      throw report(.keywordAsName(text), token.start, token.end)
    }
    advance()
    return Name(text: text, range: range(token))
  }

  // MARK: Places

  func text(_ token: Token) -> String { text(token.start, token.end) }
  func text(_ start: Int, _ end: Int) -> String {
    lexer.bytes.withUnsafeBufferPointer { bytes in
      String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
    }
  }
  func range(_ token: Token) -> SourceRange { range(token.start, token.end) }
  func range(_ start: Int, _ end: Int) -> SourceRange { SourceRange(file: file.id, start: start, end: end) }

  // MARK: Errors

  /// Reports that none of the expected tokens is here.
  mutating func unexpected() -> GiveUp {
    let token = peek()
    var what: [String] = []
    for item in expected.map(\.description) where !what.contains(item) { what.append(item) }
    if token.kind == .end, parentheses > 0 { markIncomplete(.parenthesis) }
    if token.kind == .end, blocks > 0 { markIncomplete(.block) }
    if token.kind == .unknown, lexer.byte(token.start) == 0x5C, token.end == lexer.bytes.count {
      markIncomplete(.continuation)
    }
    if let problem = special(token) { return report(problem, token.start, token.end) }
    let found: String
    switch token.kind {
    case .end, .newline: found = token.description
    default: found = "'\(Wording.short(text(token)))'"
    }
    return report(.expected(what.isEmpty ? ["a statement"] : what, found: found), token.start, token.end)
  }

  /// A more helpful message than "expected" for the syntax of other languages.
  private func special(_ token: Token) -> SyntaxProblem? {
    switch token.kind {
    case .doubleAmpersand: .symbolForWord("&&", instead: "and")
    case .doubleBar: .symbolForWord("||", instead: "or")
    case .bang: .symbolForWord("!", instead: "not")
    case .identifier: Habit.instead(ofConnector: text(token)).map { .symbolForWord(text(token), instead: $0) }
    case .unknown:
      text(token) == "$" ? .missingNameAfterDollar : .unexpectedCharacter(text(token))
    default: nil
    }
  }

  @discardableResult
  mutating func report(_ problem: SyntaxProblem, _ start: Int, _ end: Int) -> GiveUp {
    if case .unexpectedCharacter(let text) = problem, text.unicodeScalars.first.flatMap(LookAlike.init) != nil {
      if start < lookAlikeLineEnd { return GiveUp() }
      lookAlikeLineEnd = lexer.lineEnd(start)
    }
    if diagnostics.count < Self.maximumErrors { diagnostics.append(problem.diagnostic(at: range(start, end))) }
    return GiveUp()
  }

  mutating func markIncomplete(_ reason: IncompleteInput) {
    // Only the first error can be fixed by more text.
    if diagnostics.isEmpty, incomplete == nil { incomplete = reason }
  }

  /// Enters one level of nesting; every level is left in ``leave()``.
  mutating func enter() throws(GiveUp) {
    depth += 1
    guard depth <= Self.maximumDepth else {
      let token = peek()
      depth -= 1
      throw report(.tooDeep, token.start, token.end)
    }
  }

  mutating func leave() { depth -= 1 }

  // MARK: The text as a whole

  private mutating func skipInterpreterLine() {
    guard lexer.byte(position) == 0x23, lexer.byte(position + 1) == 0x21 else { return }
    _ = peek()
  }

  /// Ill-formed UTF-8 is reported once, where it begins.
  private mutating func checkEncoding() {
    isASCII = UTF8Check.isASCII(lexer.bytes)
    if isASCII { return }
    guard let offset = UTF8Check.firstInvalid(in: lexer.bytes) else { return }
    report(.notUTF8, offset, offset + 1)
  }
}

/// Telling UTF-8 from what is none.
enum UTF8Check {
  /// Length of the byte order mark that some editors put before UTF-8: 3, or 0 without one.
  static func markLength(in bytes: [UInt8]) -> Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

  /// The name of another encoding of Unicode that the text is in, by its mark or by the zeros beside its first letters.
  static func otherEncoding(of bytes: [UInt8]) -> String? {
    guard bytes.count >= 2 else { return nil }
    let marks: [([UInt8], String)] = [
      ([0xFF, 0xFE, 0, 0], "UTF-32, little-endian"), ([0, 0, 0xFE, 0xFF], "UTF-32, big-endian"),
      ([0xFF, 0xFE], "UTF-16, little-endian"), ([0xFE, 0xFF], "UTF-16, big-endian"),
    ]
    if let mark = marks.first(where: { bytes.starts(with: $0.0) }) { return mark.1 }
    // Blanks and empty statements in front change nothing about it: the formatter takes them away.
    var start = 0
    while start + 1 < bytes.count, " \t\r\n;".utf8.contains(bytes[start]), bytes[start + 1] != 0 { start += 1 }
    guard bytes.count >= start + 4 else { return nil }
    switch bytes[start..<start + 4].map({ $0 == 0 }) {
    case [false, true, true, true]: return "UTF-32, little-endian"
    case [true, true, true, false]: return "UTF-32, big-endian"
    case [false, true, false, true]: return "UTF-16, little-endian"
    case [true, false, true, false]: return "UTF-16, big-endian"
    default: return nil
    }
  }

  /// Offset of the first byte that is not part of well-formed UTF-8; nil when all is well.
  static func firstInvalid(in bytes: [UInt8]) -> Int? {
    if String(validating: bytes, as: UTF8.self) != nil { return nil }
    // Halve: a prefix is well-formed up to the error, if it is cut at a character.
    var good = 0
    var bad = bytes.count
    while bad - good > 4 {
      var middle = (good + bad) / 2
      while middle > good, bytes[middle] & 0xC0 == 0x80 { middle -= 1 }
      if middle == good { break }
      if String(validating: bytes[good..<middle], as: UTF8.self) != nil { good = middle } else { bad = middle }
    }
    while good < bytes.count {
      let length = [1, 2, 3, 4].first { length in
        good + length <= bytes.count && String(validating: bytes[good..<(good + length)], as: UTF8.self) != nil
      }
      guard let length else { return good }
      good += length
    }
    return nil
  }

  /// Eight bytes at a time: every text is looked at.
  static func isASCII(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { bytes in
      var all: UInt64 = 0
      var index = 0
      while index + 8 <= bytes.count {
        all |= bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        index += 8
      }
      while index < bytes.count {
        all |= UInt64(bytes[index])
        index += 1
      }
      return all & 0x8080_8080_8080_8080 == 0
    }
  }
}
