/// A word of a command, or a quoted text, of which only the literal parts are of interest: not `$name`, `${…}` and `$(…)`.
struct SecretWord {
  let start: Int
  /// Offset after the word.
  private(set) var end: Int
  /// What is literal in it, quotes left out.
  private(set) var literals: [Range<Int>] = []

  private let bytes: [UInt8]

  /// The word that begins at `start`; within a quotation by `quote`, what is left of that.
  init(_ bytes: [UInt8], at start: Int, within quote: UInt8? = nil) {
    self.bytes = bytes
    self.start = start
    end = start
    switch quote {
    case UInt8(ascii: "\"")?: readQuoted()
    case .some: readRaw()
    case nil: readPieces()
    }
  }

  /// Takes `NAME=` off the literal parts; returns the name, nil where there is none.
  mutating func cutName() -> String? {
    guard let first = literals.first, let equals = bytes[first].firstIndex(of: UInt8(ascii: "=")),
      equals > first.lowerBound
    else { return nil }
    literals[0] = equals + 1..<first.upperBound
    if literals[0].isEmpty { literals.removeFirst() }
    return String(decoding: bytes[first.lowerBound..<equals], as: UTF8.self)
  }

  private mutating func readPieces() {
    while end < bytes.count {
      switch bytes[end] {
      case UInt8(ascii: "'"):
        end += 1
        readRaw()
      case UInt8(ascii: "\""):
        end += 1
        readQuoted()
      case UInt8(ascii: "$"): skipValue()
      case UInt8(ascii: "#"): literal(upTo: end + 1)
      case let byte where Lexeme.isBare(byte):
        var next = end
        while next < bytes.count, Lexeme.isBare(bytes[next]) || bytes[next] == UInt8(ascii: "#") { next += 1 }
        literal(upTo: next)
      default: return
      }
    }
  }

  private mutating func literal(upTo next: Int) {
    if let last = literals.last, last.upperBound == end {
      literals[literals.count - 1] = last.lowerBound..<next
    } else if next > end {
      literals.append(end..<next)
    }
    end = next
  }

  /// To the closing quote, which is taken as well.
  private mutating func readRaw() {
    let close = bytes[end...].firstIndex(of: UInt8(ascii: "'"))
    literal(upTo: close ?? bytes.count)
    if close != nil { end += 1 }
  }

  private mutating func readQuoted() {
    var next = end
    while next < bytes.count {
      switch bytes[next] {
      case UInt8(ascii: "\\"): next = min(next + 2, bytes.count)
      case UInt8(ascii: "\""):
        literal(upTo: next)
        end = next + 1
        return
      case UInt8(ascii: "$"):
        literal(upTo: next)
        skipValue()
        next = end
      default: next += 1
      }
    }
    literal(upTo: next)
  }

  /// Past `$name`, `${…}` or `$(…)`; a lone `$` is literal.
  private mutating func skipValue() {
    let first = end + 1 < bytes.count ? bytes[end + 1] : 0
    if Lexeme.isIdentifierStart(first) {
      end += 1
      while end < bytes.count, Lexeme.isIdentifierPart(bytes[end]) { end += 1 }
      return
    }
    guard first == UInt8(ascii: "{") || first == UInt8(ascii: "(") else { return literal(upTo: end + 1) }
    var depth = 0
    var next = end + 1
    while next < bytes.count {
      switch bytes[next] {
      case UInt8(ascii: "{"), UInt8(ascii: "("): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: ")"): depth -= 1
      case UInt8(ascii: "\\"): next += 1
      default: break
      }
      next += 1
      if depth == 0 { break }
    }
    end = min(next, bytes.count)
  }
}
