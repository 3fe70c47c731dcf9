import CLibedit
import Glibc

/// Which keys do what, beyond libedit's own functions.
extension Editline {
  private struct Binding {
    let key: String
    let function: String
  }

  private typealias Function = @convention(c) (OpaquePointer?, Int32) -> UInt8

  /// Functions of ours, which `~/.editrc` may bind too.
  private static let functions: [(name: String, help: String, body: Function)] = [
    (
      "hydra-accept", "run the input, or begin another line while it is not complete",
      { e, key in Editline.from(e)?.accept(key) ?? 6 }
    ),
    ("hydra-interrupt", "abandon the input", { e, _ in Editline.from(e)?.interrupt() ?? 6 }),
    ("hydra-suspend", "stop the process until it is continued", { e, _ in Editline.from(e)?.suspend() ?? 6 }),
    ("hydra-complete", "complete the word before the cursor", { e, _ in Editline.from(e)?.complete() ?? 6 }),
    ("hydra-hint", "explain what can come next", { e, _ in Editline.from(e)?.hint() ?? 6 }),
    ("hydra-older", "the next older entry that begins like the line", { e, _ in Editline.from(e)?.recall(-1) ?? 6 }),
    ("hydra-newer", "the next newer entry that begins like the line", { e, _ in Editline.from(e)?.recall(1) ?? 6 }),
    ("hydra-paste", "insert a bracketed paste as it is", { e, _ in Editline.from(e)?.paste() ?? 6 }),
    ("hydra-escape", "nothing: Escape among the commands of vi", { e, _ in Editline.from(e)?.escape() ?? 6 }),
    ("hydra-left", "one character to the left", { e, _ in Editline.from(e)?.move { place, _ in place - 1 } ?? 6 }),
    (
      "hydra-right", "one character to the right, or accept the suggestion",
      { e, _ in Editline.from(e)?.move { place, _ in place + 1 } ?? 6 }
    ),
    ("hydra-begin", "to the beginning of the line", { e, _ in Editline.from(e)?.move { _, _ in 0 } ?? 6 }),
    (
      "hydra-end", "to the end of the line, or accept the suggestion",
      { e, _ in Editline.from(e)?.move { _, count in count + 1 } ?? 6 }
    ),
    ("hydra-delete", "delete the character at the cursor", { e, _ in Editline.from(e)?.deleteNext() ?? 6 }),
  ]
  /// The keys that move, where libedit's own functions would leave vi's insert mode.
  private static let viMoves = [
    Binding(key: "[D", function: "hydra-left"), Binding(key: "OD", function: "hydra-left"),
    Binding(key: "[H", function: "hydra-begin"), Binding(key: "OH", function: "hydra-begin"),
    Binding(key: "[1~", function: "hydra-begin"), Binding(key: "[3~", function: "hydra-delete"),
  ]

  /// Without these the shell does not work; nothing in `~/.editrc` takes them away.
  private static let essential = [
    Binding(key: "^M", function: "hydra-accept"), Binding(key: "^J", function: "hydra-accept"),
    Binding(key: "^C", function: "hydra-interrupt"), Binding(key: "^I", function: "hydra-complete"),
    Binding(key: "\\e[200~", function: "hydra-paste"),
  ]
  /// `~/.editrc` may bind these otherwise.
  private static let convenient = [
    Binding(key: "?", function: "hydra-hint"), Binding(key: "^Z", function: "hydra-suspend"),
    Binding(key: "\\e[A", function: "hydra-older"), Binding(key: "\\eOA", function: "hydra-older"),
    Binding(key: "\\e[B", function: "hydra-newer"), Binding(key: "\\eOB", function: "hydra-newer"),
    Binding(key: "^R", function: "em-inc-search-prev"),
    Binding(key: "\\e[C", function: "hydra-right"), Binding(key: "\\eOC", function: "hydra-right"),
    Binding(key: "^F", function: "hydra-right"),
    Binding(key: "\\e[F", function: "hydra-end"), Binding(key: "\\eOF", function: "hydra-end"),
    Binding(key: "\\e[4~", function: "hydra-end"), Binding(key: "^E", function: "hydra-end"),
  ]

  /// Binds the keys, those of the user's settings included. False if the settings turn editing off for this program.
  func bindKeys() -> Bool {
    // First: binding happens in the map of the editor of that moment, and Debian's default is vi.
    clibedit_set_editor(editor, "emacs")
    for (name, help, body) in Editline.functions { _ = clibedit_add_function(editor, name, help, body) }
    let settings = EditorSettings(path: configuration.settings)
    quietly {
      for line in settings.lines where !line.turnsEditing || line.namesProgram { apply(line) }
    }
    guard clibedit_is_editing(editor) else { return false }
    // Which editor the settings choose is known now. Choosing it anew takes the maps back to what they are without
    // settings: ours come first, then the user's own.
    clibedit_set_editor(editor, isVi ? "vi" : "emacs")
    bind(Editline.convenient)
    if isVi { bindViMoves() }
    quietly {
      for line in settings.lines where !line.turnsEditing && !line.choosesEditor && !line.bindsPrompt { apply(line) }
    }
    bind(Editline.essential)
    // They open a prompt of libedit's own, which swallows what is typed next.
    for key in ["\\ex", "\\eX"] { _ = clibedit_unbind(editor, false, key) }
    if isVi { _ = clibedit_unbind(editor, true, ":") }
    // Ctrl-C and Ctrl-Z as keys: with signals on, libedit takes Ctrl-C for the end of input inside Ctrl-R.
    clibedit_set_terminal_mode(editor, "-d", "-isig")
    // Returns and line feeds as they are: else a pasted CR LF would be two lines.
    for flag in ["-icrnl", "-inlcr"] { clibedit_set_terminal_mode(editor, "-d", flag) }
    return true
  }

  private func apply(_ line: EditorSettings.Line) { clibedit_apply_setting(editor, line.text) }

  /// Runs `body` with everything that libedit would write thrown away: complaints about functions of other programs, lists
  /// of bindings, echoed capabilities.
  private func quietly(_ body: () -> Void) {
    guard let nothing = fopen("/dev/null", "w") else { return body() }
    clibedit_set_output(editor, nothing)
    body()
    clibedit_set_output(editor, streams.out)
    fclose(nothing)
  }

  /// In vi's maps Escape is a key of its own: a sequence that begins with it would swallow the command typed next. It
  /// leads to the map of commands, where the rest of the sequence is bound; what the sequence does then goes back to
  /// inserting.
  private func bind(_ bindings: [Binding]) {
    for binding in bindings {
      guard isVi else {
        _ = clibedit_bind(editor, false, binding.key, binding.function)
        continue
      }
      let isSequence = binding.key.hasPrefix("\\e")
      let key = isSequence ? String(binding.key.dropFirst(2)) : binding.key
      if !isSequence { _ = clibedit_bind(editor, false, key, binding.function) }
      // Commands of one letter stay vi's: `?` searches there.
      if isSequence || key != "?" { _ = clibedit_bind(editor, true, key, binding.function) }
    }
  }

  private func bindViMoves() {
    _ = clibedit_bind(editor, true, "^[", "hydra-escape")
    for binding in Editline.viMoves { _ = clibedit_bind(editor, true, binding.key, binding.function) }
  }

  var isVi: Bool { String(cString: clibedit_editor_name(editor)) == "vi" }
}
