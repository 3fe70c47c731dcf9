import FoundationEssentials
import TerminalTestSupport
import Testing

/// `hydra simulate`, with the built tool: it takes over every task of its process.
@Suite(.timeLimit(.minutes(2))) struct SimulateTests {
  /// Runs `hydra simulate WORDS… FILE` on `script`.
  private func simulate(_ script: String, _ words: String..., arguments: [String] = []) async throws
    -> RunningProcess.Outcome
  {
    let folder = FileManager.default.temporaryDirectory.appending(path: "hydra-simulate-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "drill.hydra")
    try Data((script + "\n").utf8).write(to: file)
    let running = try RunningProcess(
      Person.binary, ["simulate"] + words + [file.path()] + arguments,
      environment: Person.environment(home: folder.path()))
    var outcome = await running.outcome(within: .seconds(60))
    outcome.output = outcome.output.replacing(folder.path() + "/", with: "")
    outcome.errors = outcome.errors.replacing(folder.path() + "/", with: "")
    return outcome
  }

  private static let drill = """
    cluster start demo --nodes 4
    service add web --image hydra-hello --replicas 2 --node-port 8001 --service-port 8000
    expect http("http://localhost:8888/web").status == 200 within 10s
    let victim = service(web).nodes[0].name
    node kill $victim
    expect service(web).ready == 2 within 30s
    """

  @Test func aRightDrillPassesWhereNothingGoesWrong() async throws {
    let outcome = try await simulate(Self.drill, "--seeds", "5", "--faults", "none")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.hasPrefix("5 seeds: 5 passed, 0 failed, "), "\(outcome)")
  }

  /// The same seed takes the same course, to the last byte, and passes or fails as it did among others.
  @Test func aSeedIsReplayed() async throws {
    let all = try await simulate(Self.drill, "--seeds", "40", "--faults", "many", "--output", "json")
    struct Report: Decodable {
      struct Failure: Decodable {
        var seed: UInt64
        var status: Int32
        var error: String
      }
      var seeds: Int
      var failed: [Failure]
    }
    let report = try JSONDecoder().decode(Report.self, from: Data(all.output.utf8))
    #expect(report.seeds == 40)
    let failure = try #require(report.failed.first, "of 40 bad weeks one is too bad for this drill")
    #expect(all.status == failure.status)
    #expect(!all.output.contains("a defect of hydra"), "\(all.output)")
    let first = try await simulate(Self.drill, "--seed", "\(failure.seed)", "--faults", "many")
    let second = try await simulate(Self.drill, "--seed", "\(failure.seed)", "--faults", "many")
    #expect(first.status == failure.status && first.errors.contains(failure.error), "\(first)")
    #expect(withoutEngine(first.errors) == withoutEngine(second.errors) && first.output == second.output)
    #expect(first.errors.contains("  0.000 request: POST /service {"), "\(first.errors)")
  }

  /// Computing takes no simulated time, however long it takes.
  @Test func aScriptThatComputesTakesTheSameCourse() async throws {
    let script = """
      cluster start demo --nodes 3
      for i in 1..200000 { }
      node kill node-1
      print ${now()}
      """
    var outputs: Set<String> = []
    for _ in 0..<3 {
      let outcome = try await simulate(script, "--seed", "4", "--faults", "some")
      outputs.insert(outcome.output + withoutEngine(outcome.errors).joined(separator: "\n"))
    }
    #expect(outputs.count == 1, "\(outputs)")
  }

  /// Two clusters have ports of their own, and their own troubles.
  @Test func clustersDoNotCollide() async throws {
    let outcome = try await simulate(
      """
      for name in ["a", "b"] {
        cluster start $name --nodes 2 --port 0 --proxy-port 0 --stats-port 0
        service add $name --image hydra-hello --node-port 8001 --service-port 8000 --cluster $name
      }
      for name in ["a", "b"] {
        expect http("${cluster($name).proxy}/${name}").status == 200 within 5s
      }
      expect http("${cluster(a).proxy}/b").status == 404
      """, "--seeds", "3", "--faults", "none")
    #expect(outcome.status == 0, "\(outcome)")
  }

  /// The warning that there is no engine names the folder of each run.
  private func withoutEngine(_ errors: String) -> [Substring] {
    errors.split(separator: "\n").filter { !$0.contains("no-engine.sock") }
  }

  @Test func timeIsVirtual() async throws {
    let outcome = try await simulate(
      """
      cluster start demo --nodes 2
      let start = now()
      sleep 2h
      parallel {
        { wait until len(nodes()) == 3 within 1m; print "three after ${now() - start}" }
        { sleep 10s; node add --quiet }
      }
      """, "--seed", "1", "--faults", "none", "--quiet")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.contains("three after 2h1"), "\(outcome)")
  }

  @Test func aScriptThatNeverEndsIsEnded() async throws {
    let outcome = try await simulate("while true { sleep 1m }", "--seeds", "2")
    #expect(outcome.status == 1)
    #expect(outcome.output.hasPrefix("seed 1: it did not end within 1 d of simulated time\nseed 2: "), "\(outcome)")
  }

  @Test func nothingOutsideIsChanged() async throws {
    for (script, error) in [
      ("write_file(\"x\", \"y\")", "drill.hydra:1:1: a simulation writes no files: 'x'"),
      ("exec([\"touch\", \"x\"])", "drill.hydra:1:1: a simulation runs no programs: 'touch'"),
      ("http(\"http://127.0.0.1:9/\")", "nothing listens at 'http://127.0.0.1:9/' in a simulation"),
      ("print ${read_stdin()}", "a simulation does not read standard input"),
    ] {
      let outcome = try await simulate(script, "--seeds", "1")
      #expect(outcome.status == 1 && outcome.output.contains(error), "\(outcome)")
    }
  }

  @Test func argumentsAreTheScriptsOptionsAreChecked() async throws {
    let script = "args { count: int = 1 }\ncluster start demo --nodes $count\nexpect len(nodes()) == 3"
    #expect(try await simulate(script, "--seeds", "1", "--faults", "none", arguments: ["3"]).status == 0)
    #expect(try await simulate(script, "--seeds", "1", arguments: ["--faults", "none", "2"]).status == 3)
    for (words, error) in [
      (["--seeds=3", "--seed=1"], "'--seed' runs one seed, and '--seeds' many"),
      (["--seeds", "0"], "'0' is not a number of seeds, expected an integer from 1 to 1000000000"),
      (["--faults", "all"], "'all' is not a level of faults, expected one of none, some, many"),
      (["--fault", "none"], "unknown option '--fault'\n  = did you mean '--faults'?"),
    ] {
      let outcome = try await simulate("state", words[0], words[1])
      #expect(outcome.status == 2 && outcome.errors.contains(error), "\(outcome)")
    }
  }

  /// What is wrong with the script itself is told once, and nothing is run.
  @Test func aScriptWithErrorsIsNotRun() async throws {
    let outcome = try await simulate("nod add", "--seeds", "3")
    #expect(outcome.status == 2 && outcome.output.isEmpty, "\(outcome)")
    #expect(outcome.errors.contains("drill.hydra:1:1: error: unknown command 'nod'"), "\(outcome)")
  }

  @Test func controlCEndsIt() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "hydra-simulate-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "a.hydra")
    try Data("print \"begun\"\nwhile true { }\n".utf8).write(to: file)
    let person = try Person("\"$HYDRA\" simulate --seed 1 \(file.path())")
    defer { person.remove() }
    try await person.terminal.wait(for: "the script to run") { $0.lines.contains("begun") }
    person.terminal.type("\u{3}")
    #expect(await person.status() == 130)
  }
}
