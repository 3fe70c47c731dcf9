import DockerEngine
import HydraContainers
import HydraControl
import HydraModel

extension DockerPlatform {
  /// What happens to the containers of nodes and core, from now on; reconnects by itself.
  func hostEvents() -> AsyncStream<HostEvent> {
    AsyncStream { continuation in
      let task = Task {
        for await signal in host.followEvents(labels: [Label.cluster: names.cluster]) {
          switch signal {
          case .connected: continuation.yield(.resync)
          case .event(let event): if let event = hostEvent(event) { continuation.yield(event) }
          }
        }
        continuation.finish()
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  private func hostEvent(_ event: EngineEvent) -> HostEvent? {
    switch event.attributes[Label.role].flatMap(ClusterRole.init(rawValue:)) {
    case .node: event.attributes[Label.node].flatMap { nodeEvent($0, event) }
    case .proxy: partEvent(.proxy, event)
    case .data: partEvent(.data, event)
    default: nil
    }
  }

  private func partEvent(_ part: Part, _ event: EngineEvent) -> HostEvent? {
    switch event.action {
    case "start", "unpause": .partStarted(part)
    case "die": .partStopped(part)
    default: nil
    }
  }

  private func nodeEvent(_ name: String, _ event: EngineEvent) -> HostEvent? {
    switch event.action {
    case "start", "unpause": .nodeStarted(name)
    // Not `oom`: that may have been a replica's, and if the node dies of it, `die` follows.
    case "die": .nodeStopping(name, .exited)
    case "stop": .nodeStopping(name, .stopped)
    case "destroy": .nodeStopping(name, .removed)
    case "pause": .nodeStopping(name, .paused)
    // `kill` comes before `die`, by about 30 ms. Only signals that end a container count.
    case "kill":
      ["9", "15", "SIGKILL", "SIGTERM", "KILL", "TERM"].contains(event.attributes["signal"] ?? "")
        ? .nodeStopping(name, .killed) : nil
    default: nil
    }
  }

  /// What happens to the replicas in a node; ends when the connection does.
  func replicaEvents(on node: NodeAddress) -> AsyncStream<ReplicaEvent> {
    AsyncStream { continuation in
      let task = Task {
        defer { continuation.finish() }
        guard let engine = try? await engines.engine(node),
          let events = try? await engine.events(labels: [Label.cluster: names.cluster])
        else { return }
        // An end of the stream, orderly or not, is told by the end of ours.
        do {
          for try await event in events where ["die", "start", "destroy", "oom"].contains(event.action) {
            continuation.yield(
              event.action == "die"
                ? .ended(container: event.id, exitCode: event.attributes["exitCode"].flatMap { Int($0) }) : .other)
          }
        } catch {}
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}
