import HydraDiagnostics

/// Finds the secrets written out in a text of the language: values of secret options (`--token`, `--env`), values given to
/// names that look secret (`--label API_KEY=…`, `let password = "…"`, `{token: "…"}`) and passwords in URLs.
///
/// It reads bytes instead of the checked program, because the texts that are shown most are those that can't be checked: a
/// line with an unclosed quote, or with the option misspelled, holds its secret all the same.
public struct SecretText {
  /// One secret.
  public struct Finding: Sendable, Equatable {
    /// The whole word, or the quoted text of an expression, that holds it.
    public var word: Range<Int>
    /// What is literal in it and must not be shown.
    public var hidden: [Range<Int>]
    /// The name it is given to: an environment variable, an option without dashes, a variable.
    public var name: String
    /// Its context.
    public var place: Place
  }

  /// The context of a secret.
  public enum Place: Sendable, Equatable {
    /// The value of an option.
    case option
    /// The value behind `NAME=` in a word.
    case pair
    /// A quoted text in an expression.
    case expression
    /// The password in a URL, or a word of another program: what could stand there instead is not known.
    case elsewhere
  }

  private let bytes: [UInt8]
  private var findings: [Finding] = []

  /// The secrets of `bytes`, in order. With `onlyNamed`, values of `--env` whose name does not look secret are left out.
  public static func findings(in bytes: [UInt8], onlyNamed: Bool = false) -> [Finding] {
    var text = SecretText(bytes)
    text.scan(onlyNamed: onlyNamed)
    return text.findings
  }

  /// What must not be shown of `bytes`, in order; for ``SourceMap/secrets``.
  @Sendable public static func ranges(in bytes: [UInt8]) -> [Range<Int>] { findings(in: bytes).flatMap(\.hidden) }

  /// `text` with every secret as "…".
  public static func masked(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for hidden in ranges(in: bytes).reversed() { bytes.replaceSubrange(hidden, with: "…".utf8) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether a name in `text` looks like that of a secret, so that its value must not be shown.
  public static func namesSecret(_ text: String) -> Bool {
    text.utf8.split { !Lexeme.isIdentifierPart($0) && $0 != UInt8(ascii: "-") }
      .contains { SecretNames.looksSecret(Substring($0)) }
  }

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  private static let options = CommandTable.commands.flatMap(\.options).filter(\.isSecret)

  private mutating func scan(onlyNamed: Bool) {
    var index = 0
    while index < bytes.count {
      let isStart = index == 0 || !isNamePart(bytes[index - 1])
      if isStart, bytes[index] == UInt8(ascii: "-"), let end = option(at: index, onlyNamed: onlyNamed) {
        index = end
      } else if isStart, Lexeme.isIdentifierStart(bytes[index]) {
        index = name(at: index)
      } else if bytes[index] == UInt8(ascii: ":"), let end = credentials(at: index) {
        index = end
      } else {
        index += 1
      }
    }
  }

  private func isNamePart(_ byte: UInt8) -> Bool { Lexeme.isIdentifierPart(byte) || byte == UInt8(ascii: "-") }

  private func byte(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// Past the blanks at `index`, those of joined lines included.
  private func afterBlanks(_ index: Int) -> Int {
    var index = index
    while let byte = byte(index) {
      if byte == 0x20 || byte == 0x09 {
        index += 1
      } else if byte == UInt8(ascii: "\\"), self.byte(index + 1) == 0x0A {
        index += 2
      } else {
        break
      }
    }
    return index
  }

  /// A secret option at `index`; returns where to continue, nil if there is none.
  private mutating func option(at index: Int, onlyNamed: Bool) -> Int? {
    guard byte(index + 1) == UInt8(ascii: "-"), let first = byte(index + 2), Lexeme.isLetter(first) else { return nil }
    var end = index + 2
    while let byte = byte(end), isNamePart(byte) { end += 1 }
    let written = text(index..<end)
    // A misspelled option holds its secret all the same.
    let known = Self.options.first { $0.name == written }
    guard
      let option = known
        ?? (CommandTable.isOption(written)
          ? nil
          : EditDistance.nearest(to: written, among: Self.options.map(\.name)).flatMap { near in
            Self.options.first { $0.name == near }
          })
    else { return name(at: index + 2, dashesAt: index) }
    let start = byte(end) == UInt8(ascii: "=") ? end + 1 : afterBlanks(end)
    guard let next = byte(start), next != 0x0A, !(next == 0x2D && byte(start + 1) == 0x2D) else { return end }
    var word = SecretWord(bytes, at: start)
    if option.type == .keyValue {
      guard let name = word.cutName() else {
        // Not `NAME=value`: any part of it may be the secret.
        add(word, name: "", .pair)
        return word.end
      }
      if !onlyNamed || SecretNames.looksSecret(name) { add(word, name: name, .pair) }
    } else {
      add(word, name: String(option.name.dropFirst(2)), .option)
    }
    return max(word.end, end)
  }

  /// A name at `index` and what it is given; returns where to continue. With dashes before it, it is an option of another program.
  private mutating func name(at index: Int, dashesAt dashes: Int? = nil) -> Int {
    var end = index
    while let byte = byte(end), isNamePart(byte) { end += 1 }
    let name = text(index..<end)
    guard SecretNames.looksSecret(name) else { return end }
    let start = dashes ?? index
    let before = start > 0 ? bytes[start - 1] : 0x20
    let quote = before == UInt8(ascii: "\"") || before == UInt8(ascii: "'") ? before : nil
    if byte(end) == UInt8(ascii: "="), byte(end + 1) != UInt8(ascii: "=") {
      // `NAME=value` is one word, or is within quotes.
      let word = SecretWord(bytes, at: end + 1, within: quote)
      if !word.literals.isEmpty {
        add(word, name: name, dashes == nil ? .pair : .elsewhere, from: quote == nil ? start : start - 1)
      }
      return max(word.end, end + 1)
    }
    if dashes != nil { return nextWord(end, name, quote) }
    // A field of a record may be quoted.
    var next = afterBlanks(quote != nil && byte(end) == quote ? end + 1 : end)
    guard let sign = byte(next), "=:!".utf8.contains(sign) else { return end }
    // The value that a secret is compared with reveals as much as the one it is set to.
    let isComparison = byte(next + 1) == UInt8(ascii: "=")
    guard isComparison || sign != UInt8(ascii: "!") else { return end }
    next = afterBlanks(next + (isComparison ? 2 : 1))
    // `let key = "web"` is about anything; what is called API_KEY is not.
    guard name != "key", let opening = byte(next), opening == UInt8(ascii: "\"") || opening == UInt8(ascii: "'") else {
      // `"Authorization: Bearer …"`.
      guard let quote, sign == UInt8(ascii: ":"), byte(end) == sign else { return next }
      let word = SecretWord(bytes, at: next, within: quote)
      add(word, name: name, .elsewhere)
      return max(word.end, next)
    }
    let word = SecretWord(bytes, at: next + 1, within: opening)
    add(word, name: name, .expression, from: next)
    return max(word.end, next)
  }

  /// The word, or the next element of a list, behind an option of another program that ends at `end`; returns where to continue.
  private mutating func nextWord(_ end: Int, _ name: String, _ quote: UInt8?) -> Int {
    var next = afterBlanks(end)
    guard let quote else {
      guard next > end, let first = byte(next), first != 0x2D else { return end }
      let word = SecretWord(bytes, at: next)
      add(word, name: name, .elsewhere)
      return max(word.end, next)
    }
    guard byte(end) == quote else { return end }
    next = afterBlanks(end + 1)
    guard byte(next) == UInt8(ascii: ",") else { return next }
    next = afterBlanks(next + 1)
    guard let opening = byte(next), opening == UInt8(ascii: "\"") || opening == UInt8(ascii: "'") else { return next }
    let word = SecretWord(bytes, at: next + 1, within: opening)
    add(word, name: name, .expression, from: next)
    return max(word.end, next)
  }

  /// `://user:password@` at the colon; returns where to continue.
  private mutating func credentials(at index: Int) -> Int? {
    guard byte(index + 1) == UInt8(ascii: "/"), byte(index + 2) == UInt8(ascii: "/") else { return nil }
    var colon: Int?
    var end = index + 3
    while let byte = byte(end), Lexeme.isBare(byte) || byte == UInt8(ascii: "$"), byte != UInt8(ascii: "/") {
      if byte == UInt8(ascii: ":"), colon == nil { colon = end }
      if byte == UInt8(ascii: "@") {
        guard let colon, colon + 1 < end, bytes[colon + 1] != UInt8(ascii: "$") else { return end }
        let hidden = colon + 1..<end
        findings.append(Finding(word: hidden, hidden: [hidden], name: "password", place: .elsewhere))
        return end
      }
      end += 1
    }
    return index + 3
  }

  private mutating func add(_ word: SecretWord, name: String, _ place: Place, from start: Int? = nil) {
    guard !word.literals.isEmpty else { return }
    findings.append(
      Finding(word: (start ?? word.start)..<word.end, hidden: word.literals, name: name, place: place))
  }
}
