import FoundationEssentials
import HydraDiagnostics
import HydraLanguage
import HydraModel
import HydraRuntime
import HydraSimulation
import Synchronization

/// `hydra simulate`: runs a program in simulated worlds, in each of which something else goes wrong, and tells in which it fails.
struct SimulateRun {
  /// What `hydra simulate` was asked for.
  struct Request: Equatable {
    /// How hard the worlds are.
    var faults: FaultLevel = .some
    /// How many worlds, with the seeds from 1 on; one alone if it is given.
    var seeds: UInt64 = 100
    /// The one seed to run, and to tell all about.
    var seed: UInt64?
  }

  /// How hard a world is.
  enum FaultLevel: String, CaseIterable {
    case none, some, many

    var faults: Faults {
      switch self {
      case .none: .none
      case .some: .some
      case .many: .many
      }
    }
  }

  /// How much simulated time a program may take.
  static let limit = Duration.seconds(24 * 3600)
  /// How many failures are told one by one.
  private static let shownFailures = 10

  let streams: HydraStreams
  let environment: [String: String]
  let color: Bool
  let options: Invocation.Options
  let request: Request
  /// The clusters that exist, and the name of the one in use.
  let existing: (clusters: [ClusterState], current: String?)
  let wallTime: Double
  let interruptions: @Sendable () -> AsyncStream<Interruption>

  /// The warning for clusters that can't be read.
  static func withoutClusters(_ error: any Error) -> Diagnostic {
    Diagnostic(
      .warning, code: .init("simulate"), message: "simulated as if there were no cluster: \(error)", range: nil)
  }

  private var isJSON: Bool { options.output == OutputFormat.json.rawValue }

  /// Simulates `bytes`; returns the exit status.
  func run(_ bytes: [UInt8], name: String, arguments: [String]) async -> Int32 {
    let program = SimulatedProgram(
      environment: environment, options: options, existing: existing.clusters, current: existing.current,
      wallTime: wallTime, bytes: bytes, name: name, arguments: arguments, faults: request.faults.faults)
    let interruptions = interruptions
    return await TaskLoop.run {
      let all = Task { request.seed == nil ? await many(program) : await one(program) }
      let signals = Task { for await _ in interruptions() { all.cancel() } }
      let status = await all.value
      signals.cancel()
      return all.isCancelled ? ExitCode.interrupted.rawValue : status
    }
  }

  // MARK: One seed

  private func one(_ program: SimulatedProgram) async -> Int32 {
    let seed = request.seed ?? 1
    let console = Console(
      input: streams.input, output: streams.output, error: streams.error, color: color, isQuiet: true,
      terminal: environment["TERM"], monotonic: { .zero })
    let output = ConsoleOutput(
      console: console, now: { Date(timeIntervalSince1970: wallTime) }, onResult: { _ in })
    let result = await program.run(seed: seed, output: output, keepsTrace: true)
    guard !result.isInvalid else { return complain(result) }
    if result.failure != nil || !options.quiet {
      streams.error.write(result.trace.map { "  \(Shown.line($0))\n" }.joined())
    }
    _ = complain(result)
    if let failure = result.failure {
      streams.error.write("seed \(seed) failed after \(result.time): \(Shown.line(failure))\n")
    } else {
      streams.error.write("seed \(seed) passed in \(result.time) of simulated time\n")
    }
    return result.status
  }

  // MARK: Many seeds

  private func many(_ program: SimulatedProgram) async -> Int32 {
    var failures: [SimulatedProgram.Result] = []
    var simulated = Duration.zero
    var count: UInt64 = 0
    for seed in 1...max(1, request.seeds) {
      let result = await program.run(seed: seed, output: SilentOutput(), keepsTrace: false)
      if Task.isCancelled { break }
      guard !result.isInvalid else { return complain(result) }
      count += 1
      simulated += result.duration
      if result.failure != nil { failures.append(result) }
    }
    report(failures, count: count, simulated: simulated, name: program.name)
    if Task.isCancelled {
      streams.error.write("interrupted before seed \(count + 1) of \(request.seeds) had ended\n")
      return ExitCode.interrupted.rawValue
    }
    return failures.first?.status ?? ExitCode.done.rawValue
  }

  private func report(
    _ failures: [SimulatedProgram.Result], count: UInt64, simulated: Duration, name: String
  ) {
    guard !isJSON else { return reportJSON(failures, count: count, simulated: simulated) }
    var text = ""
    for failure in failures.prefix(Self.shownFailures) {
      text += "seed \(failure.seed): \(Shown.line(failure.failure ?? ""))\n"
    }
    if failures.count > Self.shownFailures { text += "… and \(failures.count - Self.shownFailures) more\n" }
    let passed = count - UInt64(failures.count)
    text += "\(count) seed\(count == 1 ? "" : "s"): \(passed) passed, \(failures.count) failed, "
    text += "\(TimeText.of(simulated)) simulated\n"
    if let first = failures.first {
      text += "see what happened: hydra simulate --seed \(first.seed) --faults \(request.faults.rawValue) \(name)\n"
    }
    streams.output.write(text)
  }

  private func reportJSON(_ failures: [SimulatedProgram.Result], count: UInt64, simulated: Duration) {
    let failed = failures.map { failure in
      "{\"seed\": \(failure.seed), \"status\": \(failure.status), \"error\": \(JSONText.string(failure.failure ?? ""))}"
    }
    streams.output.write(
      "{\"seeds\": \(count), \"faults\": \(JSONText.string(request.faults.rawValue)), "
        + "\"simulated_seconds\": \(Int(simulated / .seconds(1))), \"failed\": [\(failed.joined(separator: ", "))]}\n")
  }

  /// Draws the errors and warnings of `result`; returns its status.
  private func complain(_ result: SimulatedProgram.Result) -> Int32 {
    guard isJSON else {
      streams.error.write(DiagnosticRenderer(result.sources, color: color).render(result.diagnostics))
      return result.status
    }
    streams.error.write(result.diagnostics.map { $0.json(result.sources) + "\n" }.joined())
    return result.status
  }
}
