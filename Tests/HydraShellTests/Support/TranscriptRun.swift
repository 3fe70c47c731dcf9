import FoundationEssentials
import Glibc
import HydraModel
import HydraRuntime
import HydraShell
import HydraSimulation
import TerminalTestSupport

/// Runs the commands of a transcript against clusters in memory: in process, with time that passes only while one waits
/// for it, or with the built binary, over the API.
struct TranscriptRun {
  /// What runs the commands.
  enum Way {
    case inProcess
    /// The binary at this path.
    case binary(String)
  }

  private let way: Way
  private let folder: URL
  private var served: [ServedCluster] = []
  /// Whether the commands from here on are for runs in process only.
  private var isInProcessOnly = false
  private var clusters: [SimulatedCluster] = []
  private var directory: SimulatedDirectory?
  private let clock = SteppingClock()

  init(_ way: Way = .inProcess) throws {
    self.way = way
    folder = FileManager.default.temporaryDirectory.appending(path: "hydra-transcript-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  func remove() async {
    for cluster in served { await cluster.stop() }
    try? FileManager.default.removeItem(at: folder)
  }

  /// Lines without lengths of time, which are real ones when the binary runs, and without what is told while a service is
  /// deployed: in a cluster in which no time passes that may come after the answer.
  func comparable(_ lines: [String]) -> [String] {
    let lines = lines.filter { $0.wholeMatch(of: /(\S+): \1\.[0-9]+ was started on \S+/) == nil }
    guard case .binary = way else { return lines }
    return lines.map { line in
      // How long a step took is shown only where it can be felt.
      line.replacing(/([✓✗].*?) +[0-9.]+ m?s$/) { $0.1 }
        .replacing(/\s+[0-9]+(s[0-9]+ms|[smhd]| (s|min|h|d)( [0-9]+ min)?)\b/, with: " AGE")
        .replacing(/\s+SINCE/, with: " SINCE")
        .replacing(/now\(\) is [-0-9T:.Z]+/, with: "now() is NOW")
    }
  }

  /// `item` with what it answers now.
  mutating func run(_ item: Transcript.Item) async throws -> Transcript.Item {
    switch item {
    case .text: break
    case .setting(["in-process"]): isInProcessOnly = true
    case .setting(["anywhere"]): isInProcessOnly = false
    case .setting(let words):
      guard words.first == "cluster", words.count == 3, let nodes = Int(words[2]) else {
        throw Failure(description: "unknown setting '\(words.joined(separator: " "))'")
      }
      let cluster = SimulatedCluster(name: words[1], nodes: nodes)
      if case .binary(let path) = way {
        let server = try await ServedCluster(cluster)
        served.append(server)
        let outcome = try await execute(path, ["cluster", "connect", server.url], input: "")
        guard outcome.status == 0 else { throw Failure(description: "can't connect: \(outcome.errors)") }
      } else {
        clusters.append(cluster)
      }
    case .file(let name, let lines):
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: folder.appending(path: name))
    case .command(let command): return .command(try await run(command))
    }
    return item
  }

  private mutating func run(_ command: Transcript.Command) async throws -> Transcript.Command {
    var words = Transcript.words(command.line)
    guard words.first == "hydra" else { throw Failure(description: "not a hydra command: \(command.line)") }
    words.removeFirst()
    let path = folder.path()
    words = words.map { $0.hasSuffix(".hydra") && !$0.contains(" ") ? path + "/" + $0 : $0 }
    var result = command
    if case .binary(let program) = way {
      guard !isInProcessOnly else { return command }
      let outcome = try await execute(program, words, input: command.input.map { $0 + "\n" }.joined())
      result.status = outcome.status
      result.output = Self.lines(outcome.output.replacing(path + "/", with: ""))
      result.error = Self.lines(outcome.errors.replacing(path + "/", with: ""))
      return result
    }
    let directory = self.directory ?? SimulatedDirectory(clusters)
    self.directory = directory
    let output = OutputSink(memoryAsTerminal: false)
    let error = OutputSink(memoryAsTerminal: false)
    let input = try Self.pipe(command.input.map { $0 + "\n" }.joined())
    defer { close(input) }
    let tool = HydraTool(
      streams: HydraStreams(input: input, output: output, error: error), environment: ["HOME": path, "GREETING": "hi"]
    ) { [clock] in
      HydraServices(
        directory: directory, http: nil, clock: clock, interruptions: { AsyncStream { $0.finish() } })
    }
    result.status = await tool.run(words)
    result.output = Self.lines(output.text.replacing(path + "/", with: ""))
    result.error = Self.lines(error.text.replacing(path + "/", with: ""))
    return result
  }

  private func execute(
    _ program: String, _ words: [String], input: String
  ) async throws -> RunningProcess.Outcome {
    // No engine: what runs on this machine must not be seen.
    let environment = [
      "HOME": folder.path(), "XDG_STATE_HOME": folder.path(), "GREETING": "hi",
      "DOCKER_HOST": "unix://\(folder.path())/no-engine.sock",
    ]
    return await (try RunningProcess(program, words, input: input, environment: environment)).outcome(
      within: .seconds(60))
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private static func lines(_ text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() } else if !lines.isEmpty { lines.append("(no line end)") }
    return lines
  }

  private static func pipe(_ text: String) throws -> Int32 {
    var ends: [Int32] = [0, 0]
    let bytes = Array(text.utf8)
    guard Glibc.pipe(&ends) == 0, write(ends[1], bytes, bytes.count) == bytes.count else {
      throw Failure(description: "no pipe")
    }
    close(ends[1])
    return ends[0]
  }
}
