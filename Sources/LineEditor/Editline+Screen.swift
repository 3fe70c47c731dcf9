import CLibedit

/// Where the block of prompt and line stands on the screen, and writing above it. libedit keeps that to itself, so it is
/// worked out from what the block shows.
extension Editline {
  /// The line being edited and the number of characters before the cursor.
  var line: (characters: [UInt32], cursor: Int) {
    var length = 0
    var cursor = 0
    guard let start = clibedit_line(editor, &length, &cursor) else { return ([], 0) }
    return (Array(UnsafeBufferPointer(start: start, count: length)), cursor)
  }

  var text: String { line.characters.withUnsafeBufferPointer(Editline.text) }

  /// Columns of the terminal.
  var columns: Int { size.columns }

  private var size: (rows: Int, columns: Int) {
    var rows: Int32 = 0
    var columns: Int32 = 0
    return clibedit_window_size(configuration.output, &rows, &columns) ? (Int(rows), Int(columns)) : (24, 80)
  }

  /// What happens at the terminal while a character is awaited.
  var wakings: ByteInput.Wakings {
    ByteInput.Wakings(
      news: { [unowned self] () throws(ByteInput.Failure) in
        let news = mailbox.news()
        if let prompt = news.prompt, prompt != self.prompt {
          redrawBlock(below: news.notices) { self.prompt = prompt }
        } else if !news.notices.isEmpty {
          showAbove(news.notices)
        }
        if let stop = news.stop { throw .stopped(stop) }
      },
      signal: { [unowned self] in
        guard stops == TerminalStop.count else { return comeBack() }
        clibedit_resize(editor)
        redrawBlock {}
      },
      waiting: { [unowned self] in showSuggestion() },
      woken: { [unowned self] in hideSuggestion() })
  }

  /// Draws the input anew after a stop. The cursor is below whatever others wrote meanwhile, and the terminal in the mode
  /// that they left it in; libedit sets it only when its own mode changes.
  func comeBack() {
    stops = TerminalStop.count
    clibedit_set_raw(editor, false)
    beginEditing()
    clibedit_resize(editor)
    writeAll(configuration.output, "\r\u{1B}[J" + enteredOutput)
    clibedit_redraw(editor)
  }

  /// Writes `texts` on lines of their own where the block began, and the block below them.
  func showAbove(_ texts: [String]) { redrawBlock(below: texts) {} }

  /// Clears the block, writes `texts` in its place, and the block below them, changed by `change`.
  func redrawBlock(below texts: [String] = [], _ change: () -> Void) {
    let place = place()
    var output = "\r" + (place.cursorRow > 0 ? "\u{1B}[\(place.cursorRow)A" : "") + "\u{1B}[J"
    for text in texts {
      output += text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n") + "\r\n"
    }
    change()
    usePrompt()
    // A block higher than the screen has scrolled away with the lines entered before.
    if place.hasEntered { output += enteredOutput }
    writeAll(configuration.output, output)
    clibedit_redraw(editor)
  }

  /// Moves below the block, with `mark` at its end; the line is over then.
  func leaveBlock(showing mark: String) {
    let place = place()
    let down = place.lastRow - place.cursorRow
    let right = place.lastColumn > 0 ? "\u{1B}[\(place.lastColumn)C" : ""
    writeAll(
      configuration.output, "\r" + (down > 0 ? "\u{1B}[\(down)B" : "") + right + mark + "\r\n")
  }

  /// The column behind the end of the line; 0 too where a full row was just wrapped.
  var columnOfEnd: Int { place().lastColumn }

  /// The lines entered before, with their prompts.
  private var enteredOutput: String {
    var output = ""
    for (index, line) in enteredLines.enumerated() {
      output += (index == 0 ? prompt : continuationPrompt).output
      for scalar in line.unicodeScalars { output += BlockLayout.shown(scalar) }
      output += "\r\n"
    }
    return output
  }

  private var enteredLines: [Substring] {
    entered.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }
  }

  private struct Place {
    /// Rows from the first row of the block to the cursor, and to the end.
    var cursorRow: Int
    var lastRow: Int
    var lastColumn: Int
    /// Whether the block counts the lines entered before.
    var hasEntered: Bool
  }

  private func place() -> Place {
    let size = size
    let place = place(size, withEntered: true)
    return place.hasEntered || entered.isEmpty ? place : self.place(size, withEntered: false)
  }

  private func place(_ size: (rows: Int, columns: Int), withEntered: Bool) -> Place {
    var layout = BlockLayout(columns: size.columns)
    if withEntered {
      for (index, line) in enteredLines.enumerated() {
        layout.place((index == 0 ? prompt : continuationPrompt).visible)
        layout.place(String(line) + "\n")
      }
    }
    layout.place((entered.isEmpty ? prompt : continuationPrompt).visible)
    let (characters, cursor) = line
    for character in characters[..<cursor] { layout.place(character) }
    let cursorRow = layout.row
    for character in characters[cursor...] { layout.place(character) }
    // A block higher than the screen is shown in part.
    let bound = max(size.rows - 1, 0)
    let hidden = max(layout.row - bound, 0)
    return Place(
      cursorRow: max(cursorRow - hidden, 0), lastRow: min(layout.row, bound), lastColumn: layout.column,
      hasEntered: withEntered && hidden == 0)
  }
}

/// Follows the cursor over a terminal of `columns` columns, as libedit draws.
struct BlockLayout {
  let columns: Int
  private(set) var row = 0
  private(set) var column = 0

  init(columns: Int) { self.columns = max(columns, 1) }

  mutating func place(_ text: String) {
    for scalar in text.unicodeScalars { place(scalar.value) }
  }

  /// What is drawn for `scalar`: ^X for a control character, \U+hex for another one that is not printable.
  static func shown(_ scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 0x09: return "\t"
    case 0x7F: return "^?"
    case 0..<0x20: return "^" + String(Unicode.Scalar(UInt8(scalar.value + 0x40)))
    default:
      guard clibedit_width(scalar.value) < 0 else { return String(scalar) }
      let hex = String(scalar.value, radix: 16, uppercase: true)
      return "\\U+" + String(repeating: "0", count: max(4 - hex.count, 0)) + hex
    }
  }

  mutating func place(_ character: UInt32) {
    switch character {
    case 0x0A:
      row += 1
      column = 0
    case 0x09:
      repeat { advance(1) } while column % 8 != 0
    case 0..<0x20, 0x7F:
      // Shown as ^X.
      advance(1)
      advance(1)
    default:
      let width = Int(clibedit_width(character))
      if width < 0 { for _ in 0..<Self.escapeWidth(character) { advance(1) } } else { advance(width) }
    }
  }

  private static func escapeWidth(_ character: UInt32) -> Int { character > 0xFFFF ? 8 : 7 }

  private mutating func advance(_ width: Int) {
    if column + width > columns {
      row += 1
      column = 0
    }
    column += width
    if column >= columns {
      row += 1
      column = 0
    }
  }
}
