import HydraDiagnostics
import HydraModel
import HydraRuntime
import HydraSimulation
import Synchronization

/// What happened in a simulation, in order: what the program printed, and what its clusters tell. Passes on what is printed.
final class Chronicle: RuntimeOutput {
  private struct State {
    var printed: [(time: Duration, text: String)] = []
    var clusters: [(cluster: SimulatedCluster, begun: Duration)] = []
  }

  private let state = Mutex(State())
  private let base: any RuntimeOutput
  private let clock: VirtualClock

  init(base: any RuntimeOutput, clock: VirtualClock) {
    self.base = base
    self.clock = clock
  }

  /// A cluster is there from `time` on.
  func begin(_ cluster: SimulatedCluster, at time: Duration) {
    state.withLock { $0.clusters.append((cluster, time)) }
  }

  /// A line for each thing that happened, with the time in seconds since the beginning.
  func lines() async -> [String] {
    let (printed, clusters) = state.withLock { ($0.printed, $0.clusters) }
    var lines = printed
    for (cluster, begun) in clusters {
      // Where there are several, their nodes have the same names.
      let prefix = clusters.count > 1 ? "\(cluster.name): " : ""
      lines += await cluster.trace.map { ($0.time + begun, prefix + $0.text) }
    }
    let ordered = lines.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
    return ordered.map { "\(Self.seconds($0.element.time)) \($0.element.text)" }
  }

  private static func seconds(_ time: Duration) -> String {
    let milliseconds = Int(time / .milliseconds(1))
    return "\(milliseconds / 1000).\(String(1000 + milliseconds % 1000).dropFirst())"
  }

  private func note(_ text: String) {
    let now = clock.now
    state.withLock { $0.printed.append((now, "printed: \(text)")) }
  }

  func print(_ text: String) async {
    note(text)
    await base.print(text)
  }

  func printError(_ text: String) async {
    note(text)
    await base.printError(text)
  }

  func result(_ result: CommandResult) async { await base.result(result) }
  func event(_ event: ClusterEvent, options: OutputOptions) async { await base.event(event, options: options) }
  func progress(_ update: ProgressUpdate) { base.progress(update) }
  var failure: HydraError? { base.failure }
  func warning(_ diagnostic: Diagnostic, sources: SourceMap) async { await base.warning(diagnostic, sources: sources) }
}
