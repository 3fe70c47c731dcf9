import Glibc
import HydraLanguage
import HydraModel
import HydraRuntime
import HydraShell
import HydraSimulation
import Synchronization
import TerminalTestSupport
import Testing
import Yams

/// What transcripts can't show: signals, colour, forms read back by a real parser.
@Suite(.timeLimit(.minutes(1))) struct ToolTests {
  private struct Fixture: Sendable {
    let cluster = SimulatedCluster(name: "test", nodes: 2)
    let output: OutputSink
    let error: OutputSink
    let signals: AsyncStream<Interruption>.Continuation
    let tool: HydraTool

    init(terminal: Bool = false, environment: [String: String] = [:], output: OutputSink? = nil) {
      let (stream, signals) = AsyncStream.makeStream(of: Interruption.self)
      let output = output ?? OutputSink(memoryAsTerminal: terminal)
      let error = OutputSink(memoryAsTerminal: terminal)
      let directory = SimulatedDirectory([cluster])
      tool = HydraTool(
        streams: HydraStreams(input: -1, output: output, error: error), environment: environment
      ) {
        HydraServices(
          directory: directory, http: nil, clock: SystemClock(date: { 1_700_000_060 }), interruptions: { stream })
      }
      self.output = output
      self.error = error
      self.signals = signals
    }

    /// Waits until the cluster was sent a request of this kind.
    func asked(_ kind: (some ClusterRequest).Type) async {
      while await cluster.count(kind) == 0 { await Task.yield() }
    }
  }

  @Test(arguments: [(Interruption.interrupt, Int32(130)), (.terminate, 143)])
  func aSignalCancelsUndoesAndTellsInTheExitStatus(_ signal: Interruption, _ expected: Int32) async {
    let fixture = Fixture()
    await fixture.cluster.hang(AddNode.self)
    let status = Task { await fixture.tool.run(["-c", "defer { print \"undone\" }; node add; print \"not reached\""]) }
    await fixture.asked(AddNode.self)
    fixture.signals.yield(signal)
    #expect(await status.value == expected)
    #expect(fixture.output.text == "undone\n")
    #expect(fixture.error.text.contains("error: interrupted"))
  }

  /// Not a transcript: those run against the binary too, which can't say this while no engine is reachable.
  @Test func aClusterThatDoesNotExistIsNamedWithThoseThatDo() async {
    let fixture = Fixture()
    #expect(await fixture.tool.run(["--cluster", "other", "state"]) == 1)
    #expect(fixture.error.text == "error: no cluster 'other'\n  = known clusters: test\n")
  }

  @Test func workOnLargeValuesIsInterrupted() async {
    for work in ["reverse(x)", "push(x, 1)", "x + [1]", "len(join(x, \"\"))", "7 in x"] {
      let fixture = Fixture()
      let text = "let x = map(1..300000, i => i); let y = 0; node add; while true { set y = \(work) }"
      let status = Task { await fixture.tool.run(["--quiet", "-c", text]) }
      await fixture.asked(AddNode.self)
      fixture.signals.yield(.interrupt)
      #expect(await status.value == 130)
    }
  }

  /// Without it a program in front of `head -1` would never end.
  @Test func outputThatCantBeWrittenEndsAProgramButNotItsCleaningUp() async throws {
    let full = open("/dev/full", O_WRONLY)
    defer { close(full) }
    let fixture = Fixture(output: OutputSink(descriptor: full))
    let text = "defer { print a; node remove node-1; print b }; while true { print c }"
    #expect(await fixture.tool.run(["--quiet", "-c", text]) == 1)
    #expect(fixture.error.text.contains("error: can't write to standard output: no space left on device"))
    #expect(await fixture.cluster.recorded.contains("DELETE /nodes/node-1"))
    let help = Fixture(output: OutputSink(descriptor: full))
    #expect(await help.tool.run(["help"]) == 1)
    #expect(help.error.text == "error: can't write to standard output: no space left on device\n")
  }

  @Test func formattingKeepsTheModeAndLinks() async throws {
    let folder = "/tmp/hydra-fmt-\(UInt64.random(in: 0 ... .max))"
    #expect(mkdir(folder, 0o700) == 0)
    let (path, link) = ("\(folder)/a.hydra", "\(folder)/b.hydra")
    defer {
      for name in [link, path] { unlink(name) }
      rmdir(folder)
    }
    let file = open(path, O_WRONLY | O_CREAT, 0o600)
    #expect(write(file, "print   a\n", 10) == 10 && fchmod(file, 0o750) == 0 && close(file) == 0)
    #expect(symlink(path, link) == 0)
    let fixture = Fixture()
    #expect(await fixture.tool.run(["fmt", link]) == 0)
    #expect(fixture.error.text == "" && fixture.output.text == "formatted \(link)\n")
    var status = stat()
    #expect(lstat(path, &status) == 0 && status.st_mode & 0o7777 == 0o750 && status.st_size == 8)
    #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
  }

  @Test func aSecondInterruptSaysWhatIsGoingOn() async {
    let fixture = Fixture()
    await fixture.cluster.hang(AddNode.self)
    await fixture.cluster.hang(RemoveNode.self)
    let status = Task { await fixture.tool.run(["-c", "defer { node remove node-1 }; node add"]) }
    await fixture.asked(AddNode.self)
    fixture.signals.yield(.interrupt)
    await fixture.asked(RemoveNode.self)
    fixture.signals.yield(.interrupt)
    while !fixture.error.text.contains("still running:\n  node-1: removing") { await Task.yield() }
    status.cancel()
  }

  @Test func anUnreachableEngineIsExitStatusFour() async {
    let fixture = Fixture()
    await fixture.cluster.fail(ReadNodes.self, with: HydraError(.unreachable, "the API of 'test' can't be reached"))
    #expect(await fixture.tool.run(["node", "list"]) == 4)
    let none = HydraTool(
      streams: HydraStreams(input: -1, output: fixture.output, error: fixture.error), environment: [:]
    ) { throw HydraError(.unreachable, "no engine at /var/run/docker.sock", remedy: "start Docker") }
    #expect(await none.run(["node", "list"]) == 4)
    #expect(fixture.error.text.hasSuffix("error: no engine at /var/run/docker.sock (start Docker)\n"))
  }

  @Test func otherShellsCompleteWithLiveNames() async throws {
    let fixture = Fixture()
    _ = try await fixture.cluster.send(KillNode("node-2"))
    for (line, answer) in [
      ("node kill ", "node-1\tready, free\n"),
      ("node start ", "node-2\tdown, free\n"),
      ("node kill --cluster=te", "--cluster=test\trunning, 2 nodes\n"), ("node ad", "add\tadd nodes to a cluster\n"),
      ("pla", "plan\tshow the calls a script would make\n"), ("completion z", "zsh\t\n"),
    ] {
      let sink = OutputSink(memoryAsTerminal: false)
      let tool = HydraTool(
        streams: HydraStreams(input: -1, output: sink, error: fixture.error), environment: [:]
      ) { [directory = SimulatedDirectory([fixture.cluster])] in
        HydraServices(
          directory: directory, http: nil, clock: SystemClock(date: { 0 }),
          interruptions: { AsyncStream { $0.finish() } })
      }
      #expect(await tool.run(["__complete", line]) == 0)
      #expect(sink.text.hasPrefix(answer), "\(line): \(sink.text)")
    }
    #expect(fixture.error.text == "")
  }

  @Test func everyTopicThatIsOfferedHasAPage() async {
    let fixture = Fixture()
    #expect(await fixture.tool.run(["__complete", "help "]) == 0)
    let topics = fixture.output.text.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
    for topic in ["node", "wait", "len", "run", "check", "plan", "fmt", "completion"] {
      #expect(topics.contains(topic), "\(topic)")
    }
    for topic in topics { #expect(await fixture.tool.run(["help", topic]) == 0, "\(topic)") }
  }

  /// bash cuts a word at `=` and `:` and replaces only the last piece of it.
  @Test(arguments: [
    ("hydra service add w --image=", "--image=", #"--image ="#, "a:1 b:2"),
    ("hydra service add w --image=a:", "--image=", "--image = a :", "1"),
    ("hydra service add w --image a:1", "", "--image a : 1", "1"),
    ("hydra service add w --image ", "", "--image ''", "a:1 b:2"),
  ])
  func bashReplacesTheLastPiece(line: String, before: String, words: String, replies: String) async throws {
    let fixture = Fixture()
    #expect(await fixture.tool.run(["completion", "bash"]) == 0)
    let script = """
      hydra() {
        local word last=${2##* }
        for word in '\(before)a:1' '\(before)b:2'; do
          case "$word" in "$last"*) printf '%s\t\n' "$word" ;; esac
        done
      }
      \(fixture.output.text)
      COMP_LINE='\(line)' COMP_POINT=\(line.utf8.count) COMP_WORDS=(hydra service add w \(words))
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      _hydra && echo "${COMPREPLY[*]}"
      """
    let outcome = try await RunningProcess("/bin/bash", ["-c", script]).outcome(within: .seconds(20))
    #expect(outcome.errors == "")
    #expect(outcome.output == replies + "\n")
  }

  @Test func theManualHasEveryCommand() async {
    let fixture = Fixture()
    #expect(await fixture.tool.run(["__manual"]) == 0)
    let page = fixture.output.text
    for command in CommandTable.commands {
      #expect(page.contains("\n.SS \(command.name)"), "\(command.name)")
    }
    #expect(page.utf8.allSatisfy { $0 < 0x80 })
    for shell in ["bash", "zsh", "fish"] { #expect(await fixture.tool.run(["completion", shell]) == 0) }
    #expect(await fixture.tool.run(["completion", "csh"]) == 2)
  }

  @Test func aPlanChangesNothing() async {
    let fixture = Fixture()
    let script =
      "node kill node-1; node add; if len(nodes()) == 3 { cluster destroy test }; expect len(clusters()) == 1"
    #expect(await fixture.tool.run(["plan", "-c", script]) == 0)
    let calls = await fixture.cluster.recorded
    #expect(Set(calls) == ["GET /state"], "\(calls)")
    for line in ["node kill node-1", "→ POST /nodes/node-1/kill", "→ POST /node {", "cluster destroy test"] {
      #expect(fixture.output.text.contains(line), "\(line) is not in:\n\(fixture.output.text)")
    }
  }

  @Test func aPlanWithoutEndEnds() async {
    let fixture = Fixture()
    #expect(await fixture.tool.run(["plan", "-c", "while true { try { sleep 1h } catch e { } }"]) == 1)
    #expect(fixture.error.text.contains("error: the plan does not end within 10000 steps"))
    #expect(await fixture.tool.run(["plan", "-c", "while true { }"]) == 1)
  }

  @Test func whatNeedsNothingAsksForNothing() async {
    let output = OutputSink(memoryAsTerminal: false)
    let tool = HydraTool(
      streams: HydraStreams(input: -1, output: output, error: OutputSink(memoryAsTerminal: false)), environment: [:]
    ) {
      Issue.record("services were made")
      throw HydraError(.internal, "not to be asked for")
    }
    for words in [["--version"], ["--help"], ["help", "node", "add"], ["node", "add", "--help"]] {
      #expect(await tool.run(words) == 0)
    }
    #expect(output.text.hasPrefix("hydra \(HydraVersion.current)\n"))
  }

  @Test func colourIsForTerminalsAndCanBeTurnedOff() async {
    let green = "\u{1B}[32m"
    let terminal = Fixture(terminal: true)
    #expect(await terminal.tool.run(["node", "list"]) == 0)
    #expect(terminal.output.text.contains(green))
    for (words, environment) in [
      (["--no-color", "node", "list"], [:]), (["node", "list", "--no-color"], [:]),
      (["node", "list"], ["NO_COLOR": "1"]),
    ] {
      let plain = Fixture(terminal: true, environment: environment)
      #expect(await plain.tool.run(words) == 0)
      #expect(!plain.output.text.contains("\u{1B}"))
    }
    let pipe = Fixture()
    #expect(await pipe.tool.run(["node", "list"]) == 0)
    #expect(!pipe.output.text.contains("\u{1B}"))
  }

  @Test func progressIsABlockOnATerminalAndLeavesNothingBehind() async {
    let fixture = Fixture(terminal: true)
    #expect(await fixture.tool.run(["--no-color", "node", "add"]) == 0)
    #expect(fixture.error.text.contains("nodes: 0 of 1 ready"))
    // The result says that it is done.
    #expect(fixture.error.text.hasSuffix("\r\u{1B}[1A\u{1B}[J") && !fixture.error.text.contains("✓"))
    let quiet = Fixture(terminal: true)
    #expect(await quiet.tool.run(["--quiet", "node", "add"]) == 0)
    #expect(quiet.error.text.isEmpty)
    #expect(quiet.output.text.isEmpty)
  }

  /// Texts that a careless writer of YAML turns into something else.
  private static let texts = [
    "", " ", "yes", "No", "null", "~", "1", "1e3", "0x10", ".5", "-", "- a", "a: b", "a #b", "#", "'", "\"", "\\",
    "a\nb",
    "\ttab", "größe 東京 🚀", "{}", "[", "&a", "*a", "!t", "|", ">", "%", "@", "`", "a:", "::", "12:30:45", "2024-01-01",
    "true", "on", "=", "<<", "node-1", "http://localhost:8888/x", "\u{7F}", "\u{85}", "a\u{FEFF}b",
  ]

  @Test(arguments: texts) func yamlIsReadBackAsItWas(_ text: String) async throws {
    let fixture = Fixture()
    let value = Value.record(
      Record([
        ("text", .string(text)), ("list", .list([.string(text), .list([.string(text)]), .list([])])),
        ("deep", .record(Record([("list", .list([.record(Record([("a", .string(text)), ("b", .int(1))]))]))]))),
      ]))
    #expect(
      await fixture.tool.run(["--output", "yaml", "-c", "first([\(value.source)])"]) == 0, "\(fixture.error.text)")
    let node = try #require(try Yams.compose(yaml: fixture.output.text))
    #expect(node["text"]?.string == text && node["text"]?.tag.description.contains("str") == true)
    #expect(node["list"]?[0]?.string == text)
    #expect(node["list"]?[1]?[0]?.string == text)
    #expect(node["list"]?[2]?.sequence?.isEmpty == true)
    #expect(node["deep"]?["list"]?[0]?["a"]?.string == text)
    #expect(node["deep"]?["list"]?[0]?["b"]?.int == 1)
  }
}
