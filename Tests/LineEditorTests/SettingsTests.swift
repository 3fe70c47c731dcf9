import LineEditor
import TerminalTestSupport
import Testing

extension OnTerminal {
  /// `~/.editrc` as people have it.
  @Suite struct SettingsTests {
    private static let assistance = LineAssistance(
      timeLimit: .seconds(30),
      complete: { _, before in
        Completions(replacing: before.hasSuffix("no") ? 2 : 0, candidates: [Candidate("node")])
      })

    @Test(arguments: [
      "bind ^I rl_complete\n", "bind -e\n", "bind -v\n", "bind -v\nbind -e\n", "bind \"^I\" ed-insert\n", "edit off\n",
      "edit on\r\nbind -e\r\n", "bind -v\r\nbind ^I rl_complete\r\n", "nonsense line\nbind\nbind -l\n",
      "bind ^X ed-command\n", "telltc\nechotc cl\nbind ^T\n", "mysql:bind -v\nsqlite3:edit off\n",
      "history size 5\nsettc xn no\nsetty -d +isig\n", "bind -s ^X \"state\"\n",
    ])
    func completesAndSwallowsNothing(settings: String) async throws {
      let fixture = try EditorFixture(assistance: Self.assistance, settings: settings)
      let input = try await fixture.read { terminal in
        terminal.type("no\t-x")
        try await terminal.wait(for: "the completed line") { $0.lines == ["> node -x"] }
        terminal.type("\r")
      }
      #expect(input == .line("node -x"))
      #expect(try await fixture.read("2> ") { $0.type("a\u{3}") } == .interrupted)
      #expect(try await fixture.read("3> ") { $0.type("\r") } == .line(""))
      // Escape and x open a prompt of libedit's own, as ':' does among the commands of vi.
      let isVi = settings.hasPrefix("bind -v") && !settings.contains("bind -e")
      #expect(
        try await fixture.read("4> ") { $0.type(isVi ? "a\u{1B}:xistate\r" : "\u{1B}xstate\r") }
          == .line("state"))
      await fixture.editor.close()
    }

    @Test func theUsersOwnKeysWork() async throws {
      let fixture = try EditorFixture(settings: "# keys\n\n  bind ^T em-upper-case\r\nhydra:bind ? ed-insert")
      #expect(try await fixture.read { $0.type("node?\u{1}\u{14}\u{5}!\r") } == .line("NODE?!"))
      await fixture.editor.close()
    }

    @Test func editingCanBeTurnedOffForThisProgram() async throws {
      let fixture = try EditorFixture(settings: "hydra:edit off\n")
      #expect(try await fixture.read { $0.type("state\n") } == .line("state"))
      #expect(!fixture.terminal.output.contains("\u{1B}"))
      await fixture.editor.close()
    }
  }
}
