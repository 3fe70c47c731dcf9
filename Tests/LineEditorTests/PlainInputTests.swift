import FoundationEssentials
import Glibc
import LineEditor
import TerminalTestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct PlainInputTests {
  /// An editor that reads `text` from a pipe.
  private func editor(_ text: String, _ assistance: LineAssistance = LineAssistance()) throws -> LineEditor {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    let bytes = Array(text.utf8)
    #expect(write(ends[1], bytes, bytes.count) == bytes.count)
    close(ends[1])
    return try LineEditor(
      LineEditor.Configuration(program: "hydra", input: ends[0], output: ends[0], terminal: "xterm"),
      assistance: assistance)
  }

  @Test func readsLinesAndTheLastOneWithoutItsEnd() async throws {
    let editor = try editor("one\n\ntwo")
    #expect(!editor.isInteractive)
    #expect(await editor.readLine(prompt: Prompt("> ")) == .line("one"))
    #expect(await editor.readLine(prompt: Prompt("> ")) == .line(""))
    #expect(await editor.readLine(prompt: Prompt("> ")) == .line("two"))
    #expect(await editor.readLine(prompt: Prompt("> ")) == .endOfInput)
    await editor.close()
  }

  @Test func goesOnWhileTheTextIsNotComplete() async throws {
    let editor = try editor("a {\nb\n}\nc\n", LineAssistance(isComplete: { !$0.contains("{") || $0.contains("}") }))
    #expect(await editor.readLine(prompt: Prompt("> ")) == .line("a {\nb\n}"))
    #expect(await editor.readLine(prompt: Prompt("> ")) == .line("c"))
    await editor.close()
  }

  @Test func aDumbTerminalHasAPromptAndNoSequences() async throws {
    let terminal = try PseudoTerminal()
    let editor = try LineEditor(
      LineEditor.Configuration(
        program: "hydra", input: terminal.terminal, output: terminal.terminal, terminal: "dumb"),
      assistance: LineAssistance())
    #expect(!editor.isInteractive)
    async let input = editor.readLine(prompt: Prompt(Prompt.styled("hydra>", "\u{1B}[32m") + " "))
    try await terminal.wait(for: "hydra>")
    terminal.type("state\n")
    #expect(await input == .line("state"))
    #expect(!terminal.output.contains("\u{1B}"))
    await editor.close()
  }
}
