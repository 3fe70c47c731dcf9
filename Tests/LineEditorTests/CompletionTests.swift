import Glibc
import LineEditor
import TerminalTestSupport
import Testing

extension OnTerminal {
  @Suite struct CompletionTests {
    private func editor(_ terminal: PseudoTerminal, _ assistance: LineAssistance) throws -> LineEditor {
      setenv("TERM", "xterm", 1)
      return try LineEditor(
        LineEditor.Configuration(
          program: "hydra", input: terminal.terminal, output: terminal.terminal, terminal: "xterm"
        ),
        assistance: assistance)
    }

    private static let words = [
      Candidate("node", description: "nodes of a cluster"), Candidate("nothing", description: "no work"),
      Candidate("service", description: "services"),
    ]

    private static let assistance = LineAssistance(
      timeLimit: .seconds(30),
      complete: { _, before in
        let word = String(before.reversed().prefix { $0 != " " }.reversed())
        return Completions(
          replacing: word.unicodeScalars.count, candidates: words.filter { $0.text.hasPrefix(word) })
      },
      isHintText: { $0.contains("'") }, hint: { _ in "  NAME  name of the new cluster" })

    @Test func completesTheOnlyCandidateWithABlank() async throws {
      let terminal = try PseudoTerminal()
      let editor = try editor(terminal, Self.assistance)
      async let input = editor.readLine(prompt: Prompt("> "))
      try await terminal.wait(for: ">")
      terminal.type("ser\tlist\r")
      #expect(await input == .line("service list"))
      await editor.close()
    }

    @Test func completesWhatAllCandidatesShareThenListsThem() async throws {
      let terminal = try PseudoTerminal()
      let editor = try editor(terminal, Self.assistance)
      async let input = editor.readLine(prompt: Prompt("> "))
      try await terminal.wait(for: ">")
      terminal.type("n\t")
      try await terminal.wait(for: "the common part") { $0.lines == ["> no"] }
      terminal.type("\t")
      try await terminal.wait(for: "the list") {
        $0.lines == ["  node     nodes of a cluster", "  nothing  no work", "> no"]
      }
      terminal.type("d\t\r")
      #expect(await input == .line("node "))
      await editor.close()
    }

    @Test func completesInTheMiddleOfALine() async throws {
      let terminal = try PseudoTerminal()
      let editor = try editor(terminal, Self.assistance)
      async let input = editor.readLine(prompt: Prompt("> "))
      try await terminal.wait(for: ">")
      terminal.type("ser list\u{1B}[D\u{1B}[D\u{1B}[D\u{1B}[D\u{1B}[D\t\r")
      #expect(await input == .line("service list"))
      await editor.close()
    }

    @Test func aSlowAnswerNeverHoldsTheKey() async throws {
      let terminal = try PseudoTerminal()
      let slow = LineAssistance(
        timeLimit: .milliseconds(50),
        complete: { _, _ in
          try? await Task.sleep(for: .seconds(600))
          return Completions(replacing: 0, candidates: [Candidate("late")])
        })
      let editor = try editor(terminal, slow)
      async let input = editor.readLine(prompt: Prompt("> "))
      try await terminal.wait(for: ">")
      terminal.type("a\tb\r")
      #expect(await input == .line("ab"))
      await editor.close()
    }

    @Test func aQuestionMarkExplainsAnywhereAndIsACharacterInText() async throws {
      let terminal = try PseudoTerminal()
      let editor = try editor(terminal, Self.assistance)
      async let input = editor.readLine(prompt: Prompt("> "))
      try await terminal.wait(for: ">")
      terminal.type("cluster start ?")
      try await terminal.wait(for: "the hint") { $0.lines == ["  NAME  name of the new cluster", "> cluster start"] }
      // In the middle of the line it explains what can stand there.
      terminal.type("a\u{1B}[D?")
      try await terminal.wait(for: "another hint") {
        $0.lines == ["  NAME  name of the new cluster", "  NAME  name of the new cluster", "> cluster start a"]
      }
      // With more behind it, it is part of what somebody pasted.
      terminal.type("\u{5}b?c 'x?")
      try await terminal.wait(for: "text") { $0.lines.last == "> cluster start ab?c 'x?" }
      terminal.type("'\r")
      #expect(await input == .line("cluster start ab?c 'x?'"))
      await editor.close()
    }
  }
}
