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
  func event(_ event: ClusterEvent, options: OutputOptions) async { add("event \(event.kind.rawValue)") }
  func progress(_ update: ProgressUpdate) {}
  func warning(_ diagnostic: Diagnostic, sources: SourceMap) async { add("warning \(diagnostic.code.rawValue)") }
}

/// A clock on which every sleep is over at once, the time having passed.
final class SkippingClock: RuntimeClock {
  private let time = Mutex<Duration>(.zero)
  var now: Duration { time.withLock { $0 } }
  var wallTime: Double { 1_700_000_000 }
  func sleep(for duration: Duration) async throws {
    try Task.checkCancellation()
    time.withLock { $0 += duration }
    await Task.yield()
  }
}

/// A clock that stands still: a sleep ends only by cancellation, so whatever goes on was woken by an event.
final class FrozenClock: RuntimeClock {
  var now: Duration { .zero }
  var wallTime: Double { 1_700_000_000 }
  func sleep(for duration: Duration) async throws { try await Task.sleep(for: .seconds(3600)) }
}

/// Answers what it is told, in turn; the last answer stays.
actor FakeHTTP: HTTPProbe {
  private var answers: [Result<HTTPProbeAnswer, HydraError>]
  init(_ answers: [Result<HTTPProbeAnswer, HydraError>]) { self.answers = answers }
  func get(_ url: String) async throws -> HTTPProbeAnswer {
    try (answers.count > 1 ? answers.removeFirst() : answers[0]).get()
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
    nodes: Int = 0, clock: any RuntimeClock = SkippingClock(), http: (any HTTPProbe)? = nil,
    environment: [String: String] = ["HOME": "/root"], files: [String: String] = [:], arguments: [String] = []
  ) {
    cluster = SimulatedCluster(nodes: nodes)
    directory = SimulatedDirectory([cluster])
    session = Session(
      host: RuntimeHost(directory: directory, output: output, http: http, clock: clock, environment: environment),
      loader: FakeLoader(files: files), arguments: arguments)
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
