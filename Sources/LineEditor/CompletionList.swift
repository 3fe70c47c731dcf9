import CLibedit

/// The list of candidates as it is shown when there are several.
enum CompletionList {
  /// More are counted, not shown.
  private static let most = 60

  /// The longest text that all of `texts` begin with.
  static func commonPrefix(_ texts: [String]) -> String {
    guard let first = texts.first else { return "" }
    var prefix = Array(first.unicodeScalars)
    for text in texts.dropFirst() {
      var count = 0
      for (one, other) in zip(prefix, text.unicodeScalars) {
        guard one == other else { break }
        count += 1
      }
      prefix.removeLast(prefix.count - count)
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: prefix)
    return String(text)
  }

  /// Candidates with their descriptions one a line; in columns when none has a description.
  static func lines(_ candidates: [Candidate], columns: Int) -> [String] {
    let shown = candidates.prefix(most)
    let widest = shown.map { width($0.text) }.max() ?? 0
    var lines: [String] = []
    if shown.allSatisfy(\.description.isEmpty) {
      let perLine = max(columns / (widest + 2), 1)
      var start = 0
      while start < shown.count {
        let row = shown[start..<min(start + perLine, shown.count)]
        lines.append(row.map { padded($0.text, widest + 2) }.joined().trimmingBlanks)
        start += perLine
      }
    } else {
      for candidate in shown {
        lines.append(cut("  " + padded(candidate.text, widest + 2) + candidate.description, columns).trimmingBlanks)
      }
    }
    if candidates.count > most { lines.append("  … and \(candidates.count - most) more") }
    return lines
  }

  private static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + max(Int(clibedit_width($1.value)), 0) }
  }

  private static func padded(_ text: String, _ columns: Int) -> String {
    text + String(repeating: " ", count: max(columns - width(text), 0))
  }

  /// The first line of `text` within `columns` columns, with "…" where something is left out, and its width.
  static func cut(_ text: String, to columns: Int) -> (text: String, width: Int) {
    var kept = String(text.prefix { $0 != "\n" && $0 != "\t" })
    var isCut = kept.count < text.count
    while !kept.isEmpty, width(kept) + (isCut ? 1 : 0) > columns {
      kept.removeLast()
      isCut = true
    }
    if isCut, width(kept) < columns { kept += "…" }
    return (kept, width(kept))
  }

  private static func cut(_ text: String, _ columns: Int) -> String {
    guard width(text) >= columns else { return text }
    var kept = ""
    for character in text {
      if width(kept + String(character)) > columns - 2 { break }
      kept.append(character)
    }
    return kept + "…"
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
