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

    /// As while a command runs. The terminal gathers lines, edits and echoes them by itself then.
    @Test func whatIsTypedBetweenTwoReadsBelongsToTheSecond() async throws {
      let fixture = try EditorFixture(assistance: Self.assistance)
      #expect(try await fixture.read { $0.type("first\r") } == .line("first"))
      fixture.terminal.type("no!\u{15}list ser\t")
      try await fixture.terminal.wait(for: "the echo") {
        $0.lines == ["> first", "list ser"] && $0.cursor.column == 16
      }
      let input = try await fixture.read("2> ", isEmpty: false) { terminal in
        try await terminal.wait(for: "it behind the prompt") { $0.lines == ["> first", "2> list service"] }
        terminal.type("\u{15}n\u{1}I\u{5}\t")
        try await terminal.wait(for: "what was typed instead") { $0.lines == ["> first", "2> In"] }
        terminal.type("\u{15}nod\t\r")
      }
      #expect(input == .line("node "))
      try await fixture.terminal.wait(for: "the screen") { $0.lines == ["> first", "2> node"] }
      await fixture.editor.close()
    }

    @Test func linesAndControlDTypedBetweenTwoReadsKeepTheirOrder() async throws {
      let fixture = try EditorFixture()
      #expect(try await fixture.read { $0.type("first\r") } == .line("first"))
      fixture.terminal.type("a\rb\r\u{4}c")
      try await fixture.terminal.wait(for: "the echo") { $0.lines == ["> first", "a", "b", "c"] }
      var inputs: [LineInput] = []
      for _ in 1...3 { inputs.append(await fixture.editor.readLine(prompt: Prompt("> "))) }
      #expect(inputs == [.line("a"), .line("b"), .endOfInput])
      #expect(try await fixture.read(isEmpty: false) { $0.type("\r") } == .line("c"))
      await fixture.editor.close()
    }

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
