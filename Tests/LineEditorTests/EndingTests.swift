import LineEditor
import TerminalTestSupport
import Testing

extension OnTerminal {
  /// How an input ends: libedit itself returns the same for an empty line, for Ctrl-C and for the end of the input.
  @Suite struct EndingTests {
    @Test(arguments: [
      ("\r", ["", "x"]), ("\n", ["", "x"]), ("\r\n", ["", "x"]), ("  \r", ["  ", "x"]), ("\t\r", ["\t", "x"]),
      ("node add\u{15}\r", ["", "x"]), ("a\u{7F}\r", ["", "x"]), ("\r\r\r", ["", "", "", "x"]),
      ("\r\n\r\n", ["", "", "x"]), ("\u{1B}[200~\u{1B}[201~\r", ["", "x"]),
      ("\u{1B}[200~\r\n\r\n\u{1B}[201~\r", ["\n\n", "x"]),
    ])
    func anAcceptedLineIsALineHoweverLong(keys: String, lines: [String]) async throws {
      let fixture = try EditorFixture()
      #expect(try await fixture.read(lines.count, typing: keys + "x\r") == lines.map { .line($0) })
      await fixture.editor.close()
    }

    @Test(arguments: [
      ("\r", ["", "x"]), ("\u{1B}\ri", ["", "ix"]), ("abc\u{1B}dd\r", ["", "x"]), ("a\u{15}\r", ["", "x"]),
    ])
    func anAcceptedLineIsALineInViToo(keys: String, lines: [String]) async throws {
      let fixture = try EditorFixture(settings: "bind -v\n")
      #expect(try await fixture.read(lines.count, typing: keys + "x\r") == lines.map { .line($0) })
      await fixture.editor.close()
    }

    @Test func controlCAndThenEnter() async throws {
      let fixture = try EditorFixture()
      #expect(
        try await fixture.read(5, typing: "\u{3}\rabc\u{3}\rx\r")
          == [.interrupted, .line(""), .interrupted, .line(""), .line("x")])
      await fixture.editor.close()
    }

    @Test func emptyLinesWithinABlock() async throws {
      let fixture = try EditorFixture(assistance: EditorFixture.braces)
      #expect(
        try await fixture.read(2, typing: "a {\r\r  \rb\r\r}\r\r") == [.line("a {\n\n  \nb\n\n}"), .line("")])
      await fixture.editor.close()
    }

    @Test func controlDLeavesABlockBeforeTheShell() async throws {
      let fixture = try EditorFixture(assistance: EditorFixture.braces)
      #expect(try await fixture.read { $0.type("a {\rb\r\u{4}") } == .interrupted)
      #expect(try await fixture.read("2> ") { $0.type("\u{4}") } == .endOfInput)
      await fixture.editor.close()
    }

    @Test func aTerminalThatGoesAwayIsNotTheEndOfTheInput() async throws {
      let fixture = try EditorFixture()
      let input = try await fixture.read { terminal in
        terminal.type("half a li")
        try await terminal.wait(for: "half a li")
        terminal.hangUp()
      }
      #expect(input == .hungUp)
      await fixture.editor.close()
    }
  }
}
