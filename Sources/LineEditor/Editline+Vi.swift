import CLibedit

/// Moving, and the way back to inserting: what libedit's own functions for sequences would leave in vi's maps.
extension Editline {
  /// libedit's own meaning of Escape among vi's commands swallows the key behind it.
  func escape() -> UInt8 {
    escaped = (text, line.cursor)
    return UInt8(clibedit_normal.rawValue)
  }

  /// Whether the rest of a sequence stands here because its Escape has just left vi's insert mode, and moved the cursor
  /// back.
  var hasLeftInserting: Bool { isVi && (escaped.map { $0 != (text, line.cursor) } ?? true) }

  /// Where the cursor was before Escape moved it.
  var placeBeforeEscape: Int {
    let (count, cursor) = (line.characters.count, line.cursor)
    return cursor < count && (cursor > 0 || count == 1) ? cursor + 1 : cursor
  }

  /// Back from vi's commands, by a key that is read when this one is done. At the end of the line the cursor of commands
  /// then stands on the last character.
  func insertAgain() { clibedit_push(editor, line.cursor == line.characters.count ? "a" : "i") }

  /// To the place that `target` returns for the place of the cursor and the length of the line. From the end of the line
  /// further to the right is the suggestion.
  func move(_ target: (_ place: Int, _ count: Int) -> Int) -> UInt8 {
    let goesOnInserting = hasLeftInserting
    let count = line.characters.count
    let place = goesOnInserting ? placeBeforeEscape : line.cursor
    let wanted = target(place, count)
    clibedit_move_cursor(editor, Int32(clamping: min(max(wanted, 0), count) - line.cursor))
    var result = clibedit_cursor
    if place == count, wanted > count, acceptSuggestion() { result = clibedit_refresh }
    if goesOnInserting { insertAgain() }
    return UInt8(result.rawValue)
  }

  func deleteNext() -> UInt8 {
    let goesOnInserting = hasLeftInserting
    let place = goesOnInserting ? placeBeforeEscape : line.cursor
    guard place < line.characters.count else { return move { place, _ in place } }
    clibedit_move_cursor(editor, Int32(clamping: place + 1 - line.cursor))
    clibedit_delete_before(editor, 1)
    if goesOnInserting { insertAgain() }
    return UInt8(clibedit_refresh.rawValue)
  }
}
