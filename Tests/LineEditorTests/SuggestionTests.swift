import LineEditor
import TerminalTestSupport
import Testing

extension OnTerminal {
  @Suite struct SuggestionTests {
    private static let grey = "\u{1B}[90m"

    private func fixture(columns: Int = 80, _ entries: [String]) throws -> EditorFixture {
      let history = History()
      for entry in entries { try history.add(entry) }
      return try EditorFixture(columns: columns, history: history, faint: Self.grey)
    }

    /// Right, End, Ctrl-E and Ctrl-F, in both forms that terminals send.
    @Test(arguments: ["\u{1B}[C", "\u{1B}OC", "\u{6}", "\u{5}", "\u{1B}[F", "\u{1B}OF", "\u{1B}[4~"])
    func isShownAndAccepted(key: String) async throws {
      let fixture = try fixture(["node list", "state", "node add --count 3"])
      let input = try await fixture.read { terminal in
        terminal.type("no")
        try await terminal.wait(for: "the suggestion") {
          $0.lines == ["> node add --count 3"] && $0.cursor == (row: 0, column: 4)
        }
        #expect(terminal.output.contains("\(Self.grey)de add --count 3"))
        terminal.type(key)
        try await terminal.wait(for: "the cursor at the end") { $0.cursor.column == 20 }
        terminal.type("0\r")
      }
      #expect(input == .line("node add --count 30"))
      await fixture.editor.close()
    }

    @Test func isNotPartOfTheLine() async throws {
      let fixture = try fixture(["node list"])
      let input = try await fixture.read { terminal in
        terminal.type("no")
        try await terminal.wait(for: "> node list")
        terminal.type("\r")
      }
      #expect(input == .line("no"))
      try await fixture.terminal.wait(for: "the line alone") { $0.lines.first == "> no" }
      await fixture.editor.close()
    }

    @Test func givesWayToWhatIsTyped() async throws {
      let fixture = try fixture(["node list --output json"])
      let input = try await fixture.read { terminal in
        terminal.type("node ")
        try await terminal.wait(for: "> node list --output json")
        terminal.type("add")
        try await terminal.wait(for: "what was typed alone") { $0.lines == ["> node add"] }
        terminal.type("\u{8}\u{8}\u{8}\u{8}")
        try await terminal.wait(for: "the suggestion again") { $0.lines == ["> node list --output json"] }
        fixture.editor.showAbove("news")
        try await terminal.wait(for: "both") { $0.lines == ["news", "> node list --output json"] }
        // In the middle of the line nothing is suggested, and Right moves.
        terminal.type("\u{1}")
        try await terminal.wait(for: "the line alone") { $0.lines == ["news", "> node"] }
        terminal.type("\u{1B}[Cx\r")
      }
      #expect(input == .line("nxode"))
      await fixture.editor.close()
    }

    @Test func staysOnItsRow() async throws {
      let fixture = try fixture(columns: 20, ["node list --output json", "two {\n  lines\n}"])
      let input = try await fixture.read { terminal in
        terminal.type("node")
        try await terminal.wait(for: "what fits") { $0.lines == ["> node list --outp…"] }
        terminal.type("\u{15}two")
        try await terminal.wait(for: "its first line") { $0.lines == ["> two {…"] }
        terminal.type("\u{5}\r")
      }
      #expect(input == .line("two {\n  lines\n}"))
      await fixture.editor.close()
    }

    @Test func isAcceptedInViToo() async throws {
      let history = History()
      try history.add("node list")
      let fixture = try EditorFixture(history: history, settings: "bind -v", faint: Self.grey)
      let input = try await fixture.read { terminal in
        terminal.type("no")
        try await terminal.wait(for: "> node list")
        terminal.type("\u{1B}[C")
        try await terminal.wait(for: "the cursor at the end") { $0.cursor.column == 11 }
        terminal.type("x\r")
      }
      #expect(input == .line("node listx"))
      await fixture.editor.close()
    }
  }
}
