import FoundationEssentials
import Glibc
import LineEditor
import TerminalTestSupport

/// An editor on a terminal of the test's own.
struct EditorFixture {
  let terminal: PseudoTerminal
  let editor: LineEditor

  /// `settings` is the text of the user's `~/.editrc`.
  init(
    rows: Int = 24, columns: Int = 80, history: History = History(), assistance: LineAssistance = LineAssistance(),
    settings: String? = nil, faint: String? = nil
  ) throws {
    setenv("TERM", "xterm", 1)
    let path = try settings.map { text in
      let file = FileManager.default.temporaryDirectory.appending(path: "hydra-editrc-\(UUID().uuidString)")
      try Data(text.utf8).write(to: file)
      return file.path()
    }
    terminal = try PseudoTerminal(rows: rows, columns: columns)
    editor = try LineEditor(
      LineEditor.Configuration(
        program: "hydra", input: terminal.terminal, output: terminal.terminal, terminal: "xterm", settings: path,
        faint: faint),
      history: history, assistance: assistance)
  }

  /// Reads a line while `play` types it, once the prompt is there with nothing behind it, if it `isEmpty`.
  func read(
    _ prompt: String = "> ", isEmpty: Bool = true, _ play: @escaping @Sendable (PseudoTerminal) async throws -> Void
  ) async throws -> LineInput {
    async let input = editor.readLine(prompt: Prompt(prompt))
    guard isEmpty else {
      try await play(terminal)
      return await input
    }
    try await terminal.wait(for: "the prompt '\(prompt)'") { screen in
      screen.isAtPrompt && screen.lines.last.map { prompt == $0 + " " } ?? false
    }
    try await play(terminal)
    return await input
  }

  /// The results of reading lines until there are `count`, while `keys` are typed at once.
  func read(_ count: Int, typing keys: String) async throws -> [LineInput] {
    async let first = editor.readLine(prompt: Prompt("> "))
    try await terminal.wait(for: "the prompt") { $0.lines.last == ">" }
    terminal.type(keys)
    var results = [await first]
    while results.count < count { results.append(await editor.readLine(prompt: Prompt("> "))) }
    return results
  }

  /// Takes a text as complete if its braces are closed.
  static let braces = LineAssistance(isComplete: { text in
    text.count { $0 == "{" } == text.count { $0 == "}" }
  })
}
