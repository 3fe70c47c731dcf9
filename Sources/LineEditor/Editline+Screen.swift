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

  /// What happens at the terminal while a character is awaited.
  var wakings: ByteInput.Wakings {
    ByteInput.Wakings(
      news: { [unowned self] () throws(ByteInput.Failure) in
        let news = mailbox.news()
        if let prompt = news.prompt, prompt != self.prompt {
          leaveForAbove(news.notices)
          setPrompt(prompt)
          clibedit_redraw(editor)
        } else if !news.notices.isEmpty {
          showAbove(news.notices)
        }
        if let stop = news.stop { throw .stopped(stop) }
      },
      signal: { [unowned self] in
        // After a stop the terminal is in the mode of whoever stopped us; libedit sets it only when its own mode changes.
        clibedit_set_raw(editor, false)
        clibedit_set_raw(editor, true)
        clibedit_resize(editor)
        leaveForAbove([])
        clibedit_redraw(editor)
      })
  }

  /// Writes `texts` on lines of their own where the block began, and the block below them.
  func showAbove(_ texts: [String]) {
    leaveForAbove(texts)
    clibedit_redraw(editor)
  }

  /// Clears the block and writes `texts` in its place; a redraw has to follow.
  func leaveForAbove(_ texts: [String]) {
    let row = rows().cursor
    var output = "\r" + (row > 0 ? "\u{1B}[\(row)A" : "") + "\u{1B}[J"
    for text in texts {
      output += text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n") + "\r\n"
    }
    writeAll(configuration.output, output)
  }

  /// Moves below the block, with `mark` at its end; the line is over then.
  func leaveBlock(showing mark: String) {
    let rows = rows()
    let down = rows.last - rows.cursor
    let right = rows.lastColumn > 0 ? "\u{1B}[\(rows.lastColumn)C" : ""
    writeAll(
      configuration.output, "\r" + (down > 0 ? "\u{1B}[\(down)B" : "") + right + mark + "\r\n")
  }

  /// Rows of the cursor and of the end below the block's first row, and the column of the end.
  private func rows() -> (cursor: Int, last: Int, lastColumn: Int) {
    var height: Int32 = 0
    var width: Int32 = 0
    if !clibedit_window_size(configuration.output, &height, &width) { (height, width) = (24, 80) }
    var layout = BlockLayout(columns: Int(width))
    for scalar in prompt.visible.unicodeScalars { layout.place(scalar.value) }
    let (characters, cursor) = line
    for character in characters[..<cursor] { layout.place(character) }
    let cursorRow = layout.row
    for character in characters[cursor...] { layout.place(character) }
    // A block higher than the screen is shown in part.
    let bound = max(Int(height) - 1, 0)
    let hidden = max(layout.row - bound, 0)
    return (max(cursorRow - hidden, 0), min(layout.row, bound), layout.column)
  }
}

/// Follows the cursor over a terminal of `columns` columns, as libedit draws.
struct BlockLayout {
  let columns: Int
  private(set) var row = 0
  private(set) var column = 0

  init(columns: Int) { self.columns = max(columns, 1) }

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
      // What is not printable is shown as \U+hex.
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
