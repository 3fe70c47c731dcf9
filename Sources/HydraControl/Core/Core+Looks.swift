import HydraModel

/// What the host's engine says about the containers of nodes.
extension ControlCore {
  /// Looks at the containers of all nodes, or once more after the look that is under way.
  mutating func look() {
    guard looking == nil else {
      lookAgain = true
      return
    }
    looking = want(.lookAtNodes, as: .look(begun: now.uptime))
  }

  mutating func looked(_ outcome: Outcome, begun: Duration) {
    looking = nil
    if lookAgain {
      lookAgain = false
      look()
    }
    guard case .nodes(let containers) = outcome else {
      // Not known is not gone: everything stays as it was.
      if pendingLoad != nil, startProblem != nil {
        pendingLoad = nil
        timers.set(.load, at: now.uptime + .seconds(1))
      }
      return
    }
    guard startProblem == nil else { return startEmpty(containers) }
    for record in desired.orderedNodes {
      // The node may have been created, or said to be ending, after the answer was made.
      if holds(.lookOrder) {
        if let ending = endings[record.name], ending >= begun { continue }
        if let known = knownAt[record.name], known >= begun { continue }
      }
      if let container = containers[record.name] {
        seen(record.name, container)
      } else {
        isGone(record)
      }
    }
  }

  /// The state of one node's container is known.
  mutating func seen(_ name: String, _ container: ObservedContainer) {
    if observed.nodes[name] == nil {
      observed.nodes[name] = ObservedNode(container: nil, condition: .joining, reason: "starting", since: now)
      needsPass = true
    }
    let before = observed.nodes[name]?.container
    if before != container {
      observed.nodes[name]?.container = container
      needsPass = true
    }
    switch container.state {
    case .created: break
    case .passing: lookSoon()
    case .running: runs(name, container, isNewRun: before?.incarnation != container.incarnation, isFirst: before == nil)
    case .paused: ended(name, NodeEnd.paused.rawValue)
    case .exited(let code): ended(name, toldCause(name) ?? "exited with \(code)")
    }
  }

  /// Why a node is down, if an event said more than the exit status.
  private func toldCause(_ name: String) -> String? {
    guard observed.condition(of: name) == .down else { return nil }
    let causes: [NodeEnd] = [.killed, .stopped, .outOfMemory]
    return causes.map(\.rawValue).first { $0 == observed.nodes[name]?.reason }
  }

  private mutating func lookSoon() {
    timers.set(.look, at: now.uptime + timings.lookAfterEnd)
  }

  private mutating func isGone(_ record: NodeRecord) {
    guard observed.nodes[record.name] != nil || record.phase != .joining else { return }
    if observed.nodes[record.name] == nil {
      observed.nodes[record.name] = ObservedNode(container: nil, condition: .joining, since: now)
    }
    if observed.nodes[record.name]?.container != nil {
      observed.nodes[record.name]?.container = nil
      needsPass = true
    }
    // One that joins is created, again if need be.
    if record.phase != .joining { ended(record.name, "its container is gone") }
  }

  private mutating func ended(_ name: String, _ reason: String) {
    endings[name] = nil
    timers.clear(.probe(name))
    markDown(name, reason)
    if observed.nodes[name]?.reason != reason, observed.condition(of: name) == .down {
      observed.nodes[name]?.reason = reason
      jobs.mustLook = true
    }
  }

  private mutating func runs(_ name: String, _ container: ObservedContainer, isNewRun: Bool, isFirst: Bool) {
    if let ending = endings[name] {
      guard isNewRun || now.uptime - ending > timings.ending else { return }
      endings[name] = nil
    }
    guard let node = observed.nodes[name] else { return }
    if isNewRun, !isFirst {
      // It died and came back between two looks: what it ran is gone.
      if node.condition != .joining || node.wasAsked { markDown(name, "restarted") }
      observed.nodes[name]?.lastGood = nil
      observed.nodes[name]?.missed = 0
      probeAgain.remove(name)
      probing[name] = nil
    }
    guard isNewRun || !isWatched(name) else { return }
    if observed.condition(of: name) != .joining {
      setCondition(name, .joining, "starting")
      observed.nodes[name]?.lastGood = nil
    }
    timers.set(.probe(name), at: now.uptime)
  }

  private func isWatched(_ name: String) -> Bool { timers.isSet(.probe(name)) || probing[name] != nil }

  // MARK: Events

  mutating func take(_ event: HostEvent) {
    switch event {
    case .partStopped(let part): partStopped(part)
    case .partStarted(let part):
      if part == .proxy { proxyRestarted() }
      if part == .data { timers.set(.save, at: now.uptime) }
    case .nodeStopping(let name, let end): stopping(name, end)
    case .nodeStarted(let name):
      endings[name] = nil
      look()
    case .resync:
      look()
      proxyRestarted()
    }
  }

  private mutating func stopping(_ name: String, _ end: NodeEnd) {
    guard observed.nodes[name] != nil, desired.nodes[name] != nil else { return }
    if endings[name] == nil || end != .exited { endings[name] = now.uptime }
    timers.clear(.probe(name))
    probing[name] = nil
    markDown(name, end.rawValue)
    if end != .exited { observed.nodes[name]?.reason = end.rawValue }
    // What it became is only known when the engine is through with it.
    if end == .exited { look() }
    lookSoon()
  }
}
