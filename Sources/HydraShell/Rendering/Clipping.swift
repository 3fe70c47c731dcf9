import HydraDiagnostics

/// Cutting text to columns of a terminal, so that people see that something was cut.
enum Clipping {
  /// Plain `text` of at most `width` columns, the last of them "…" where some was cut off.
  static func cut(_ text: String, to width: Int) -> String {
    guard DisplayWidth.of(text) > width else { return text }
    var shown = ""
    var used = 1
    for character in text {
      used += DisplayWidth.of(character)
      guard used <= width else { break }
      shown.append(character)
    }
    return shown + "…"
  }

  /// The same for a line with colours, which take no columns and are ended.
  static func line(_ line: String, to width: Int) -> String {
    guard line.contains("\u{1B}") else { return cut(line, to: width) }
    guard visibleWidth(line) > width else { return line }
    var shown = ""
    var used = 1
    var isColored = false
    var rest = line[...]
    while let character = rest.first {
      if let color = color(at: rest) {
        isColored = !color.hasSuffix("[0m")
        shown += color
        rest = rest[color.endIndex...]
        continue
      }
      used += DisplayWidth.of(character)
      guard used <= width else { break }
      shown.append(character)
      rest.removeFirst()
    }
    return shown + "…" + (isColored ? "\u{1B}[0m" : "")
  }

  private static func visibleWidth(_ line: String) -> Int {
    var width = 0
    var rest = line[...]
    while let character = rest.first {
      if let color = color(at: rest) {
        rest = rest[color.endIndex...]
      } else {
        width += DisplayWidth.of(character)
        rest.removeFirst()
      }
    }
    return width
  }

  /// The colour that `text` begins with.
  private static func color(at text: Substring) -> Substring? {
    guard text.first == "\u{1B}", let end = text.firstIndex(of: "m") else { return nil }
    return text[...end]
  }
}
