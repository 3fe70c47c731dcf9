import HydraModel

/// Watches over one replica until it passes its check.
struct HealthWatch: Sendable, Equatable {
  var name: SlotName
  var node: String
  var container: String
  var deadline: Duration
  var pause: Duration
}

extension ControlCore {
  mutating func watch(_ name: SlotName, node: String, container: String) {
    let subject = Subject.replica(name, node: node)
    guard holds(.healthFirst) else {
      healthy(name, node, container)
      return
    }
    watches[subject] = HealthWatch(
      name: name, node: node, container: container, deadline: now.uptime + timings.health,
      pause: timings.firstHealthPace)
    timers.set(.health(subject), at: now.uptime)
  }

  mutating func unwatch(_ subject: Subject) {
    watches[subject] = nil
    timers.clear(.health(subject))
  }

  /// Checks the replica of `subject` once.
  mutating func check(_ subject: Subject) {
    guard let watch = watches[subject], let record = desired.services[watch.name.service], record.phase != .removing,
      let address = address(of: watch.node),
      observed.nodes[watch.node]?.replicas.contains(where: { $0.id == watch.container && $0.isRunning }) == true
    else { return unwatch(subject) }
    want(.checkHealth(record.spec, on: address), as: .check(watch.name, address, container: watch.container))
  }

  mutating func checked(_ name: SlotName, _ address: NodeAddress, _ container: String, _ outcome: Outcome) {
    let subject = Subject.replica(name, node: address.name)
    guard let watch = watches[subject], watch.container == container else { return }
    guard
      let index = observed.nodes[watch.node]?.replicas.firstIndex(where: { $0.id == container && $0.isRunning })
    else { return unwatch(subject) }
    let (reason, remedy): (String, String?)
    switch outcome {
    case .health(.passed): return healthy(name, watch.node, container)
    case .health(.failed(let found, let advice)):
      (reason, remedy) = (found, advice)
      observed.nodes[watch.node]?.replicas[index].failedChecks += 1
    // It was not checked: that says nothing about it.
    case .failed(let error): (reason, remedy) = (error.message, error.remedy)
    default: return presume(false, "a check ended in \(outcome)")
    }
    // The first table of routes may have waited for this.
    if !observed.isRoutingKnown { needsPass = true }
    if observed.nodes[watch.node]?.replicas[index].checkFailure != reason {
      observed.nodes[watch.node]?.replicas[index].checkFailure = reason
      jobs.mustLook = true
    }
    guard now.uptime >= watch.deadline else {
      watches[subject]?.pause = min(watch.pause * 2, timings.healthPace)
      return timers.set(.health(subject), at: now.uptime + watch.pause)
    }
    unwatch(subject)
    let seconds = timings.health.components.seconds
    readLastWords(
      name, address, container, separator: "; its last output: ",
      HydraError(
        .failed, "\(name.text) is running but not healthy after \(seconds) s: \(reason)", remedy: remedy))
  }

  private mutating func healthy(_ name: SlotName, _ node: String, _ container: String) {
    let subject = Subject.replica(name, node: node)
    unwatch(subject)
    guard let index = observed.nodes[node]?.replicas.firstIndex(where: { $0.id == container }) else { return }
    observed.nodes[node]?.replicas[index].isHealthy = true
    observed.nodes[node]?.replicas[index].checkFailure = nil
    failures[subject] = nil
    avoided[name.service]?[node] = nil
    notePhase(.healthy, name)
    emit(.replicaReady, node: node, service: name.service, "\(name.text) is ready on \(node)")
    needsPass = true
  }

  // MARK: Ends

  /// A replica ended that was to run.
  mutating func replicaEnded(_ replica: ObservedReplica, on node: String) {
    let name = SlotName(replica.service, replica.slot)
    let subject = Subject.replica(name, node: node)
    unwatch(subject)
    guard !replica.isStopping, observed.condition(of: node) == .ready, busy[subject] == nil, let slot = desired[name],
      desired.services[name.service]?.phase != .removing,
      slot.tasks.contains(where: { $0.node == node && $0.role != .leaving }), let address = address(of: node)
    else { return }
    let code = replica.exitCode.map { " with exit code \($0)" } ?? ""
    readLastWords(name, address, replica.id, separator: ": ", HydraError(.failed, "\(name.text) ended\(code)"))
  }

  /// Reads what a replica wrote last, to complete `error`. Until then nothing replaces its container.
  private mutating func readLastWords(
    _ name: SlotName, _ address: NodeAddress, _ container: String, separator: String, _ error: HydraError
  ) {
    busy[.replica(name, node: address.name)] = want(
      .readReplicaLog(container: container, on: address),
      as: .lastWords(name, node: address.name, error: error, separator: separator))
  }

  mutating func lastWords(
    _ name: SlotName, node: String, error: HydraError, separator: String, _ outcome: Outcome
  ) {
    let subject = Subject.replica(name, node: node)
    busy[subject] = nil
    needsPass = true
    var error = error
    if case .log(let lines) = outcome, !lines.isEmpty {
      // Errors and events are for everybody: without the values of its environment.
      let text = lines.joined(separator: " / ")
      error.message += separator + (desired.services[name.service]?.spec.hidingValues(in: text) ?? text)
    }
    note(error, on: subject)
    emit(
      .replicaFailed, node: node, service: name.service, "\(error.message) on \(node)\(attempt(name))")
  }
}
