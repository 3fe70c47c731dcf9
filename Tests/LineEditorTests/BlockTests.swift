import LineEditor
import TerminalTestSupport
import Testing

extension OnTerminal {
  /// Inputs of several lines.
  @Suite struct BlockTests {
    @Test func newsAndANewPromptStandAboveTheWholeBlock() async throws {
      let fixture = try EditorFixture(assistance: EditorFixture.braces)
      let input = try await fixture.read("hydra 5> ") { terminal in
        terminal.type("for {\rnode")
        try await terminal.wait(for: "the block") { $0.lines == ["hydra 5> for {", "     ... node"] }
        fixture.editor.showAbove("node-2 is down")
        try await terminal.wait(for: "the news above") {
          $0.lines == ["node-2 is down", "hydra 5> for {", "     ... node"]
        }
        fixture.editor.setPrompt(Prompt("hydra 4> "))
        try await terminal.wait(for: "the prompt") {
          $0.lines == ["node-2 is down", "hydra 4> for {", "     ... node"]
        }
        terminal.type(" add\r}\r")
      }
      #expect(input == .line("for {\nnode add\n}"))
      await fixture.editor.close()
    }

    @Test func upOnAnEmptyLineEditsTheWholeBlockAgain() async throws {
      let fixture = try EditorFixture(assistance: EditorFixture.braces)
      let input = try await fixture.read { terminal in
        terminal.type("repaet {\rnode add\r")
        try await terminal.wait(for: "the third line") { $0.lines == ["> repaet {", "... node add", "..."] }
        terminal.type("\u{1B}[A")
        try await terminal.wait(for: "the text") { $0.lines == ["> repaet {", "node add"] }
        terminal.type("\u{1}\u{1B}[C\u{1B}[C\u{1B}[C\u{4}\u{1B}[Ca\u{5}\r")
        try await terminal.wait(for: "the block") { $0.lines == ["> repeat {", "... node add", "..."] }
        terminal.type("}\r")
      }
      #expect(input == .line("repeat {\nnode add\n}"))
      await fixture.editor.close()
    }

    @Test func aPastedBeginningIsContinuedBelow() async throws {
      let fixture = try EditorFixture(assistance: EditorFixture.braces)
      let input = try await fixture.read { terminal in
        terminal.type("\u{1B}[200~a {\n\tb\u{1B}[201~\r")
        try await terminal.wait(for: "prompts") { $0.lines == ["> a {", "...     b", "..."] }
        terminal.type("}\r")
      }
      #expect(input == .line("a {\n\tb\n}"))
      await fixture.editor.close()
    }

    @Test func aBlockHigherThanTheTerminalIsReadWhole() async throws {
      let fixture = try EditorFixture(rows: 5, columns: 20, assistance: EditorFixture.braces)
      let lines = (1...12).map { "line \($0)" }
      let input = try await fixture.read { terminal in
        terminal.type("{\r" + lines.joined(separator: "\r") + "\r")
        try await terminal.wait(for: "the last line") { $0.lines.suffix(2) == ["... line 12", "..."] }
        fixture.editor.showAbove("news")
        try await terminal.wait(for: "news\n...")
        terminal.type("}\r")
      }
      #expect(input == .line((["{"] + lines + ["}"]).joined(separator: "\n")))
      await fixture.editor.close()
    }

    /// A terminal that does not mark what is pasted sends a tab as the key does.
    @Test func tabsThatIndentAPasteAreKept() async throws {
      let fixture = try EditorFixture(
        assistance: LineAssistance(
          isComplete: EditorFixture.braces.isComplete,
          complete: { _, _ in Completions(replacing: 0, candidates: [Candidate("COMPLETED")]) }))
      #expect(
        try await fixture.read(2, typing: "\tif {\r\t\tb\r\t}\rno\t\r")
          == [.line("\tif {\n\t\tb\n\t}"), .line("noCOMPLETED ")])
      await fixture.editor.close()
    }
  }
}
