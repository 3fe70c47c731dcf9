import FoundationEssentials
import HydraSimulation
import TerminalTestSupport
import Testing

/// The built tool on a terminal, as people use it.
@Suite(.serialized, .timeLimit(.minutes(3))) struct PersonTests {
  private let plain = ["NO_COLOR": "1"]

  @Test func theFirstFiveMinutes() async throws {
    let cluster = try await ServedCluster(SimulatedCluster(name: "test", nodes: 3))
    let person = try Person(environment: plain)
    defer { person.remove() }
    let terminal = person.terminal
    try await terminal.wait(for: "a greeting and a prompt") {
      $0.lines.count == 2 && $0.lines[0].hasPrefix("hydra ") && $0.lines[1] == "hydra>"
    }
    // Nothing is typed, in every way there is.
    for (count, keys) in [(2, "\r"), (3, "   \r"), (4, "abc\u{15}\r"), (5, "x\u{7F}\r"), (6, "\r\n"), (7, "\n")] {
      terminal.type(keys)
      try await terminal.wait(for: "\(count) prompts") { $0.lines.count { $0.hasPrefix("hydra>") } == count }
    }
    terminal.type("abc\u{3}\r")
    try await terminal.wait(for: "two more prompts") {
      $0.lines.suffix(3) == ["hydra> abc^C", "hydra>", "hydra>"]
    }
    // A typing error, and help.
    try await person.types("hlep\r", sees: "did you mean 'help'?", then: "hydra>")
    try await person.types("help node add\r", sees: "node add --count 5", then: "hydra>")
    try await person.types("?", sees: "  cluster ", then: "hydra>")
    try await person.types("\u{C}\u{15}node ?", sees: "  kill ", then: "hydra> node")
    try await person.types("\u{3}", sees: "hydra> node ^C", then: "hydra>")
    // Tab.
    terminal.type("clu\tcon\t")
    try await person.lastLine("hydra> cluster connect")
    terminal.type("\(cluster.url)\r")
    try await person.lastLine("hydra(test 3/3)>")
    try await person.types("no\tli\t--out\tna\t\r", sees: "\nnode-1\nnode-2\nnode-3\n", then: "hydra(test 3/3)>")
    // History: the entry above, one that is searched, and the list.
    terminal.type("\u{1B}[A")
    try await person.lastLine("hydra(test 3/3)> node list --output names")
    try await person.types("\u{3}", sees: "--output names ^C", then: "hydra(test 3/3)>")
    terminal.type("\u{12}connect")
    try await terminal.wait(for: "bck")
    terminal.type("\u{3}")
    try await terminal.waitForPrompt()
    try await terminal.enter("history 2")
    #expect(terminal.screen.text.contains("  node list --output names\n"))
    // A block, with an empty line and a mistake in it that is mended.
    terminal.type("for n in nodes() {\r")
    try await person.lastLine("             ...")
    terminal.type("\rprnt $n\r")
    try await terminal.wait(for: "the next line") { $0.lines.last == "             ..." }
    terminal.type("\u{1B}[A\u{1B}[D\u{1B}[D\u{1B}[D\u{1B}[D\u{1B}[Di\u{5}.\u{8}\r")
    try await person.lastLine("             ...")
    try await person.types("print \"<${n.na\t}>\"\r\r}\r", sees: "\n<node-3>\n", then: "hydra(test 3/3)>")
    // A block that is given up, by either key.
    try await person.types("repeat 3 {\r\u{3}", sees: "             ... ^C\nhydra", then: "hydra(test 3/3)>")
    try await person.types(
      "repeat 3 {\r\r\u{4}", sees: "             ...\n             ... ^D\nhydra", then: "hydra(test 3/3)>")
    // A command that takes too long.
    terminal.type("sleep 100s\r")
    try await person.runs("hydra(test 3/3)> sleep 100s")
    terminal.type("\u{3}")
    try await terminal.wait(for: "the command cancelled") {
      $0.text.contains("sleep 100s\n^C\ncancelled\n") && $0.lines.last == "hydra(test 3/3)>"
    }
    try await person.types("node kill node-2\r", sees: "\nnode-2 down", then: "hydra(test 2/3)>")
    try await person.types("print 'done?' # ok?\r", sees: "\ndone?\n", then: "hydra(test 2/3)>")
    terminal.type("\u{4}")
    #expect(await person.status() == 0)
    await cluster.stop()
  }

  @Test func exitEndsWithItsStatus() async throws {
    let person = try Person(environment: plain)
    defer { person.remove() }
    try await person.lastLine("hydra>")
    person.terminal.type("exit 7\r")
    #expect(await person.status() == 7)
  }

  @Test func whatIsTypedWhileACommandRunsIsEditedAfterIt() async throws {
    let person = try Person(environment: plain)
    defer { person.remove() }
    let terminal = person.terminal
    try await person.lastLine("hydra>")
    terminal.type("try { wait until false within 2s } catch { }\r")
    try await person.runs("hydra> try { wait until false within 2s } catch { }")
    terminal.type("state\u{15}node ki\t")
    try await terminal.wait(for: "the echo") { $0.lines.last == "node ki" }
    try await person.lastLine("hydra> node kill")
    terminal.type("\u{15}node li\t--out\tna\t\u{15}print mended\r")
    try await terminal.wait(for: "the answer") { $0.lines.suffix(3) == ["hydra> print mended", "mended", "hydra>"] }
    terminal.type("\u{4}")
    #expect(await person.status() == 0)
  }

  @Test func controlZStopsTheShellAndItsCommandsUntilFg() async throws {
    let person = try Person("bash --norc --noprofile -i", environment: plain)
    defer { person.remove() }
    let terminal = person.terminal
    try await person.lastLine("shell$")
    terminal.type("\"$HYDRA\"\r")
    try await person.lastLine("hydra>")
    terminal.type("print o")
    try await person.lastLine("hydra> print o")
    terminal.type("\u{1A}")
    try await terminal.wait(for: "the user's shell") { $0.text.contains("Stopped") && $0.lines.last == "shell$" }
    // The terminal is as that shell wants it: what is typed is echoed and edited by it.
    terminal.type("echo xy\u{8}z\r")
    try await terminal.wait(for: "\nxz\nshell$")
    terminal.type("fg\r")
    try await person.lastLine("hydra> print o")
    terminal.type("k\r")
    try await terminal.wait(for: "the answer") { $0.lines.suffix(2) == ["ok", "hydra>"] }
    // In a block, and while a command runs.
    terminal.type("repeat 1 {\r\u{1A}")
    try await terminal.wait(for: "the user's shell again") { $0.lines.last == "shell$" }
    terminal.type("fg\r")
    try await terminal.wait(for: "the block") { $0.lines.suffix(2) == ["hydra> repeat 1 {", "   ..."] }
    terminal.type("sleep 3s\rprint slept\r}\r")
    try await person.runs("   ... }")
    terminal.type("\u{1A}")
    try await terminal.wait(for: "the user's shell once more") { $0.lines.last == "shell$" }
    terminal.type("fg\r")
    try await terminal.wait(for: "the end of the command") { $0.lines.suffix(2) == ["slept", "hydra>"] }
    terminal.type("\u{4}")
    try await person.lastLine("shell$")
    terminal.type("exit 0\r")
    #expect(await person.status() == 0)
  }

  @Test func controlZLeavesThePictureAndFgDrawsItAgain() async throws {
    let cluster = try await ServedCluster(SimulatedCluster(name: "test", nodes: 3))
    let person = try Person("bash --norc --noprofile -i", environment: plain)
    defer { person.remove() }
    let terminal = person.terminal
    try await person.lastLine("shell$")
    terminal.type("\"$HYDRA\" cluster connect \(cluster.url)\r")
    try await terminal.wait(for: "the connection") { $0.text.contains("connected to") && $0.lines.last == "shell$" }
    terminal.type("\"$HYDRA\" watch --live\r")
    try await terminal.wait(for: "the picture") { $0.lines.first?.hasPrefix("test  3/3 nodes") == true }
    terminal.type("\u{1A}")
    try await terminal.wait(for: "the screen as it was") {
      $0.text.contains("connected to") && $0.text.contains("Stopped") && $0.lines.last == "shell$"
    }
    terminal.type("fg\r")
    try await terminal.wait(for: "the picture again") { $0.lines.first?.hasPrefix("test  3/3 nodes") == true }
    terminal.type("\u{3}")
    try await terminal.wait(for: "the screen as it was") {
      $0.text.contains("connected to") && $0.lines.last == "shell$"
    }
    terminal.type("exit 0\r")
    #expect(await person.status() == 0)
    await cluster.stop()
  }

  @Test func aClosedWindowEndsTheShellAsTheSignalDoes() async throws {
    let person = try Person(environment: plain)
    defer { person.remove() }
    try await person.lastLine("hydra>")
    person.terminal.hangUp()
    #expect(await person.status() == 129)
  }

  @Test func suggestionsAreGreyAndNeedColours() async throws {
    let person = try Person(environment: ["NO_COLOR": ""])
    defer { person.remove() }
    try await person.lastLine("hydra>")
    try await person.types("print suggested\r", sees: "\nsuggested\n", then: "hydra>")
    person.terminal.type("pr")
    try await person.lastLine("hydra> print suggested")
    try await person.types("\u{5} twice\r", sees: "\nsuggested twice\n", then: "hydra>")
    person.terminal.type("\u{4}")
    #expect(await person.status() == 0)
  }

  // MARK: Without a terminal

  /// Runs `script` in bash, with the tool as `$HYDRA`.
  private func bash(_ script: String) async throws -> RunningProcess.Outcome {
    let home = FileManager.default.temporaryDirectory.appending(path: "hydra-person-\(UUID().uuidString)").path()
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: home) }
    return await
      (try RunningProcess(
        "/bin/bash", ["-c", script], environment: Person.environment(home: home))).outcome(within: .seconds(60))
  }

  /// Sends `signals` to a program that has said it is ready.
  private static func signalled(_ signals: String, before start: String = "") -> String {
    """
    \(start)
    coproc "$HYDRA" -c 'defer { print undone }; print ready; sleep 400ms; print slept'
    pid=$COPROC_PID out=${COPROC[0]}
    exec 5<&$out
    read line <&5; echo $line
    \(signals.split(separator: " ").map { "kill -\($0) $pid" }.joined(separator: "\n"))
    cat <&5
    wait $pid; echo $?
    """
  }

  @Test(arguments: [
    ("HUP", "", "ready\nundone\n129\n"), ("TERM", "", "ready\nundone\n143\n"), ("INT", "", "ready\nundone\n130\n"),
    ("HUP", "trap '' HUP", "ready\nslept\nundone\n0\n"), ("HUP INT", "trap '' HUP INT", "ready\nslept\nundone\n0\n"),
    ("HUP TERM", "trap '' HUP", "ready\nundone\n143\n"),
  ])
  func signalsEndAProgramUnlessTheyWereIgnored(signals: String, start: String, output: String) async throws {
    let outcome = try await bash(Self.signalled(signals, before: start.isEmpty ? "trap - INT" : start))
    #expect(outcome.output == output, "\(outcome.errors)")
  }

  /// Completion gives up on a slow cluster; a person then presses Tab again.
  @Test func namesForTheUsersOwnShellComeFromTheCluster() async throws {
    let cluster = try await ServedCluster(SimulatedCluster(name: "test", nodes: 2))
    let outcome = try await bash(
      """
      "$HYDRA" cluster connect \(cluster.url) --quiet
      until names=$("$HYDRA" __complete 'node kill '); [ -n "$names" ]; do :; done; echo "$names"
      until names=$("$HYDRA" __complete '--cluster '); [[ "$names" = *running* ]]; do :; done; echo "$names"
      """)
    #expect(outcome.output == "node-1\tready, free\nnode-2\tready, free\ntest\trunning, 2 nodes\n", "\(outcome.errors)")
    await cluster.stop()
  }

  @Test func aReaderThatHasEnoughIsNoError() async throws {
    let outcome = try await bash(
      "\"$HYDRA\" -c 'defer { print undone }; for i in 1..100000 { print $i }' | head -1; echo ${PIPESTATUS[0]}")
    #expect(outcome.output == "1\n141\n")
    #expect(outcome.errors == "")
  }

  @Test func closedStreamsAreNotTakenByOtherFiles() async throws {
    let outcome = try await bash(
      """
      "$HYDRA" -c 'print lost' >&-; echo $?
      "$HYDRA" -c 'print kept' <&- 2>&-; echo $?
      "$HYDRA" -c 'print lost' <&- >&- 2>&-; echo $?
      "$HYDRA" - <&-; echo $?
      """)
    #expect(outcome.output == "1\nkept\n0\n1\n2\n")
    #expect(
      outcome.errors == """
        error: can't write to standard output: bad file descriptor
        error: can't read '-': bad file descriptor

        """)
  }
}
