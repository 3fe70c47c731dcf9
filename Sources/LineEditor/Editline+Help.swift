import CLibedit

/// Completion, hints, history and suggestions.
extension Editline {
  func complete() -> UInt8 {
    let (characters, cursor) = line
    let before = characters[..<cursor].withUnsafeBufferPointer(Editline.text)
    // A tab that indents a line, with more behind it, comes from a paste that the terminal does not mark: nobody asks for
    // completion of nothing and types on before the result.
    if input.isPending, before.reversed().prefix(while: { $0 != "\n" }).allSatisfy({ $0 == " " || $0 == "\t" }) {
      return insert("\t")
    }
    let (text, wholeBefore) = (whole(self.text), whole(before))
    let complete = assistance.complete
    guard let found = answer(within: assistance.timeLimit, { await complete(text, wholeBefore) }) else {
      return UInt8(clibedit_error.rawValue)
    }
    let replaced = min(found.replacing, before.unicodeScalars.count)
    if found.candidates.count == 1, let only = found.candidates.first {
      return replace(replaced, with: only.text + (only.isWhole && !nextIsBlank ? " " : ""))
    }
    let common = CompletionList.commonPrefix(found.candidates.map(\.text))
    if common.unicodeScalars.count > replaced { return replace(replaced, with: common) }
    let list = CompletionList.lines(found.candidates, columns: columns) + (found.note.map { [$0] } ?? [])
    guard !list.isEmpty else { return UInt8(clibedit_error.rawValue) }
    showAbove(list)
    return UInt8(clibedit_normal.rawValue)
  }

  func hint() -> UInt8 {
    let (characters, cursor) = line
    let before = whole(characters[..<cursor].withUnsafeBufferPointer(Editline.text))
    // With more behind it, it is part of a paste that the terminal does not mark.
    if input.isPending || assistance.isHintText(before) { return insert("?") }
    let hint = assistance.hint
    guard let shown = answer(within: assistance.timeLimit, { await hint(before) }) ?? nil else {
      return UInt8(clibedit_error.rawValue)
    }
    showAbove([shown])
    return UInt8(clibedit_normal.rawValue)
  }

  /// Up and Down. libedit's own search finds entries with the typed text anywhere in them.
  func recall(_ step: Int) -> UInt8 {
    if step < 0, !entered.isEmpty, line.characters.isEmpty { return reopen() }
    // Read as a key when this is done: inserting continues at the end of the line.
    if hasLeftInserting { clibedit_push(editor, "A") }
    let entries = history.entries
    let text = text
    if recalled?.shown != text {
      recalled = Recall(index: entries.count, typed: text, shown: text)
    }
    guard var recall = recalled else { return UInt8(clibedit_error.rawValue) }
    var index = recall.index + step
    while entries.indices.contains(index), !entries[index].hasPrefix(recall.typed) || entries[index] == text {
      index += step
    }
    guard index >= 0, index <= entries.count, recall.index != entries.count || step < 0 else {
      return UInt8(clibedit_error.rawValue)
    }
    recall.index = index
    recall.shown = index < entries.count ? entries[index] : recall.typed
    recalled = recall
    replaceLine(with: recall.shown)
    return UInt8(clibedit_refresh.rawValue)
  }

  // MARK: Suggestions

  /// Shows, faintly, how the newest entry of the history that begins like the input continues. Called when a person is
  /// awaited, and taken off the screen before libedit draws again, which knows nothing of it. It never leaves the row of
  /// the cursor and never fills the last column, so that nothing is wrapped or scrolled.
  func showSuggestion() {
    guard let faint = configuration.faint, suggestedColumns == 0, ending == nil, isAtEnd, !line.characters.isEmpty
    else { return }
    let text = whole(self.text)
    guard let rest = history.continuation(of: text) else {
      suggestion = nil
      return
    }
    let room = columns - 1 - columnOfEnd
    let (shown, width) = CompletionList.cut(rest, to: room)
    guard width > 0, columnOfEnd > 0 else { return }
    suggestion = (text, rest)
    suggestedColumns = width
    writeAll(configuration.output, "\(faint)\(shown)\u{1B}[0m\u{1B}[\(width)D")
  }

  func hideSuggestion() {
    guard suggestedColumns > 0 else { return }
    suggestedColumns = 0
    writeAll(configuration.output, "\u{1B}[K")
  }

  /// Inserts the suggestion that was shown for the present line; false if there is none.
  func acceptSuggestion() -> Bool {
    guard let (text, rest) = suggestion, text == whole(self.text) else { return false }
    suggestion = nil
    return clibedit_insert(editor, Editline.characters(rest))
  }

  private var nextIsBlank: Bool {
    let (characters, cursor) = line
    return cursor < characters.count && characters[cursor] == 0x20
  }
}
