import FoundationEssentials
import HydraDiagnostics
import HydraLanguage
import HydraModel
import HydraRuntime
import HydraSimulation
import Synchronization

/// `hydra plan`: runs a program against a simulation of the clusters as they are now, and shows what it would call.
struct PlanRun {
  let streams: HydraStreams
  let environment: [String: String]
  let color: Bool
  let options: Invocation.Options
  /// The existing clusters; nil if they can't be reached.
  let directory: (any ClusterDirectory)?
  /// What `now()` returns from the beginning to the end of the plan, in seconds since 1970.
  let wallTime: Double

  /// The warning for clusters that can't be read.
  static func withoutClusters(_ error: any Error) -> Diagnostic {
    Diagnostic(.warning, code: .init("plan"), message: "planned as if there were no cluster: \(error)", range: nil)
  }

  /// The warning for one cluster that can't be read.
  static func without(cluster: String, _ error: any Error) -> Diagnostic {
    Diagnostic(
      .warning, code: .init("plan"), message: "as if there were no cluster '\(cluster)': \(error)", range: nil)
  }

  /// Plans `bytes`; returns the exit status.
  func run(_ bytes: [UInt8], name: String, origin: SourceFile.Origin, arguments: [String]) async -> Int32 {
    let steps = PlannedSteps()
    let planned = PlannedDirectory(beginning: Date(timeIntervalSince1970: wallTime)) { steps.add(request: $0) }
    if let directory {
      do {
        for (name, error) in try await planned.copy(directory) {
          complain([Self.without(cluster: name, error)], SourceMap())
        }
      } catch {
        complain([Self.withoutClusters(error)], SourceMap())
      }
    }
    let host = RuntimeHost(
      directory: planned, output: SilentOutput(), outside: nil, clock: TimelessClock(wallTime: wallTime),
      environment: environment, files: OptionFiles(input: streams.input), plan: steps)
    let session = Session(
      host: host, settings: SessionSettings(cluster: options.cluster, seed: options.seed), loader: ScriptFiles(),
      arguments: arguments)
    let outcome = await session.run(bytes: bytes, name: name, origin: origin)
    let sources = await session.sources
    if outcome.exitCode != .invalid {
      streams.output.write(options.output == OutputFormat.json.rawValue ? steps.json(sources) : steps.text(sources))
    }
    complain(outcome.diagnostics, sources)
    return outcome.exitCode.rawValue
  }

  private func complain(_ diagnostics: [Diagnostic], _ sources: SourceMap) {
    streams.complain(diagnostics, sources, json: options.output == OutputFormat.json.rawValue, color: color)
  }
}

/// The calls that would be made, in order.
private final class PlannedSteps: PlanListener {
  private struct Step {
    var text: String
    var range: SourceRange?
    var requests: [String] = []
    var isAssumption = false
  }

  private let steps = Mutex<[Step]>([])

  func would(_ text: String, at range: SourceRange?) {
    steps.withLock { $0.append(Step(text: text, range: range)) }
  }

  /// A loop makes the same assumption repeatedly: it is reported once for each place.
  func assume(_ text: String, at range: SourceRange?) {
    steps.withLock { steps in
      guard !steps.contains(where: { $0.isAssumption && $0.range == range && $0.text == text }) else { return }
      steps.append(Step(text: text, range: range, isAssumption: true))
    }
  }

  func add(request: String) {
    steps.withLock { steps in
      guard let index = steps.lastIndex(where: { !$0.isAssumption }) else { return }
      steps[index].requests.append(request)
    }
  }

  /// A line for each call with its place, the requests it becomes below it; equal ones in a row are counted.
  func text(_ sources: SourceMap) -> String {
    let steps = steps.withLock { $0 }
    let places = steps.map { $0.range.flatMap(sources.place) ?? "" }
    let width = places.map(\.count).max() ?? 0
    var text = ""
    for (step, place) in zip(steps, places) {
      text += place + String(repeating: " ", count: width - place.count) + "  "
      text += (step.isAssumption ? "assumed: " : "") + Shown.line(step.text) + "\n"
      var index = 0
      while index < step.requests.count {
        let request = step.requests[index]
        let end = step.requests[index...].firstIndex { $0 != request } ?? step.requests.count
        let times = end - index > 1 ? "  (\(end - index) times)" : ""
        text += "    → " + Shown.line(request) + times + "\n"
        index = end
      }
    }
    return text
  }

  /// `[{"at": "demo.hydra:3:1", "call": "node add", "requests": ["POST /node {}"]}, {"at": …, "assumed": …}, …]`.
  func json(_ sources: SourceMap) -> String {
    let objects = steps.withLock { $0 }.map { step in
      let place = step.range.flatMap(sources.place).map(JSONText.string) ?? "null"
      if step.isAssumption { return "{\"at\": \(place), \"assumed\": \(JSONText.string(step.text))}" }
      let requests = step.requests.map(JSONText.string).joined(separator: ", ")
      return "{\"at\": \(place), \"call\": \(JSONText.string(step.text)), \"requests\": [\(requests)]}"
    }
    return "[" + objects.joined(separator: ",\n ") + "]\n"
  }
}

/// A plan has no results to show.
struct SilentOutput: RuntimeOutput {
  func result(_ result: CommandResult) async {}
  func print(_ text: String) async {}
  func printError(_ text: String) async {}
  func event(_ event: ClusterEvent, options: OutputOptions) async {}
  func progress(_ update: ProgressUpdate) {}
  func warning(_ diagnostic: Diagnostic, sources: SourceMap) async {}
}

/// Nothing takes time in a plan.
private struct TimelessClock: RuntimeClock {
  var now: Duration { .zero }
  let wallTime: Double
  func sleep(for duration: Duration) async throws { try Task.checkCancellation() }
}
