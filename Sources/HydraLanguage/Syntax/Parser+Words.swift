import HydraDiagnostics

extension Parser {
  /// One word, or nil where none begins. Pieces that touch make one word: `--env=MODE="$mode"`.
  mutating func word() throws(GiveUp) -> Word? {
    let start = position
    guard Lexeme.isBare(lexer.byte(start)) else { return isAtOtherPiece ? try word(from: start, nil) : nil }
    // Most words are one bare piece, for which nothing is to be collected.
    let piece = try bareText()
    return isAtOtherPiece ? try word(from: start, piece) : Word(first: piece, range: range(start, position))
  }

  /// A word of any pieces, of which `first` was read already.
  private mutating func word(from start: Int, _ first: WordPart?) throws(GiveUp) -> Word? {
    var parts = WordParts(first: first)
    loop: while position < lexer.bytes.count {
      let byte = lexer.byte(position)
      switch byte {
      case 0x27: parts.append(try rawString())
      case 0x22: try quotedString(into: &parts)
      case 0x24:
        guard let part = try dollar(quoted: false) else { break loop }
        // `$(service inspect web).nodes[0].name`: the member of a command's value, as of a call's.
        if case .value(var whole, _) = part, case .command = whole.kind, parts.first == nil, isAtPart {
          try self.parts(of: &whole, touching: true)
          try endOfValue()
          return Word(first: .value(whole, quoted: false), range: whole.range)
        }
        parts.append(part)
      default:
        // At the start of a word a `#` would be a comment.
        guard Lexeme.isBare(byte) || (byte == 0x23 && position > start) else { break loop }
        parts.append(try bareText())
      }
    }
    return parts.first.map { Word(first: $0, more: parts.more, range: range(start, position)) }
  }

  /// Whether a piece of a word that is not bare text begins here: a quote, or what begins with `$`.
  private var isAtOtherPiece: Bool {
    switch lexer.byte(position) {
    case 0x22, 0x24, 0x27: true
    default: false
    }
  }

  /// Whether a member or an element of what was read touches it.
  private var isAtPart: Bool {
    let next = lexer.byte(position)
    return next == 0x5B || (next == 0x2E && Lexeme.isIdentifierStart(lexer.byte(position + 1)))
  }

  private mutating func bareText() throws(GiveUp) -> WordPart {
    let start = position
    // A `#` in the middle of a word is part of it; the first byte is known to be.
    let end = lexer.end(of: start + 1) { Lexeme.isBare($0) || $0 == 0x23 }
    if !isASCII { try checkLookAlikes(start, end) }
    move(to: end)
    return .text(text(start, end), range(start, end), quoted: false)
  }

  /// In a bare word, what can't be seen is never meant, and neither is what only looks like the dash of an option or a quote
  /// at its beginning.
  private mutating func checkLookAlikes(_ start: Int, _ end: Int) throws(GiveUp) {
    var offset = start
    while offset < end {
      let next = lexer.characterEnd(offset)
      let character = text(offset, next)
      if lexer.byte(offset) >= 0x80, let found = character.unicodeScalars.first.flatMap(LookAlike.init) {
        let opens = offset == start || lexer.byte(offset - 1) == 0x3D
        let isQuote = "'\"".contains(found.instead) && found.name.contains("quotation")
        let isOption =
          offset == start && found.instead == "-" && !" \t\r\n".utf8.contains(lexer.byte(next)) && next < end
        if found.isInvisible || (opens && isQuote) || isOption {
          throw report(.unexpectedCharacter(character), offset, next)
        }
      }
      offset = next
    }
  }

  /// `'…'`: everything is itself.
  mutating func rawString() throws(GiveUp) -> WordPart {
    let start = position
    let end = lexer.end(of: start + 1) { $0 != 0x27 }
    guard end < lexer.bytes.count else {
      markIncomplete(.quote)
      position = lexer.bytes.count
      throw report(.unterminatedRawString, start, start + 1)
    }
    move(to: end + 1)
    return .text(text(start + 1, end), range(start, end + 1), quoted: true)
  }

  /// `"…"` with escapes, `$name`, `${…}` and `$(…)`: one piece or more.
  mutating func quotedString(into parts: inout WordParts) throws(GiveUp) {
    let quote = position
    var start = quote
    // The text of the piece so far: what escapes stand for, then what stands from `plain` on as it is.
    var escaped: [UInt8] = []
    var plain = quote + 1
    func piece(_ parser: Self) -> String {
      if escaped.isEmpty { return parser.text(plain, parser.position) }
      return String(decoding: escaped + parser.lexer.bytes[plain..<parser.position], as: UTF8.self)
    }
    move(to: plain)
    open.append(0x22)
    while true {
      guard position < lexer.bytes.count else {
        markIncomplete(.quote)
        throw report(.unterminatedString, quote, quote + 1)
      }
      switch lexer.bytes[position] {
      case 0x22:
        let text = piece(self)
        move(to: position + 1)
        open.removeLast()
        if !text.isEmpty || start == quote { parts.append(.text(text, range(start, position), quoted: true)) }
        return
      case 0x5C:
        escaped += lexer.bytes[plain..<position]
        escaped += try escape()
        plain = position
      case 0x24:
        let end = position
        let text = piece(self)
        guard let part = try dollar(quoted: true) else { throw report(.missingNameAfterDollar, end, end + 1) }
        if !text.isEmpty { parts.append(.text(text, range(start, end), quoted: true)) }
        parts.append(part)
        escaped = []
        start = position
        plain = position
      default: position = lexer.end(of: position) { $0 != 0x22 && $0 != 0x5C && $0 != 0x24 }
      }
    }
  }

  private mutating func escape() throws(GiveUp) -> [UInt8] {
    let start = position
    let joined = lexer.lineEndLength(start + 1)
    if joined > 0 {
      move(to: start + 1 + joined)
      return []
    }
    let letter = lexer.byte(start + 1)
    move(to: min(start + 2, lexer.bytes.count))
    switch letter {
    case 0x6E: return [0x0A]
    case 0x74: return [0x09]
    case 0x72: return [0x0D]
    case 0x65: return [0x1B]
    case 0x5C, 0x22, 0x24: return [letter]
    case 0x75 where lexer.byte(position) == 0x7B: return try unicodeEscape(from: start)
    default:
      let end = min(lexer.characterEnd(start + 1), lexer.bytes.count)
      guard start + 1 < lexer.bytes.count else { return [] }
      report(.unknownEscape(text(start, end)), start, end)
      move(to: end)
      return []
    }
  }

  private mutating func unicodeEscape(from start: Int) throws(GiveUp) -> [UInt8] {
    var end = position + 1
    while end < lexer.bytes.count, lexer.bytes[end] != 0x7D, lexer.bytes[end] != 0x22, end - position < 12 { end += 1 }
    let digits = text(position + 1, end)
    let close = lexer.byte(end) == 0x7D ? end + 1 : end
    move(to: close)
    guard let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value), close > end else {
      report(.invalidScalar(text(start, close)), start, close)
      return []
    }
    return Array(String(Character(scalar)).utf8)
  }

  /// `$name`, `${expression}` or `$(command)`; nil for a `$` that is none of them.
  mutating func dollar(quoted: Bool) throws(GiveUp) -> WordPart? {
    let start = position
    let next = lexer.byte(start + 1)
    if Lexeme.isIdentifierStart(next) {
      let end = lexer.identifierEnd(start + 1)
      move(to: end)
      return .value(Expression(.variable(text(start + 1, end)), range(start, end)), quoted: quoted)
    }
    guard next == 0x7B || next == 0x28 else { return nil }
    return .value(try bracketed(), quoted: quoted)
  }

  /// `${expression}` or `$(command)`, from the `$` on.
  mutating func bracketed() throws(GiveUp) -> Expression {
    let start = position
    let isCommand = lexer.byte(start + 1) == 0x28
    try enter()
    defer { leave() }
    let outer = parentheses
    parentheses = 1
    move(to: start + 2)
    if isCommand {
      let node = try command()
      guard at(.rightParen) else { throw unexpected() }
      let close = advance()
      parentheses = outer
      return Expression(.command(node), range(start, close.end))
    }
    open.append(0x7B)
    let inner = try expression()
    guard at(.rightBrace) else { throw unexpected() }
    open.removeLast()
    let close = advance()
    parentheses = outer
    return Expression(inner.kind, range(start, close.end), height: inner.height)
  }
}

/// The pieces of a word or string as they are read. Nearly always there is one, and no array is made for it.
struct WordParts {
  private(set) var first: WordPart?
  private(set) var more: [WordPart] = []

  init(first: WordPart? = nil) { self.first = first }

  mutating func append(_ part: WordPart) { if first == nil { first = part } else { more.append(part) } }

  var all: [WordPart] { first.map { [$0] + more } ?? [] }
}
