import HydraDiagnostics
import HydraLanguage
import HydraModel
import HydraRuntime
import HydraSimulation
import Synchronization
import Testing

/// Writes down everything as lines.
final class RecordingOutput: RuntimeOutput {
  private let state = Mutex<[String]>([])
  var lines: [String] { state.withLock { $0 } }

  private func add(_ line: String) { state.withLock { $0.append(line) } }

  func result(_ result: CommandResult) async {
    add("\(result.command?.rawValue ?? "value") \(result.options.format.rawValue) \(result.value.text)")
  }
  func print(_ text: String) async { add(text) }
  func printError(_ text: String) async { add("error: \(text)") }
  func event(_ event: ClusterEvent, options: OutputOptions) async { add("event \(event.kind.rawValue)") }
  func progress(_ update: ProgressUpdate) {}
  func warning(_ diagnostic: Diagnostic, sources: SourceMap) async { add("warning \(diagnostic.code.rawValue)") }
}

/// A clock on which every sleep is over at once, the time having passed, and a little more.
final class SkippingClock: RuntimeClock {
  private let time = Mutex<Duration>(.zero)
  private let lateness: Duration
  init(lateness: Duration = .zero) { self.lateness = lateness }
  var now: Duration { time.withLock { $0 } }
  var wallTime: Double { 1_700_000_000 }
  func sleep(for duration: Duration) async throws {
    try Task.checkCancellation()
    time.withLock { $0 += duration + lateness }
    await Task.yield()
  }
}

/// A clock that stands still: a sleep ends only by cancellation, so whatever goes on was woken by an event.
final class FrozenClock: RuntimeClock {
  var now: Duration { .zero }
  var wallTime: Double { 1_700_000_000 }
  func sleep(for duration: Duration) async throws { try await Task.sleep(for: .seconds(3600)) }
}

/// An outside in memory. HTTP gets the answers it is given, in turn, the last of them for ever; a program prints its words.
actor FakeOutside: OutsideAccess {
  private var answers: [Result<HTTPProbeAnswer, HydraError>]
  private(set) var files: [String: String]
  private(set) var requests: [HTTPProbeRequest] = []
  private(set) var calls: [ProgramCall] = []

  init(_ answers: [Result<HTTPProbeAnswer, HydraError>] = [], files: [String: String] = [:]) {
    self.answers = answers
    self.files = files
  }

  func send(_ request: HTTPProbeRequest) async throws -> HTTPProbeAnswer {
    requests.append(request)
    return try (answers.count > 1 ? answers.removeFirst() : answers[0]).get()
  }

  func read(_ path: String, limit: Int) async throws -> [UInt8] {
    guard let text = files[path] else { throw HydraError(.notFound, "can't read '\(path)': no such file or directory") }
    return path == "binary" ? [0xFF] : Array(text.utf8)
  }

  func readInput(limit: Int) async throws -> [UInt8] { Array("typed".utf8) }

  func write(_ bytes: [UInt8], to path: String, appending: Bool) async throws {
    files[path] = (appending ? files[path, default: ""] : "") + String(decoding: bytes, as: UTF8.self)
  }

  func run(_ call: ProgramCall) async throws -> ProgramResult {
    calls.append(call)
    return ProgramResult(
      output: Array(call.words.joined(separator: " ").utf8), error: call.input, status: 3, time: .milliseconds(5))
  }
}

struct FakeLoader: SourceLoader {
  var files: [String: String]
  func load(path: String, including: String) throws(SourceLoadError) -> (name: String, bytes: [UInt8]) {
    guard let text = files[path] else { throw SourceLoadError("no such file") }
    return (path, Array(text.utf8))
  }
}

/// A session over fakes.
struct Fixture {
  let directory: SimulatedDirectory
  let cluster: SimulatedCluster
  let output = RecordingOutput()
  let session: Session

  init(
    nodes: Int = 0, clock: any RuntimeClock = SkippingClock(), outside: FakeOutside? = nil,
    environment: [String: String] = ["HOME": "/root"], files: [String: String] = [:], arguments: [String] = [],
    seed: UInt64? = nil, plan: (any PlanListener)? = nil
  ) {
    cluster = SimulatedCluster(nodes: nodes)
    directory = SimulatedDirectory([cluster])
    session = Session(
      host: RuntimeHost(
        directory: directory, output: output, outside: outside, clock: clock, environment: environment, plan: plan),
      settings: SessionSettings(seed: seed), loader: FakeLoader(files: files), arguments: arguments)
  }

  @discardableResult func run(_ text: String, origin: SourceFile.Origin = .file) async -> Outcome {
    await session.run(text: text, name: "t.hydra", origin: origin)
  }

  /// Runs `text`, answers its lines and, when it failed, the drawn failure.
  func transcript(_ text: String) async -> String {
    let outcome = await run(text)
    let drawn = DiagnosticRenderer(await session.sources).render(outcome.diagnostics)
    let exit = outcome.exitCode == .done ? "" : "exit \(outcome.exitCode.rawValue)\n"
    return output.lines.map { $0 + "\n" }.joined() + drawn + exit
  }
}
