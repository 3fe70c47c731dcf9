import HydraLanguage
import HydraModel
import HydraRuntime
import Synchronization

/// Separates what a person's own commands do to the cluster, which their results report, from what happens to it
/// otherwise, which is news.
///
/// Commands name what they can bring about before they run; such events are held back while they do. Their results name
/// what they did bring about. An event may also come a little after the result: each that a result has announced is
/// recognized once, until the next input. Of an input that failed or was cancelled, the nodes that it had begun to add are
/// rolled back, and nothing about them is news.
final class OwnEvents: Sendable {
  private struct Announced: Hashable {
    let kind: ClusterEvent.Kind
    let subject: String
  }

  private struct State {
    var possible: Set<ClusterEvent.Kind> = []
    var held: [ClusterEvent] = []
    var announced: Set<Announced> = []
    /// Nodes that were added while a command that adds some ran.
    var begun: Set<String> = []
    var hasFailed = false

    func hasBegun(_ event: ClusterEvent) -> Bool { event.node.map(begun.contains) ?? false }
  }

  private let state = Mutex(State())

  /// The news that a command can cause.
  private static let outcomes: [CommandID: Set<ClusterEvent.Kind>] = {
    var outcomes: [CommandID: Set<ClusterEvent.Kind>] = [.clusterStart: [.nodeReady]]
    for request in ClusterRequests.all where !request.news.isEmpty {
      let command = CommandID(rawValue: request.name.replacing(".", with: " "))
      if let command { outcomes[command] = Set(request.news) }
    }
    return outcomes
  }()

  /// An input is about to run.
  func begin(_ text: String) {
    let named = Self.outcomes.filter { text.contains($0.key.rawValue) }
    state.withLock { state in
      state.possible = named.values.reduce(into: []) { $0.formUnion($1) }
      state.announced = []
      state.begun = []
      state.hasFailed = false
    }
  }

  /// A command has reported its result.
  func report(_ result: CommandResult) {
    guard let command = result.command, let kinds = Self.outcomes[command] else { return }
    let subjects: [String] =
      switch result.payload {
      case .node(let node): [node.name]
      case .nodes(let nodes): nodes.map(\.name)
      case .service(let service): [service.name]
      case .migration(let migration): [migration.service]
      case .removed(let names): names
      default: []
      }
    state.withLock { state in
      for subject in subjects {
        for kind in kinds { state.announced.insert(Announced(kind: kind, subject: subject)) }
      }
    }
  }

  /// The input has ended; returns the events held back that are news after all. A command that failed has said so itself.
  func end(failed: Bool) -> [ClusterEvent] {
    state.withLock { state in
      let held = state.held
      state.held = []
      state.possible = []
      state.hasFailed = failed
      return held.filter { event in
        !Self.take(event, &state.announced) && !(failed && (event.kind == .migrationFailed || state.hasBegun(event)))
      }
    }
  }

  /// Whether `event` is to be shown now. One that the running input may have caused is held back.
  func isNews(_ event: ClusterEvent) -> Bool {
    state.withLock { state in
      if event.kind == .nodeAdded, state.possible.contains(.nodeReady), let node = event.node {
        state.begun.insert(node)
      }
      guard event.kind.isNews, !(state.hasFailed && state.hasBegun(event)) else { return false }
      if state.possible.contains(event.kind) || (!state.possible.isEmpty && state.hasBegun(event)) {
        state.held.append(event)
        return false
      }
      return !Self.take(event, &state.announced)
    }
  }

  private static func take(_ event: ClusterEvent, _ announced: inout Set<Announced>) -> Bool {
    [event.node, event.service].contains { subject in
      subject.map { announced.remove(Announced(kind: event.kind, subject: $0)) != nil } ?? false
    }
  }
}
