import DockerEngine
import HydraModel

extension DockerPlatform {
  public func hostEvents() -> AsyncStream<HostEvent> {
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
    case .proxy: event.action == "start" ? .proxyStarted : nil
    default: nil
    }
  }

  private func nodeEvent(_ name: String, _ event: EngineEvent) -> HostEvent? {
    switch event.action {
    case "start", "unpause": .nodeStarted(name)
    case "die", "stop", "oom", "destroy", "pause": .nodeStopping(name, what: event.action)
    // `kill` comes before `die`, by about 30 ms. Only signals that end a container count.
    case "kill":
      ["9", "15", "SIGKILL", "SIGTERM", "KILL", "TERM"].contains(event.attributes["signal"] ?? "")
        ? .nodeStopping(name, what: "kill") : nil
    default: nil
    }
  }

  public func replicaEvents(on node: NodeAddress) -> AsyncStream<Void> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let task = Task {
        defer { continuation.finish() }
        guard let engine = try? await engines.engine(node),
          let events = try? await engine.events(labels: [Label.cluster: names.cluster])
        else { return }
        // An end of the stream, orderly or not, is told by the end of ours.
        do {
          for try await event in events where ["die", "start", "destroy", "oom"].contains(event.action) {
            continuation.yield()
          }
        } catch {}
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}
