import Dispatch
import FoundationEssentials
import Glibc
import HydraDiagnostics
import HydraLanguage
import HydraModel
import HydraRuntime
import HydraSimulation
import Synchronization

/// The targets of the fuzzer, chosen by `FUZZ_TARGET`. Any bytes give a result or errors, never a trap, and never
/// take longer or more memory than `scripts/fuzz` allows.
enum Target: String {
  /// Lexer and parser; each diagnostic is drawn.
  case parse
  /// Checker and compiler, as a script and as an input of the shell.
  case check
  /// The formatter: what it writes is right, means the same, and stays as it is when formatted again.
  case format
  /// What can come next at the end of the text.
  case complete
  /// All of it: compiled and run against a simulated cluster.
  case run
  /// The same as a plan.
  case plan

  /// The requested one.
  static let chosen: Target = {
    let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? "run"
    guard let target = Target(rawValue: name) else { fatalError("no target '\(name)'") }
    return target
  }()

  /// What every program begins with.
  private static let cluster = SimulatedCluster.Template(nodes: 3)

  func take(_ bytes: [UInt8]) {
    var sources = SourceMap()
    let file = sources.add(name: "input", origin: self == .complete ? .prompt : .file, bytes: bytes)
    switch self {
    case .parse:
      let result = Parser.parse(file)
      _ = DiagnosticRenderer(sources).render(result.diagnostics)
      require(result.incomplete == nil || !result.diagnostics.isEmpty, "an unfinished text without an error")
    case .check:
      let script = Compiler.compile(file, sources: &sources, environment: Environment.forScripts)
      _ = DiagnosticRenderer(sources, color: true).render(script.diagnostics)
      require(script.program != nil || !script.diagnostics.isEmpty, "neither a program nor an error")
      let input = sources.add(name: "input", origin: .prompt, bytes: bytes)
      _ = Compiler.compile(input, sources: &sources)
    case .format: formats(file)
    case .complete:
      _ = Completer.complete(file.text(file.fullRange), environment: Environment()) { _ in ["name", "ready"] }
    case .run: runs(bytes, plan: nil)
    case .plan: runs(bytes, plan: Deaf())
    }
  }

  /// Runs `bytes` as a script, for at most 20 ms: a loop without end is a right program.
  private func runs(_ bytes: [UInt8], plan: (any PlanListener)?) {
    let ended = DispatchSemaphore(value: 0)
    let run = Task {
      let cluster = SimulatedCluster(Target.cluster)
      let host = RuntimeHost(
        directory: SimulatedDirectory([cluster]), output: Silence(), outside: nil, clock: Skipping(),
        environment: ["HOME": "/"], plan: plan)
      let session = Session(host: host, settings: SessionSettings(seed: 1), arguments: ["a", "b"])
      let outcome = await session.run(bytes: bytes, name: "input", origin: .file)
      _ = DiagnosticRenderer(await session.sources).render(outcome.diagnostics)
      ended.signal()
    }
    if ended.wait(timeout: .now() + .milliseconds(20)) == .timedOut {
      run.cancel()
      ended.wait()
    }
  }

  private func formats(_ file: SourceFile) {
    let result = Formatter.format(file)
    guard let text = result.text else {
      require(!result.diagnostics.contains { $0.code.rawValue == "internal" }, "the formatter gave up on itself")
      return
    }
    var sources = SourceMap()
    let written = sources.add(name: "written", text: text)
    require(Formatter.format(written).text == text, "formatted twice is not formatted once:\n\(text)")
    require(meaning(file.bytes) == meaning(written.bytes), "the formatted text means something else:\n\(text)")
  }

  /// The operations a text compiles to, or the errors it has.
  private func meaning(_ bytes: [UInt8]) -> [String] {
    var sources = SourceMap()
    let file = sources.add(name: "input", bytes: bytes)
    let compilation = Compiler.compile(file, sources: &sources, environment: .forScripts)
    guard let program = compilation.program else { return compilation.diagnostics.map(\.message) }
    return ([program.main] + program.functions).map { "\($0.code)" } + program.constants.map(\.source)
  }

  private func require(_ isTrue: Bool, _ what: String) { if !isTrue { fatalError(what) } }
}

/// Discards every result.
private struct Silence: RuntimeOutput {
  func result(_ result: CommandResult) async { _ = result.value.json() }
  func print(_ text: String) async {}
  func printError(_ text: String) async {}
  func event(_ event: ClusterEvent, options: OutputOptions) async {}
  func progress(_ update: ProgressUpdate) {}
  func warning(_ diagnostic: Diagnostic, sources: SourceMap) async {}
}

/// Discards every step of a plan.
private struct Deaf: PlanListener {
  func would(_ text: String, at range: SourceRange?) {}
  func assume(_ text: String, at range: SourceRange?) {}
}

/// A clock on which every sleep is over at once, the time having passed.
private final class Skipping: RuntimeClock {
  private let time = Mutex<Duration>(.zero)
  var now: Duration { time.withLock { $0 } }
  var wallTime: Double { 1_700_000_000 }
  func sleep(for duration: Duration) async throws {
    try Task.checkCancellation()
    // No sum of durations may wrap around: the machine's own clock can't either.
    time.withLock { $0 = $0 > .seconds(1 << 40) ? $0 : $0 + min(duration, .seconds(1 << 30)) }
    await Task.yield()
  }
}

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  Target.chosen.take(Array(UnsafeBufferPointer(start: data, count: size)))
  return 0
}
