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
    case .notUTF8: ("not-utf8", "the text is not UTF-8 here", "save it as UTF-8")
    case .otherEncoding(let name): ("not-utf8", "the text is \(name), expected UTF-8", "save it as UTF-8")
    case .expected(let what, let found): ("syntax", "expected \(Wording.choice(what)), found \(found)", nil)
    case .unterminatedString: ("unterminated-string", "the string is not closed", "close it with \"")
    case .unterminatedRawString: ("unterminated-string", "the string is not closed", "close it with '")
    case .unknownEscape(let text):
      (
        "unknown-escape", "unknown escape '\(text)'",
        "the known ones are \\n, \\t, \\r, \\e, \\\\, \\\", \\$ and \\u{…}; nothing is special in '…'"
      )
    case .invalidScalar(let text): ("unknown-escape", "'\(text)' is not a character of Unicode", nil)
    case .missingNameAfterDollar:
      ("syntax", "expected a name, '{' or '(' after '$'", "quote it as '$' to mean the character")
    case .unexpectedCharacter("\r"):
      (
        "syntax", "unexpected carriage return (U+000D) without a line feed",
        "end each line with a line feed: save the text with Unix line ends"
      )
    case .unexpectedCharacter(let text):
      if let found = text.unicodeScalars.first.flatMap(LookAlike.init) {
        (
          "look-alike",
          found.isInvisible
            ? "unexpected \(found.name) (\(found.number))" : "unexpected '\(text)' (\(found.name), \(found.number))",
          Wording.instead(of: found)
        )
      } else {
        ("syntax", "unexpected character \(Wording.visible(text))", nil)
      }
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
    case .chainedComparison: ("syntax", "comparisons cannot be chained", "write 'a < b and b < c'")
    case .unknownStatement(let word, let remedy): ("unknown-command", "unknown command '\(word)'", remedy)
    case .methodCall(let name, let base):
      ("syntax", "values have no methods", "write \(name)(\(Wording.short(base)))")
    case .commandAsValue(let text):
      ("syntax", "a command is not a value here", "write $(\(Wording.short(text)))")
    case .waitWithoutWithin: ("syntax", "expected 'within' and how long to wait", "add, for example, 'within 10s'")
    case .waitForTime(let text):
      ("syntax", "expected 'until', found '\(text)'", "write 'sleep \(text)' to wait for a fixed time")
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
      return LookAlike.number(scalar)
    default: return "'\(text)'"
    }
  }

  /// `a`, `a or b`, `a, b or c`.
  static func choice(_ items: [String]) -> String {
    guard let last = items.last else { return "nothing" }
    return items.count == 1 ? last : items.dropLast().joined(separator: ", ") + " or " + last
  }

  /// What to write in the place of a look-alike.
  static func instead(of found: LookAlike) -> String {
    switch found.instead {
    case "": "remove it, or quote it to mean the character"
    case " ": "write a blank, or quote it to mean the character"
    default: "write \(found.instead == "'" ? "\"'\"" : "'\(found.instead)'"), or quote it to mean the character"
    }
  }

  /// "did you mean 'x'?", when there is a near one.
  static func didYouMean(_ word: String, _ candidates: some Sequence<String>) -> String? {
    if let (plain, found) = LookAlike.plain(word), candidates.contains(plain) {
      return
        "write '\(plain)': \(found.isInvisible ? "in it is" : "'\(found.scalar)' is") \(found.article) (\(found.number))"
    }
    return EditDistance.nearest(to: word, among: candidates).map { "did you mean '\($0)'?" }
  }

  /// `value` in quotes, shortened.
  static func quote(_ value: Value) -> String { "'\(short(value.text))'" }

  /// `text` on one line, at most 80 characters of it.
  static func short(_ text: String) -> String {
    let line = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: " ")
    return line.count > 80 ? String(line.prefix(79)) + "…" : line
  }
}
