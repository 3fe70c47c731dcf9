#if canImport(Glibc)
import Glibc
#endif

/// Cuts bytes into tokens. It has no memory: the parser asks for the token at a place, in the mode it needs there.
struct Lexer {
  let bytes: [UInt8]

  /// The byte at `index`; 0 past the end. A NUL in the text is caught as an unexpected character by its index.
  func byte(_ index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }

  /// The token at or after `start`. Comments passed on the way are added to those that were passed before.
  func token(at start: Int, skipNewlines: Bool, comments: inout [Range<Int>]) -> Token {
    let start = skipBlanks(from: start, newlines: skipNewlines, comments: &comments)
    guard start < bytes.count else { return Token(kind: .end, start: bytes.count, end: bytes.count) }
    let first = bytes[start]
    if Lexeme.isIdentifierStart(first) {
      let end = identifierEnd(start)
      return Token(kind: .identifier, start: start, end: end, keyword: Keyword(bytes, start, end))
    }
    if Lexeme.isDigit(first) { return Token(kind: .number, start: start, end: numberEnd(start)) }
    return symbol(first, at: start)
  }

  /// Skips blanks, comments and joined lines (`\` before a line end), and line ends if asked.
  func skipBlanks(from start: Int, newlines: Bool, comments: inout [Range<Int>]) -> Int {
    var index = start
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x09: index += 1
      // A line end has a line feed; a return alone is none, and no blank.
      case 0x0D where byte(index + 1) == 0x0A: index += 1
      case 0x0A where newlines: index += 1
      case 0x5C where lineEndLength(index + 1) > 0: index += 1 + lineEndLength(index + 1)
      case 0x23:
        let end = lineEnd(index)
        if index >= comments.last?.upperBound ?? 0 { comments.append(index..<end) }
        index = end
      default: return index
      }
    }
    return index
  }

  /// Length of the line end at `index`: 1, 2 for CR LF, or 0.
  func lineEndLength(_ index: Int) -> Int {
    if byte(index) == 0x0A { return 1 }
    return byte(index) == 0x0D && byte(index + 1) == 0x0A ? 2 : 0
  }

  /// Where the bytes from `start` on end that `belongs` takes.
  @inline(__always) func end(of start: Int, while belongs: (UInt8) -> Bool) -> Int {
    bytes.withUnsafeBufferPointer { bytes in
      var index = start
      while index < bytes.count, belongs(bytes[index]) { index += 1 }
      return index
    }
  }

  /// About how many words of a command are on the line of `start`, to reserve space for them: most have six bytes or more,
  /// with the blank.
  func wordCount(from start: Int) -> Int {
    let length = bytes.withUnsafeBytes { bytes -> Int in
      let most = min(256, bytes.count - start)
      guard most > 0, let first = bytes.baseAddress.map({ $0 + start }) else { return 0 }
      return memchr(first, 0x0A, most).map { UnsafeRawPointer($0) - first } ?? most
    }
    return length / 6 + 1
  }

  /// Where the line of `start` ends, before its line end.
  func lineEnd(_ start: Int) -> Int {
    let end = end(of: start) { $0 != 0x0A }
    return end > start && bytes[end - 1] == 0x0D ? end - 1 : end
  }

  /// Where the name that begins at `start` ends.
  func identifierEnd(_ start: Int) -> Int { end(of: start, while: Lexeme.isIdentifierPart) }

  /// A number with its units: `1..5` is two numbers, `1.5` one.
  private func numberEnd(_ start: Int) -> Int {
    var index = start
    while index < bytes.count {
      if Lexeme.isDigit(bytes[index]) || Lexeme.isLetter(bytes[index]) || bytes[index] == 0x5F {
        index += 1
      } else if bytes[index] == 0x2E, Lexeme.isDigit(byte(index + 1)), Lexeme.isDigit(bytes[index - 1]) {
        index += 1
      } else {
        break
      }
    }
    return index
  }

  private func symbol(_ first: UInt8, at start: Int) -> Token {
    let next = byte(start + 1)
    func one(_ kind: Token.Kind) -> Token { Token(kind: kind, start: start, end: start + 1) }
    func two(_ kind: Token.Kind) -> Token { Token(kind: kind, start: start, end: start + 2) }
    switch first {
    case 0x0A: return one(.newline)
    case 0x3B: return one(.semicolon)
    case 0x22: return one(.quote)
    case 0x27: return one(.rawQuote)
    case 0x24:
      if next == 0x7B { return two(.dollarBrace) }
      if next == 0x28 { return two(.dollarParen) }
      if Lexeme.isIdentifierStart(next) {
        return Token(kind: .variable, start: start, end: identifierEnd(start + 1))
      }
      return one(.unknown)
    case 0x28: return one(.leftParen)
    case 0x29: return one(.rightParen)
    case 0x5B: return one(.leftBracket)
    case 0x5D: return one(.rightBracket)
    case 0x7B: return one(.leftBrace)
    case 0x7D: return one(.rightBrace)
    case 0x2C: return one(.comma)
    case 0x2E: return next == 0x2E ? two(.dotDot) : one(.dot)
    case 0x3A: return one(.colon)
    case 0x2B: return one(.plus)
    case 0x2D: return one(.minus)
    case 0x2A: return one(.star)
    case 0x2F: return one(.slash)
    case 0x25: return one(.percent)
    case 0x3D: return next == 0x3D ? two(.equal) : next == 0x3E ? two(.arrow) : one(.assign)
    case 0x21: return next == 0x3D ? two(.notEqual) : one(.bang)
    case 0x3C: return next == 0x3D ? two(.lessOrEqual) : one(.less)
    case 0x3E: return next == 0x3D ? two(.greaterOrEqual) : one(.greater)
    case 0x26 where next == 0x26: return two(.doubleAmpersand)
    case 0x7C where next == 0x7C: return two(.doubleBar)
    default: return Token(kind: .unknown, start: start, end: characterEnd(start))
    }
  }

  /// Where the character that begins at `start` ends, so that carets cover it whole.
  func characterEnd(_ start: Int) -> Int {
    var end = start + 1
    while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
    return min(end, bytes.count)
  }
}
