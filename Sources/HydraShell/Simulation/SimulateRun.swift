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
  /// How many seeds have to fail alike before the rest is not run any more.
  private static let alike = 10
  /// How many failures are told one by one.
  private static let shownFailures = 10

  let streams: HydraStreams
  let environment: [String: String]
  let color: Bool
  let options: Invocation.Options
  let request: Request
  /// The clusters that exist, and the name of the one in use.
  let existing: (clusters: [ClusterState], current: String?)
  let interruptions: @Sendable () -> AsyncStream<Interruption>

  /// The warning for clusters that can't be read.
  static func withoutClusters(_ error: any Error) -> Diagnostic {
    Diagnostic(
      .warning, code: .init("simulate"), message: "simulated as if there were no cluster: \(error)", range: nil)
  }

  private var isJSON: Bool { options.output == OutputFormat.json.rawValue }

  /// Simulates `bytes`; returns the exit status.
  func run(_ bytes: [UInt8], path: String, name: String, arguments: [String]) async -> Int32 {
    let program = SimulatedProgram(
      environment: environment, options: options, existing: existing.clusters, current: existing.current,
      bytes: bytes, path: path, name: name, arguments: arguments, faults: request.faults.faults)
    let interruptions = interruptions
    return await TaskLoop.run {
      let all = TaskLoop.begin { request.seed == nil ? await many(program) : await one(program) }
      let signals = TaskLoop.begin { for await _ in interruptions() { all.cancel() } }
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
      console: console, now: { SimulatedCluster.beginning }, onResult: { _ in })
    let result = await program.run(seed: seed, output: output, keepsTrace: true)
    guard !result.isInvalid else { return complain(result) }
    if result.failure != nil || !options.quiet {
      streams.error.write(result.trace.map { "  \(Shown.line($0))\n" }.joined())
    }
    _ = complain(result)
    if isJSON {
      reportJSON(result.failure == nil ? [] : [result], count: 1, simulated: result.duration, end: .complete)
    } else if Task.isCancelled {
      streams.error.write("interrupted after \(result.time) of simulated time\n")
    } else if let failure = result.failure {
      streams.error.write("seed \(seed) failed after \(result.time): \(Shown.line(failure))\n")
    } else {
      streams.error.write("seed \(seed) passed in \(result.time) of simulated time\n")
    }
    return result.status
  }

  // MARK: Many seeds

  /// Why no more seeds were run.
  private enum End: String { case complete, interrupted, alike }

  private func many(_ program: SimulatedProgram) async -> Int32 {
    var failures: [SimulatedProgram.Result] = []
    var simulated = Duration.zero
    var count: UInt64 = 0
    var end = End.complete
    let progress = SeedProgress(error: streams.error, total: request.seeds, isShown: !options.quiet && !isJSON)
    for seed in 1...max(1, request.seeds) {
      progress.show(seed, failed: failures.count)
      let result = await program.run(seed: seed, output: SilentOutput(), keepsTrace: false)
      if Task.isCancelled {
        end = .interrupted
        break
      }
      guard !result.isInvalid else {
        progress.clear()
        return complain(result)
      }
      count += 1
      simulated += result.duration
      if result.failure != nil { failures.append(result) }
      if count == Self.alike, failures.count == Self.alike, Set(failures.map(\.failure)).count == 1,
        seed < request.seeds
      {
        end = .alike
        break
      }
    }
    progress.clear()
    if isJSON {
      reportJSON(failures, count: count, simulated: simulated, end: end)
    } else {
      report(failures, count: count, simulated: simulated, program, end)
    }
    return end == .interrupted ? ExitCode.interrupted.rawValue : failures.first?.status ?? ExitCode.done.rawValue
  }

  private func report(
    _ failures: [SimulatedProgram.Result], count: UInt64, simulated: Duration, _ program: SimulatedProgram, _ end: End
  ) {
    var text = ""
    for failure in failures.prefix(end == .alike ? 1 : Self.shownFailures) {
      text += "seed \(failure.seed): \(Shown.line(failure.failure ?? ""))\n"
    }
    if end == .alike {
      text += "the first \(Self.alike) seeds failed alike; the rest was not run\n"
    } else if failures.count > Self.shownFailures {
      text += "… and \(failures.count - Self.shownFailures) more\n"
    }
    let passed = count - UInt64(failures.count)
    text += "\(count) seed\(count == 1 ? "" : "s"): \(passed) passed, \(failures.count) failed, "
    text += "\(TimeText.of(simulated)) simulated\n"
    if let first = failures.first, program.path != "-" {
      let cluster = options.cluster.map { ["--cluster", $0] } ?? []
      let words =
        ["hydra", "simulate", "--seed", "\(first.seed)", "--faults", request.faults.rawValue] + cluster
        + [program.path] + program.arguments
      text += "see what happened: \(words.map(Self.quoted).joined(separator: " "))\n"
    }
    streams.output.write(text)
    if end == .interrupted {
      streams.error.write("interrupted before seed \(count + 1) of \(request.seeds) had ended\n")
    }
  }

  /// `word` as a shell takes it.
  private static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
          || "-_./:=,@+".utf8.contains(byte)
      }
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }

  private func reportJSON(_ failures: [SimulatedProgram.Result], count: UInt64, simulated: Duration, end: End) {
    let failed = failures.map { failure in
      "{\"seed\": \(failure.seed), \"status\": \(failure.status), \"error\": \(JSONText.string(failure.failure ?? ""))}"
    }
    let seconds = (simulated / .milliseconds(1)).rounded() / 1000
    streams.output.write(
      "{\"seeds\": \(count), \"faults\": \(JSONText.string(request.faults.rawValue)), "
        + "\"end\": \(JSONText.string(end.rawValue)), \"simulated_seconds\": \(seconds), "
        + "\"failed\": [\(failed.joined(separator: ", "))]}\n")
  }

  /// Draws the errors and warnings of `result`; returns its status.
  private func complain(_ result: SimulatedProgram.Result) -> Int32 {
    streams.complain(result.diagnostics, result.sources, json: isJSON, color: color)
    return result.status
  }
}

/// Which seed is run, on a terminal.
private final class SeedProgress {
  private let error: OutputSink
  private let total: UInt64
  private let isShown: Bool
  private var shownAt: ContinuousClock.Instant?

  init(error: OutputSink, total: UInt64, isShown: Bool) {
    self.error = error
    self.total = total
    self.isShown = isShown && error.isTerminal
  }

  func show(_ seed: UInt64, failed: Int) {
    guard isShown, shownAt.map({ .now - $0 > .milliseconds(100) }) ?? true else { return }
    shownAt = .now
    error.write("\rseed \(seed) of \(total), \(failed) failed\u{1B}[K")
  }

  func clear() { if isShown, shownAt != nil { error.write("\r\u{1B}[K") } }
}
