import FoundationEssentials
import HydraDiagnostics
import HydraLanguage
import HydraModel
import HydraRuntime
import HydraSimulation
import Synchronization

/// A program that is run in simulated worlds. Each run begins anew, and takes the same course for the same seed.
struct SimulatedProgram: Sendable {
  let environment: [String: String]
  let options: Invocation.Options
  let existing: [ClusterState]
  let current: String?
  let bytes: [UInt8]
  /// As it was given; `-` for standard input.
  let path: String
  let name: String
  let arguments: [String]
  let faults: Faults

  /// How a run went.
  struct Result: Sendable {
    var seed: UInt64
    var status: Int32
    var diagnostics: [Diagnostic]
    var sources: SourceMap
    /// What failed, in one line; nil if nothing did.
    var failure: String?
    /// How much time passed in the world.
    var duration: Duration
    var trace: [String]

    var isInvalid: Bool { status == ExitCode.invalid.rawValue }
    var time: String { TimeText.of(duration) }
  }

  /// Runs it in the world of `seed`. To be called within ``TaskLoop/run(_:)``.
  func run(seed: UInt64, output: any RuntimeOutput, keepsTrace: Bool) async -> Result {
    let clock = VirtualClock(beginning: SimulatedCluster.beginning.timeIntervalSince1970)
    let chronicle = Chronicle(base: output, clock: clock)
    let begin: @Sendable (SimulatedCluster) async -> Void = { [faults] in
      chronicle.begin($0, at: clock.now)
      await $0.begin(faults, seed: seed, keepsTrace: keepsTrace)
    }
    let directory = SimulatedDirectory(
      now: { Date(timeIntervalSince1970: clock.wallTime) }, links: Self.links(), prepare: begin)
    for state in existing {
      let cluster = SimulatedCluster(state)
      await begin(cluster)
      await directory.add(cluster, isCurrent: state.name == current)
    }
    let host = RuntimeHost(
      directory: directory, output: keepsTrace ? chronicle : output,
      outside: SimulatedOutside(directory: directory, clock: clock, system: SystemOutside(http: nil, input: nil)),
      clock: clock, environment: environment, files: OptionFiles(input: -1))
    let format = options.output.flatMap(OutputFormat.init(rawValue:)) ?? .table
    let session = Session(
      host: host,
      settings: SessionSettings(
        cluster: options.cluster, output: OutputOptions(format: format, quiet: options.quiet, wide: options.wide),
        seed: seed, isStrict: options.strict),
      loader: ScriptFiles(), arguments: arguments)
    let running = TaskLoop.begin { await session.run(bytes: bytes, name: name, origin: .file) }
    let time = TaskLoop.begin { await Self.drive(clock, directory) { running.cancel() } }
    let outcome = await withTaskCancellationHandler {
      await running.value
    } onCancel: {
      running.cancel()
    }
    time.cancel()
    let stuck = await time.value
    var result = await result(seed, outcome, await session.sources, clock, directory, stuck)
    if keepsTrace { result.trace = await chronicle.lines() }
    return result
  }

  /// Lets time pass whenever everybody waits for it. Calls `giveUp` and returns why, if the program does not end.
  private static func drive(
    _ clock: VirtualClock, _ directory: SimulatedDirectory, giveUp: @Sendable () -> Void
  ) async -> String? {
    var problem: String?
    while true {
      await TaskLoop.untilIdle()
      // The program has ended.
      if Task.isCancelled { return problem }
      let clusters = await directory.everyCluster
      var step = clock.timeToNext
      for cluster in clusters {
        if let next = await cluster.timeToNext { step = min(step ?? next, next) }
      }
      guard let step, clock.now < SimulateRun.limit * 2 else { return problem ?? "it waits for ever" }
      if problem == nil, clock.now + step > SimulateRun.limit {
        problem = "it did not end within \(TimeText.of(SimulateRun.limit)) of simulated time"
        giveUp()
        continue
      }
      for cluster in clusters { await cluster.pass(step) }
      clock.pass(step)
    }
  }

  private func result(
    _ seed: UInt64, _ outcome: Outcome, _ sources: SourceMap, _ clock: VirtualClock, _ directory: SimulatedDirectory,
    _ stuck: String?
  ) async -> Result {
    var result = Result(
      seed: seed, status: outcome.exitCode.rawValue, diagnostics: outcome.diagnostics, sources: sources,
      failure: nil, duration: clock.now, trace: [])
    var violation: String?
    for cluster in await directory.everyCluster {
      if let first = await cluster.violations.first { violation = violation ?? first }
    }
    if let violation {
      // Not the program's fault.
      result.failure = "a defect of hydra: \(violation)"
      result.status = max(result.status, ExitCode.failed.rawValue)
    } else if let stuck {
      result.failure = stuck
      result.status = ExitCode.failed.rawValue
    } else if outcome.exitCode != .done {
      let error = outcome.diagnostics.first { $0.severity == .error }
      let place = error?.range.flatMap(sources.place).map { "\($0): " } ?? ""
      result.failure = place + (error?.message ?? "exit status \(outcome.exitCode.rawValue)")
    }
    return result
  }

  /// Ports that were left open get numbers that no other cluster of the run has.
  private static func links() -> @Sendable (ClusterSpec) -> ClusterLinks {
    let used = Mutex(0)
    return { spec in
      var spec = spec
      let number = used.withLock { count in
        defer { count += 1 }
        return count
      }
      if spec.port == 0 { spec.port = 4000 + number }
      if spec.proxyPort == 0 { spec.proxyPort = 8888 + number }
      if spec.statsPort == 0 { spec.statsPort = 9999 + number }
      return ClusterLinks(spec)
    }
  }
}
