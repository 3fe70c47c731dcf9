import HydraDiagnostics

/// Rows under a heading, aligned by display width. The last column is not padded, empty columns are left out.
struct Table {
  /// One field.
  struct Cell {
    var text: String
    var meaning: Paint.Meaning?

    init(_ text: String?, _ meaning: Paint.Meaning? = nil) {
      self.text = text ?? ""
      self.meaning = meaning
    }
  }

  /// Headings; in capitals when shown.
  var columns: [String]
  var rows: [[Cell]]
  /// Columns of numbers, which end at the same place.
  var rightAligned: Set<String> = []

  /// The table, each line ended by a line feed; empty without rows.
  func render(_ paint: Paint, indent: String = "") -> String {
    guard !rows.isEmpty else { return "" }
    let shown = columns.indices.filter { index in
      rows.contains { index < $0.count && !$0[index].text.isEmpty }
    }
    let widths = shown.map { index in
      max(
        DisplayWidth.of(columns[index]),
        rows.map { index < $0.count ? DisplayWidth.of(field($0[index].text)) : 0 }.max() ?? 0)
    }
    let heading = columns.map { Cell($0.uppercased(), .faint) }
    return ([heading] + rows).map { row in
      var line = ""
      for (place, index) in shown.enumerated() {
        let cell = index < row.count ? row[index] : Cell("")
        let text = field(cell.text)
        let gap = String(repeating: " ", count: max(widths[place] - DisplayWidth.of(text), 0))
        let isLast = place == shown.count - 1
        let painted = paint(text, cell.meaning)
        line += rightAligned.contains(columns[index]) ? gap + painted : painted + (isLast ? "" : gap)
        if !isLast { line += "  " }
      }
      return indent + trimmed(line) + "\n"
    }.joined()
  }

  /// What a program's answer may hold is not obeyed by the terminal, and keeps to its line.
  private func field(_ text: String) -> String { Shown.line(text) }

  private func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }
}

/// Text from outside as it may be sent to a terminal.
enum Shown {
  /// `text` on one line, control characters as their pictures.
  static func line(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }) else {
      return text
    }
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar.value < 0x20, let picture = Unicode.Scalar(0x2400 + scalar.value) {
        shown.append(picture)
      } else {
        shown.append((0x7F...0x9F).contains(scalar.value) ? "\u{FFFD}" : scalar)
      }
    }
    return String(shown)
  }
}

/// Lines of `name: value`, the values aligned.
struct Fields {
  var rows: [(name: String, cell: Table.Cell)]

  /// The lines, those without a value left out.
  func render(_ paint: Paint, indent: String = "") -> String {
    let shown = rows.filter { !$0.cell.text.isEmpty }
    let width = shown.map { DisplayWidth.of($0.name) }.max() ?? 0
    return shown.map { name, cell in
      let gap = String(repeating: " ", count: width - DisplayWidth.of(name))
      return "\(indent)\(paint(name, .faint))\(gap)  \(paint(Shown.line(cell.text), cell.meaning))\n"
    }.joined()
  }
}
