import FoundationEssentials
import Glibc
import LineEditor
import Synchronization
import TerminalTestSupport
import Testing

/// libedit on a terminal of the test's own. One at a time: the window's signal belongs to the process.
@Suite(.serialized, .timeLimit(.minutes(2))) struct OnTerminal {}

extension OnTerminal {
  @Suite struct LineEditorTests {
    @Test func readsALine() async throws {
      let fixture = try EditorFixture()
      let input = try await fixture.read { $0.type("node list\r") }
      #expect(input == .line("node list"))
      await fixture.editor.close()
    }

    @Test func editsInTheMiddleAndTakesUTF8() async throws {
      let fixture = try EditorFixture()
      let input = try await fixture.read { $0.type("größe 東京 🚀 x\u{1B}[D\u{1B}[D\u{8}é\u{1}>\u{5}<\r") }
      #expect(input == .line(">größe 東京 é x<"))
      try await fixture.terminal.wait(for: "the line") { $0.lines == ["> >größe 東京 é x<"] }
      await fixture.editor.close()
    }

    @Test func controlCGivesTheLineUp() async throws {
      let fixture = try EditorFixture()
      let input = try await fixture.read { terminal in
        terminal.type("node remo")
        try await terminal.wait(for: "node remo")
        terminal.type("\u{3}")
      }
      #expect(input == .interrupted)
      try await fixture.terminal.wait(for: "the mark") { $0.lines == ["> node remo^C"] }
      let next = try await fixture.read { $0.type("state\r") }
      #expect(next == .line("state"))
      await fixture.editor.close()
    }

    @Test func controlCWorksInsideASearch() async throws {
      let history = History()
      try history.add("node list")
      let fixture = try EditorFixture(history: history)
      let input = try await fixture.read { terminal in
        terminal.type("\u{12}no")
        try await terminal.wait(for: "bck")
        terminal.type("\u{3}")
      }
      #expect(input == .interrupted)
      await fixture.editor.close()
    }

    @Test func controlDOnAnEmptyLineEnds() async throws {
      let fixture = try EditorFixture()
      #expect(try await fixture.read { $0.type("\u{4}") } == .endOfInput)
      #expect(try await fixture.read { $0.type("again\r") } == .line("again"))
      await fixture.editor.close()
    }

    @Test func goesOnWhileTheTextIsNotComplete() async throws {
      let assistance = LineAssistance(isComplete: { $0.filter { $0 == "{" }.count == $0.filter { $0 == "}" }.count })
      let fixture = try EditorFixture(assistance: assistance)
      let input = try await fixture.read { $0.type("repeat 2 {\rnode add\r}\r") }
      #expect(input == .line("repeat 2 {\nnode add\n}"))
      try await fixture.terminal.wait(for: "the block") { $0.lines == ["> repeat 2 {", "... node add", "... }"] }
      await fixture.editor.close()
    }

    @Test func showsMessagesAboveTheLineBeingTyped() async throws {
      let fixture = try EditorFixture(columns: 20)
      let input = try await fixture.read { terminal in
        terminal.type("a line that is longer than the terminal")
        try await terminal.wait(for: "the whole line") { $0.lines.last == "l" }
        fixture.editor.showAbove("node-2 is down")
        try await terminal.wait(for: "node-2 is down")
        try await terminal.wait(for: "the line") { $0.lines.count == 4 && $0.lines.last == "l" }
        #expect(terminal.screen.lines == ["node-2 is down", "> a line that is lon", "ger than the termina", "l"])
        terminal.type("\u{1}\u{4}A\r")
      }
      #expect(input == .line("A line that is longer than the terminal"))
      await fixture.editor.close()
    }

    @Test func changesThePromptOfTheLineBeingTyped() async throws {
      let fixture = try EditorFixture()
      let input = try await fixture.read("(5/5)> ") { terminal in
        terminal.type("no")
        try await terminal.wait(for: "(5/5)> no")
        fixture.editor.setPrompt(Prompt(Prompt.styled("(4/5)>", "\u{1B}[31m") + " "))
        try await terminal.wait(for: "(4/5)> no")
        #expect(terminal.screen.lines == ["(4/5)> no"])
        terminal.type("de\r")
      }
      #expect(input == .line("node"))
      await fixture.editor.close()
    }

    @Test func recallsHistoryByPrefixOverTwoSessions() async throws {
      let folder = FileManager.default.temporaryDirectory.appending(path: "hydra-editor-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: folder) }
      let path = folder.appending(path: "history").path()
      let first = try History(path: path)
      for entry in ["node list", "for n in nodes() {\n  print $n\n}", "state"] { try first.add(entry) }
      let fixture = try EditorFixture(history: try History(path: path))
      #expect(try await fixture.read { $0.type("no\u{1B}[A\r") } == .line("node list"))
      #expect(
        try await fixture.read("2> ") { $0.type("\u{1B}[A\u{1B}[A\r") } == .line("for n in nodes() {\n  print $n\n}"))
      // Down leads back to what was typed.
      #expect(try await fixture.read("4> ") { $0.type("dr\u{1B}[A\u{1B}[Aaft\r") } == .line("draft"))
      #expect(
        try await fixture.read("5> ") { $0.type("n\u{1B}[A\u{1B}[Bx\r") } == .line("nx"))
      #expect(try await fixture.read("3> ") { $0.type("\u{12}lis\u{5}\r") } == .line("node list"))
      await fixture.editor.close()
    }

    @Test func takesAPasteOfManyLinesAsOneInput() async throws {
      let fixture = try EditorFixture()
      let input = try await fixture.read { terminal in
        terminal.type("\u{1B}[200~node list\r\tstate?\u{3}\n# äö\u{1B}[201~")
        try await terminal.wait(for: "# äö")
        terminal.type("\r")
      }
      #expect(input == .line("node list\n\tstate?\n# äö"))
      #expect(fixture.terminal.output.contains("\u{1B}[?2004h"))
      await fixture.editor.close()
    }

    @Test func followsTheWindow() async throws {
      let fixture = try EditorFixture(columns: 80)
      let input = try await fixture.read { terminal in
        terminal.type("0123456789012345678901234567890123456789")
        try await terminal.wait(for: "456789")
        terminal.resize(rows: 24, columns: 30)
        // The terminal of a test is not the one that controls the process, so the kernel tells nobody.
        kill(getpid(), SIGWINCH)
        try await terminal.wait(for: "a line of 30 columns") { $0.lines.last == "890123456789" }
        terminal.type("\u{1}x\r")
      }
      #expect(input == .line("x0123456789012345678901234567890123456789"))
      await fixture.editor.close()
    }

    @Test func putsTheTerminalBack() async throws {
      let fixture = try EditorFixture()
      let before = fixture.terminal.modes
      _ = try await fixture.read { terminal in
        #expect(terminal.modes.local != before.local)
        terminal.type("a\r")
      }
      #expect(fixture.terminal.modes == before)
      // Closed in the middle of a line, as SIGTERM does.
      _ = try await fixture.read("2> ") { terminal in
        terminal.type("half")
        try await terminal.wait(for: "half")
        await fixture.editor.close()
      }
      #expect(fixture.terminal.modes == before)
      #expect(fixture.terminal.output.hasSuffix("\u{1B}[?2004l\n") || fixture.terminal.output.contains("\u{1B}[?2004l"))
    }

    @Test func aCancelledReaderGetsItsLineInterrupted() async throws {
      let fixture = try EditorFixture()
      let reader = Task { await fixture.editor.readLine(prompt: Prompt("> ")) }
      try await fixture.terminal.wait(for: ">")
      reader.cancel()
      #expect(await reader.value == .interrupted)
      #expect(try await fixture.read("2> ") { $0.type("next\r") } == .line("next"))
      await fixture.editor.close()
      #expect(await fixture.editor.readLine(prompt: Prompt("> ")) == .endOfInput)
    }

    @Test func theKeyThatOpensLibeditsPromptIsGone() async throws {
      let fixture = try EditorFixture()
      #expect(try await fixture.read { $0.type("\u{1B}xstate\r") } == .line("state"))
      await fixture.editor.close()
    }
  }
}
