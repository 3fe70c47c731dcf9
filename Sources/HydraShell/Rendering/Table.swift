import HydraDiagnostics
import HydraModel

/// Rows under a heading, aligned by display width. The last column is not padded, empty columns are left out.
struct Table {
  /// One field.
  struct Cell {
    var text: String
    var meaning: Paint.Meaning?
    /// Names that can be counted where there is no room for all of them; `text` has them all.
    var names: [String] = []

    init(_ text: String?, _ meaning: Paint.Meaning? = nil) {
      self.text = text ?? ""
      self.meaning = meaning
    }

    /// A list of names.
    init(names: [String]) {
      text = names.joined(separator: ",")
      self.names = names
    }

    /// At most `width` columns of it.
    func fitted(to width: Int) -> String {
      let text = Shown.line(text)
      guard DisplayWidth.of(text) > width else { return text }
      let counted = Shown.line(CountedNames.text(names))
      if !names.isEmpty, DisplayWidth.of(counted) <= width { return counted }
      guard names.count > 1 else { return Clipping.cut(text, to: width) }
      // The number counts more than the last names.
      let count = " (\(names.count))"
      return Clipping.cut(counted, to: max(width - count.count, 1)) + count
    }
  }

  /// Headings; in capitals when shown.
  var columns: [String]
  var rows: [[Cell]]
  /// Columns of numbers, which end at the same place.
  var rightAligned: Set<String> = []

  private static let gap = 2
  /// A column is not made narrower than this.
  private static let narrowest = 8

  /// The table, each line ended by a line feed; empty without rows. With a `width` the widest columns are shortened until
  /// it fits into so many columns of the terminal, the first one last.
  func render(_ paint: Paint, width: Int? = nil, indent: String = "") -> String {
    guard !rows.isEmpty else { return "" }
    let shown = columns.indices.filter { index in
      rows.contains { index < $0.count && !$0[index].text.isEmpty }
    }
    let limits = widths(of: shown, in: width.map { $0 - indent.count })
    // Names that are counted need less than what there is room for.
    let widths = zip(shown, limits).map { index, limit in
      max(min(DisplayWidth.of(columns[index]), limit), rows.map { fitted($0, index, to: limit).width }.max() ?? 0)
    }
    let heading = columns.map { Cell($0.uppercased(), .faint) }
    return ([heading] + rows).map { row in
      var line = ""
      for (place, index) in shown.enumerated() {
        let (text, textWidth) = fitted(row, index, to: limits[place])
        let gap = String(repeating: " ", count: max(widths[place] - textWidth, 0))
        let isLast = place == shown.count - 1
        let painted = paint(text, index < row.count ? row[index].meaning : nil)
        line += rightAligned.contains(columns[index]) ? gap + painted : painted + (isLast ? "" : gap)
        if !isLast { line += String(repeating: " ", count: Self.gap) }
      }
      line = indent + trimmed(line)
      return (width.map { Clipping.line(line, to: $0) } ?? line) + "\n"
    }.joined()
  }

  private func fitted(_ row: [Cell], _ index: Int, to limit: Int) -> (text: String, width: Int) {
    let text = index < row.count ? row[index].fitted(to: limit) : ""
    return (text, DisplayWidth.of(text))
  }

  /// The most that each shown column may take, together at most `room` if that can be.
  private func widths(of shown: [Int], in room: Int?) -> [Int] {
    var widths = shown.map { index in
      max(
        DisplayWidth.of(columns[index]),
        rows.map { index < $0.count ? DisplayWidth.of(Shown.line($0[index].text)) : 0 }.max() ?? 0)
    }
    guard let room else { return widths }
    var excess = widths.reduce(0, +) + (widths.count - 1) * Self.gap - room
    for candidates in [widths.indices.dropFirst(), widths.indices[...]] {
      while excess > 0, let widest = candidates.max(by: { widths[$0] < widths[$1] }), widths[widest] > Self.narrowest {
        widths[widest] -= 1
        excess -= 1
      }
    }
    return widths
  }

  private func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }
}

/// Lines of `name: value`, the values aligned.
struct Fields {
  var rows: [(name: String, cell: Table.Cell)]

  /// The lines, those without a value left out. A terminal wraps what is too long for it, so that nothing is lost.
  func render(_ paint: Paint, indent: String = "") -> String {
    let shown = rows.filter { !$0.cell.text.isEmpty }
    let width = shown.map { DisplayWidth.of($0.name) }.max() ?? 0
    return shown.map { name, cell in
      let gap = String(repeating: " ", count: width - DisplayWidth.of(name))
      return "\(indent)\(paint(name, .faint))\(gap)  \(paint(Shown.line(cell.text), cell.meaning))\n"
    }.joined()
  }
}
