import HydraModel
import Logging

extension Controller {
  /// Follows the host engine's events about the cluster's containers.
  func followHostEvents() async {
    for await event in platform.hostEvents() {
      switch event {
      case .nodeStopping(let name, let what): nodeStopping(name, what)
      case .nodeStarted(let name):
        endingSince[name] = nil
        await refreshNodes()
      case .proxyStarted:
        mustReapplyRoutes = true
        wake()
      case .resync: await refreshNodes()
      }
    }
  }

  private func nodeStopping(_ name: String, _ what: String) {
    guard observed.nodes[name] != nil else { return }
    if endingSince[name] == nil { endingSince[name] = time.uptime() }
    monitors.removeValue(forKey: name)?.task.cancel()
    markDown(name, Controller.causes[what] ?? what)
    // What it became is only known when the engine is through with it.
    Task { [time] in
      try await time.sleep(.milliseconds(500))
      await self.refreshNodes()
    }
  }

  /// Reads the state of every node's container from the host's engine and updates what is known.
  package func refreshNodes() async {
    let askedAt = time.uptime()
    let containers: [String: ObservedContainer]
    do {
      containers = try await platform.observeNodes()
    } catch {
      logger.warning("nodes can't be observed: \(HydraError.wrapping(error))")
      return
    }
    for record in desired.orderedNodes {
      update(record, containers[record.name], askedAt: askedAt)
    }
    wake()
  }

  private func update(_ record: NodeRecord, _ container: ObservedContainer?, askedAt: Duration) {
    let name = record.name
    // The node may have been created, or said to be ending, after the answer was made.
    if let ending = endingSince[name], ending >= askedAt { return }
    guard let container else { return gone(record) }
    if observed.nodes[name] == nil {
      observed.nodes[name] = ObservedNode(
        container: container, condition: .joining, reason: "starting", since: time.now())
    }
    let before = observed.nodes[name]?.container
    observed.nodes[name]?.container = container
    switch container.state {
    case .created: break
    case .running: isRunning(name, container, isNewRun: before?.incarnation != container.incarnation)
    case .paused: ended(name, "paused")
    case .exited(let code): ended(name, toldCause(of: name) ?? "exited with \(code)")
    }
  }

  /// Why a node is down, if an event says more than the exit status.
  private func toldCause(of name: String) -> String? {
    guard let node = observed.nodes[name], node.condition == .down else { return nil }
    return ["kill", "stop", "oom"].compactMap { Controller.causes[$0] }.first { $0 == node.reason }
  }

  /// The engine's events that end a node, as people say it.
  private static var causes: [String: String] {
    [
      "kill": "killed", "die": "exited", "stop": "stopped", "oom": "out of memory",
      "destroy": "its container was removed",
      "pause": "paused",
    ]
  }

  private func gone(_ record: NodeRecord) {
    guard observed.nodes[record.name] != nil || record.phase == .active else { return }
    if observed.nodes[record.name] == nil {
      observed.nodes[record.name] = ObservedNode(container: nil, condition: .joining, since: time.now())
    }
    observed.nodes[record.name]?.container = nil
    if record.phase == .active { ended(record.name, "its container is gone") }
  }

  private func ended(_ name: String, _ reason: String) {
    endingSince[name] = nil
    monitors.removeValue(forKey: name)?.task.cancel()
    markDown(name, reason)
    if observed.nodes[name]?.condition == .down { observed.nodes[name]?.reason = reason }
    notify()
  }

  private func isRunning(_ name: String, _ container: ObservedContainer, isNewRun: Bool) {
    if let ending = endingSince[name] {
      guard isNewRun || time.uptime() - ending > Detection.endingLimit else { return }
      endingSince[name] = nil
    }
    guard let ip = container.ip else { return }
    let address = NodeAddress(name: name, ip: ip, incarnation: container.incarnation)
    let isWatched = monitors[name]?.address == address
    if isNewRun, observed.nodes[name]?.condition != .joining {
      // It died and came back between two looks: what it ran is gone.
      markDown(name, "restarted")
    }
    if !isWatched { setCondition(name, .joining, "starting") }
    ensureMonitor(address)
  }
}
