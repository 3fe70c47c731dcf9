import HydraDiagnostics

extension SyntaxProblem {
  /// The problem as a diagnostic at `range`.
  func diagnostic(at range: SourceRange) -> Diagnostic {
    let words = wording
    return Diagnostic(code: .init(words.code), message: words.message, range: range, remedy: words.remedy)
  }

  private var wording: (code: String, message: String, remedy: String?) {
    switch self {
    case .sourceTooLarge(let bytes):
      ("source-too-large", "the text is \(bytes) bytes long, at most \(SourceFile.maximumSize) are read", nil)
    case .notUTF8: ("not-utf8", "the text is not UTF-8 here", nil)
    case .expected(let what, let found): ("syntax", "expected \(Wording.choice(what)), found \(found)", nil)
    case .unterminatedString: ("unterminated-string", "the string is not closed", "close it with \"")
    case .unterminatedRawString: ("unterminated-string", "the string is not closed", "close it with '")
    case .unknownEscape(let text):
      (
        "unknown-escape", "unknown escape '\(text)'",
        "known are \\n, \\t, \\r, \\e, \\\\, \\\", \\$ and \\u{…}; nothing is special in '…'"
      )
    case .invalidScalar(let text): ("unknown-escape", "'\(text)' is not a character of Unicode", nil)
    case .missingNameAfterDollar:
      ("syntax", "expected a name, '{' or '(' after '$'", "quote it as '$' to mean the character")
    case .unexpectedCharacter("\u{FEFF}"):
      ("syntax", "unexpected byte order mark", "save the text as UTF-8 without one")
    case .unexpectedCharacter(let text): ("syntax", "unexpected character \(Wording.visible(text))", nil)
    case .bracketInWord(let text):
      (
        "syntax", "unexpected '\(text)' in a word",
        "write ${…} around a list or record, or quote it to mean the character"
      )
    case .pipeOrRedirection(let text):
      ("syntax", "unexpected '\(text)'", "there are no pipes or redirections here; quote it to mean the character")
    case .parenthesisInWord:
      ("syntax", "unexpected '(' in a word", "quote it, or write ${…} around an expression")
    case .escapeOutsideQuotes: ("syntax", "unexpected '\\' in a word", "quote the word")
    case .numberTooLarge(let text): ("number-too-large", "the number '\(text)' is too large", nil)
    case .unknownUnit(let unit, let number):
      (
        "unknown-unit", "unknown unit '\(unit)' in '\(number)'",
        "units are ns, us, ms, s, m, h, d and B, KiB, MiB, GiB, TiB, kB, KB, MB, GB, TB"
      )
    case .tooDeep:
      ("too-deep", "nested more than \(Parser.maximumDepth) deep", "use variables or definitions for the parts")
    case .keywordAsName(let text): ("keyword-as-name", "'\(text)' is a word of the language, not a name", nil)
    case .symbolForWord(let symbol, let instead): ("syntax", "unexpected '\(symbol)'", "write '\(instead)'")
    case .assignmentForComparison:
      ("syntax", "unexpected '=' in an expression", "compare with '=='; change a variable with 'set name = value'")
    case .chainedComparison: ("syntax", "a comparison can't be compared again", "write 'a < b and b < c'")
    case .surplusBrace: ("syntax", "unexpected '}': no block is open", nil)
    case .elseWithoutIf: ("syntax", "'else' without 'if'", "write 'else' on the line of the closing '}'")
    case .catchWithoutTry: ("syntax", "'catch' without 'try'", "write 'catch' on the line of the closing '}'")
    case .unopened(let text): ("syntax", "unexpected '\(text)'", nil)
    }
  }
}

/// Phrases that several messages share.
enum Wording {
  /// A character in quotes; one that can't be seen by its number.
  static func visible(_ text: String) -> String {
    guard let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1 else { return "'\(text)'" }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .unassigned, .privateUse:
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    default: return "'\(text)'"
    }
  }

  /// `a`, `a or b`, `a, b or c`.
  static func choice(_ items: [String]) -> String {
    guard let last = items.last else { return "nothing" }
    return items.count == 1 ? last : items.dropLast().joined(separator: ", ") + " or " + last
  }

  /// `1 argument`, `2 arguments`.
  static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

  /// "did you mean 'x'?", when there is a near one.
  static func didYouMean(_ word: String, _ candidates: some Sequence<String>) -> String? {
    EditDistance.nearest(to: word, among: candidates).map { "did you mean '\($0)'?" }
  }

  /// `value` in quotes, shortened.
  static func quote(_ value: Value) -> String { "'\(short(value.text))'" }

  /// `text` on one line, at most 80 characters of it.
  static func short(_ text: String) -> String {
    let line = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: " ")
    return line.count > 80 ? String(line.prefix(79)) + "…" : line
  }
}
