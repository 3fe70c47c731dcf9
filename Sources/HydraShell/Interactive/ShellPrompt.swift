import HydraDiagnostics
import HydraModel
import LineEditor

/// The prompt: the cluster in use and its health.
enum ShellPrompt {
  /// `hydra> `, `hydra(test 5/5)> `, `hydra(test 4/5)> ` in red, `hydra(test ?)> ` if it does not respond.
  static func make(_ view: ClusterMonitor.View, color: Bool) -> Prompt {
    guard let cluster = view.cluster else { return Prompt("hydra> ") }
    let health: String
    let style: String
    if let state = view.state {
      health = "\(view.nodesReady)/\(state.nodes.count)"
      let isWhole = view.nodesReady == state.nodes.count && state.services.allSatisfy { $0.state == .healthy }
      style = isWhole ? "\u{1B}[32m" : view.nodesReady < state.nodes.count ? "\u{1B}[31m" : "\u{1B}[33m"
    } else {
      health = "?"
      style = "\u{1B}[33m"
    }
    return Prompt("hydra(\(Shown.line(cluster)) " + (color ? Prompt.styled(health, style) : health) + ")> ")
  }
}

extension ClusterEvent.Kind {
  /// Whether it is shown to a person at the prompt without a request.
  var isNews: Bool {
    switch self {
    case .nodeReady, .nodeDown, .nodeRemoved, .serviceHealthy, .serviceDegraded, .migrationDone, .migrationFailed,
      .replicaFailed, .errorReported:
      true
    case .clusterStarted, .nodeAdded, .nodeSuspect, .serviceAdded, .serviceRemoved, .imageProgress, .imageLoaded,
      .replicaStarted, .replicaReady, .replicaStopped, .migrationStarted, .migrationPhase:
      false
    }
  }
}
