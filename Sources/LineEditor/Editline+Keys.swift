import CLibedit

/// What keys do beyond libedit's own functions.
extension Editline {
  private struct Binding {
    let key: String
    let function: String
  }

  private typealias Function = @convention(c) (OpaquePointer?, Int32) -> UInt8

  /// Functions of ours, which `~/.editrc` may bind too.
  private static let functions: [(name: String, help: String, body: Function)] = [
    (
      "hydra-accept", "run the line, or begin another while it is not complete",
      { e, _ in Editline.from(e)?.accept() ?? 6 }
    ),
    ("hydra-interrupt", "give the line up", { e, _ in Editline.from(e)?.interrupt() ?? 6 }),
    ("hydra-complete", "complete the word before the cursor", { e, _ in Editline.from(e)?.complete() ?? 6 }),
    ("hydra-hint", "explain what can come next", { e, key in Editline.from(e)?.hint(key) ?? 6 }),
    ("hydra-older", "the next older entry that begins like the line", { e, _ in Editline.from(e)?.recall(-1) ?? 6 }),
    ("hydra-newer", "the next newer entry that begins like the line", { e, _ in Editline.from(e)?.recall(1) ?? 6 }),
    ("hydra-paste", "take a bracketed paste as it is", { e, _ in Editline.from(e)?.paste() ?? 6 }),
    ("hydra-escape", "nothing: Escape among the commands of vi", { e, _ in Editline.from(e)?.escape() ?? 6 }),
    ("hydra-left", "a character to the left", { e, _ in Editline.from(e)?.move { place, _ in place - 1 } ?? 6 }),
    ("hydra-right", "a character to the right", { e, _ in Editline.from(e)?.move { place, _ in place + 1 } ?? 6 }),
    ("hydra-begin", "to the begin of the line", { e, _ in Editline.from(e)?.move { _, _ in 0 } ?? 6 }),
    ("hydra-end", "to the end of the line", { e, _ in Editline.from(e)?.move { _, count in count } ?? 6 }),
    ("hydra-delete", "delete the character at the cursor", { e, _ in Editline.from(e)?.deleteNext() ?? 6 }),
  ]
  /// The keys that move, where libedit's own functions would leave vi's inserting.
  private static let moves = [
    Binding(key: "[D", function: "hydra-left"), Binding(key: "OD", function: "hydra-left"),
    Binding(key: "[C", function: "hydra-right"), Binding(key: "OC", function: "hydra-right"),
    Binding(key: "[H", function: "hydra-begin"), Binding(key: "OH", function: "hydra-begin"),
    Binding(key: "[1~", function: "hydra-begin"), Binding(key: "[F", function: "hydra-end"),
    Binding(key: "OF", function: "hydra-end"), Binding(key: "[4~", function: "hydra-end"),
    Binding(key: "[3~", function: "hydra-delete"),
  ]

  /// Without these the shell does not work; nothing in `~/.editrc` takes them away.
  private static let essential = [
    Binding(key: "^M", function: "hydra-accept"), Binding(key: "^J", function: "hydra-accept"),
    Binding(key: "^C", function: "hydra-interrupt"), Binding(key: "\\e[200~", function: "hydra-paste"),
  ]
  /// `~/.editrc` may bind these otherwise.
  private static let convenient = [
    Binding(key: "^I", function: "hydra-complete"), Binding(key: "?", function: "hydra-hint"),
    Binding(key: "\\e[A", function: "hydra-older"),
    Binding(key: "\\eOA", function: "hydra-older"),
    Binding(key: "\\e[B", function: "hydra-newer"),
    Binding(key: "\\eOB", function: "hydra-newer"),
    Binding(key: "^R", function: "em-inc-search-prev"),
  ]

  func bindKeys() {
    // First: binding happens in the map of the editor of that moment, and Debian's default is vi.
    clibedit_set_editor(editor, "emacs")
    // Ctrl-C as a key: with signals on, libedit takes it for the end of input inside Ctrl-R.
    clibedit_set_terminal_mode(editor, "-d", "-isig")
    for (name, help, body) in Editline.functions { _ = clibedit_add_function(editor, name, help, body) }
    bind(Editline.convenient)
    // They open a prompt of libedit's own, which swallows what is typed next.
    _ = clibedit_unbind(editor, "\\ex")
    _ = clibedit_unbind(editor, "\\eX")
    if let settings = configuration.settings { clibedit_read_settings(editor, settings) }
    if isVi { bindVi() } else { bind(Editline.essential) }
  }

  /// Choosing vi in `~/.editrc` has put vi's own maps in place of what was bound. There Escape is a key of its own: a
  /// sequence that begins with it would swallow the command typed next. It leads to the map of commands, where the rest
  /// of the sequence is bound; what the sequence does then goes back to inserting.
  private func bindVi() {
    _ = clibedit_bind(editor, true, "^[", "hydra-escape")
    for binding in Editline.moves { _ = clibedit_bind(editor, true, binding.key, binding.function) }
    for binding in Editline.convenient + Editline.essential {
      let isSequence = binding.key.hasPrefix("\\e")
      let key = isSequence ? String(binding.key.dropFirst(2)) : binding.key
      if !isSequence { _ = clibedit_bind(editor, false, key, binding.function) }
      // Commands of one letter stay vi's: `?` searches there.
      if isSequence || key != "?" { _ = clibedit_bind(editor, true, key, binding.function) }
    }
  }

  private func bind(_ bindings: [Binding]) {
    for binding in bindings { _ = clibedit_bind(editor, false, binding.key, binding.function) }
  }

  private func accept() -> UInt8 {
    guard assistance.isComplete(text) else { return insert("\n") }
    leaveBlock(showing: "")
    return UInt8(clibedit_newline.rawValue)
  }

  private func interrupt() -> UInt8 {
    stop = .interrupted
    leaveBlock(showing: "^C")
    return UInt8(clibedit_newline.rawValue)
  }

  private func complete() -> UInt8 {
    let (characters, cursor) = line
    let before = characters[..<cursor].withUnsafeBufferPointer(Editline.text)
    let text = text
    let complete = assistance.complete
    guard let found = answer(within: assistance.timeLimit, { await complete(text, before) }) else {
      return UInt8(clibedit_error.rawValue)
    }
    let replaced = Array(before.unicodeScalars.suffix(found.replacing))
    if found.candidates.count == 1, let only = found.candidates.first {
      return replace(replaced.count, with: only.text + (only.isWhole && !nextIsBlank ? " " : ""))
    }
    let common = CompletionList.commonPrefix(found.candidates.map(\.text))
    if common.unicodeScalars.count > replaced.count { return replace(replaced.count, with: common) }
    let list = CompletionList.lines(found.candidates, columns: columns) + (found.note.map { [$0] } ?? [])
    guard !list.isEmpty else { return UInt8(clibedit_error.rawValue) }
    showAbove(list)
    return UInt8(clibedit_normal.rawValue)
  }

  private func hint(_ key: Int32) -> UInt8 {
    let (characters, cursor) = line
    let text = text
    let hint = assistance.hint
    guard cursor == characters.count, let found = answer(within: assistance.timeLimit, { await hint(text) }),
      let shown = found
    else { return insert("?") }
    showAbove([shown])
    return UInt8(clibedit_normal.rawValue)
  }

  private var isVi: Bool { String(cString: clibedit_editor_name(editor)) == "vi" }

  /// libedit's own meaning of Escape among vi's commands swallows the key behind it.
  private func escape() -> UInt8 {
    escaped = (text, line.cursor)
    return UInt8(clibedit_normal.rawValue)
  }

  /// Whether the rest of a sequence stands here because its Escape has just left vi's inserting, and moved the cursor back.
  private var hasLeftInserting: Bool { isVi && (escaped.map { $0 != (text, line.cursor) } ?? true) }

  /// Where the cursor was before Escape moved it.
  private var placeBeforeEscape: Int {
    let (count, cursor) = (line.characters.count, line.cursor)
    return cursor < count && (cursor > 0 || count == 1) ? cursor + 1 : cursor
  }

  /// Back from vi's commands, by a key that is read when this one is done. At the end of the line the cursor of commands
  /// then stands on the last character.
  private func insertAgain() { clibedit_push(editor, line.cursor == line.characters.count ? "a" : "i") }

  /// To the place that `target` gives for the place of the cursor and the length of the line.
  private func move(_ target: (_ place: Int, _ count: Int) -> Int) -> UInt8 {
    let goesOnInserting = hasLeftInserting
    let count = line.characters.count
    let place = goesOnInserting ? placeBeforeEscape : line.cursor
    clibedit_move_cursor(editor, Int32(clamping: min(max(target(place, count), 0), count) - line.cursor))
    if goesOnInserting { insertAgain() }
    return UInt8(clibedit_cursor.rawValue)
  }

  private func deleteNext() -> UInt8 {
    let goesOnInserting = hasLeftInserting
    let place = goesOnInserting ? placeBeforeEscape : line.cursor
    guard place < line.characters.count else { return move { place, _ in place } }
    clibedit_move_cursor(editor, Int32(clamping: place + 1 - line.cursor))
    clibedit_delete_before(editor, 1)
    if goesOnInserting { insertAgain() }
    return UInt8(clibedit_refresh.rawValue)
  }

  /// Takes what is pasted up to the end mark; nothing in it is a key, and nothing runs before Enter.
  private func paste() -> UInt8 {
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

  /// Up and Down. libedit's own search takes an entry that has the typed text anywhere in it.
  private func recall(_ step: Int) -> UInt8 {
    // Read as a key when this is done: inserting goes on at the end of the line.
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
    let (characters, cursor) = line
    clibedit_move_cursor(editor, Int32(clamping: characters.count - cursor))
    return replace(characters.count, with: recall.shown)
  }

  // MARK: Changing the line

  private var nextIsBlank: Bool {
    let (characters, cursor) = line
    return cursor < characters.count && characters[cursor] == 0x20
  }

  private var columns: Int {
    var rows: Int32 = 0
    var columns: Int32 = 0
    return clibedit_window_size(configuration.output, &rows, &columns) ? Int(columns) : 80
  }

  private func insert(_ text: String) -> UInt8 { replace(0, with: text) }

  private func replace(_ count: Int, with text: String) -> UInt8 {
    if count > 0 { clibedit_delete_before(editor, Int32(clamping: count)) }
    let inserted = text.isEmpty || clibedit_insert(editor, Editline.characters(text))
    return UInt8(inserted ? clibedit_refresh.rawValue : clibedit_error.rawValue)
  }
}
