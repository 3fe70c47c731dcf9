import CLibedit

/// What keys do to the input as a whole: they end it, add lines to it, or insert what is pasted.
extension Editline {
  func accept(_ key: Int32) -> UInt8 {
    if key == 0x0D { input.skipLineFeed() }
    let line = text
    let text = whole(line)
    guard assistance.isComplete(text) else { return line.contains("\n") && !isAtEnd ? insert("\n") : enter(line) }
    // First, so that Ctrl-C is the command's own from the moment that people see it run.
    pauseEditing()
    leaveBlock(showing: "")
    ending = .accepted(text)
    return UInt8(clibedit_newline.rawValue)
  }

  /// Keeps `line` and begins another one below it.
  private func enter(_ line: String) -> UInt8 {
    if line.contains("\n") {
      redrawBlock {
        entered.append(line)
        replaceLine(with: "")
      }
    } else {
      leaveBlock(showing: "")
      entered.append(line)
      replaceLine(with: "")
      usePrompt()
      clibedit_redraw(editor)
    }
    recalled = nil
    return UInt8(clibedit_normal.rawValue)
  }

  /// Back to the lines entered before: all of them are edited again.
  func reopen() -> UInt8 {
    redrawBlock {
      let text = entered.joined(separator: "\n")
      entered = []
      replaceLine(with: text)
    }
    return UInt8(clibedit_normal.rawValue)
  }

  func interrupt() -> UInt8 {
    ending = .interrupted
    leaveBlock(showing: "^C")
    return UInt8(clibedit_newline.rawValue)
  }

  func suspend() -> UInt8 {
    leaveBlock(showing: "^Z")
    pauseEditing()
    clibedit_stop()
    mailbox.drain(mailbox.signals)
    comeBack()
    return UInt8(clibedit_normal.rawValue)
  }

  /// Takes what is pasted up to the end mark; nothing in it is a key, and nothing runs before Enter.
  func paste() -> UInt8 {
    let end = Array("\u{1B}[201~".unicodeScalars)
    var pasted: [Unicode.Scalar] = []
    while pasted.suffix(end.count) != end[...] {
      var character: UInt32 = 0
      guard clibedit_read_character(editor, &character) == 1 else { return UInt8(clibedit_eof.rawValue) }
      pasted.append(Unicode.Scalar(character) ?? "\u{FFFD}")
    }
    pasted.removeLast(end.count)
    // A command of vi puts text behind the cursor.
    let goesOnInserting = hasLeftInserting
    let place = goesOnInserting ? placeBeforeEscape : min(line.cursor + (isVi ? 1 : 0), line.characters.count)
    clibedit_move_cursor(editor, Int32(clamping: place - line.cursor))
    var text = String.UnicodeScalarView()
    for (index, scalar) in pasted.enumerated() {
      switch scalar {
      case "\r": text.append("\n")
      case "\n": if index == 0 || pasted[index - 1] != "\r" { text.append("\n") }
      case "\t": text.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: break
      default: text.append(scalar)
      }
    }
    let result = insert(String(text))
    if goesOnInserting { insertAgain() }
    return result
  }

  // MARK: Changing the line

  /// Whether the cursor is at the end of the line.
  var isAtEnd: Bool {
    let (characters, cursor) = line
    return cursor == characters.count
  }

  func insert(_ text: String) -> UInt8 { replace(0, with: text) }

  /// Puts `text` in place of the `count` characters before the cursor.
  func replace(_ count: Int, with text: String) -> UInt8 {
    if count > 0 { clibedit_delete_before(editor, Int32(clamping: count)) }
    let inserted = text.isEmpty || clibedit_insert(editor, Editline.characters(text))
    return UInt8(inserted ? clibedit_refresh.rawValue : clibedit_error.rawValue)
  }

  /// Puts `text` in place of the whole line, with the cursor at its end.
  func replaceLine(with text: String) {
    let (characters, cursor) = line
    clibedit_move_cursor(editor, Int32(clamping: characters.count - cursor))
    _ = replace(characters.count, with: text)
  }
}
