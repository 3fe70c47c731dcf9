import HydraModel

extension ControlCore {
  /// Starts `action` unless something runs on one of its subjects or that failed a moment ago.
  mutating func launch(_ action: Action) {
    var action = action
    if case .provideImage(let image, let nodes) = action {
      let free = nodes.filter { isFree(.image(image, node: $0)) }
      guard !free.isEmpty else { return }
      action = .provideImage(image, nodes: free)
    }
    guard action.subjects.allSatisfy(isFree), let kind = begin(action) else { return }
    let id = want(kind, as: .action(action))
    for subject in action.subjects { busy[subject] = id }
  }

  private func isFree(_ subject: Subject) -> Bool {
    guard busy[subject] == nil, watches[subject] == nil else { return false }
    return failures[subject].map { $0.retryAt <= now.uptime } ?? true
  }

  /// The effect of an action; nil when there is nothing to want, as with a watch, which wants by itself.
  private mutating func begin(_ action: Action) -> Effect.Kind? {
    switch action {
    case .createNode(let name): return desired.nodes[name].map { .createNode($0) }
    case .removeNode(let name):
      timers.clear(.probe(name))
      probing[name] = nil
      return .removeNode(name)
    case .provideImage(let image, let nodes):
      let addresses = nodes.compactMap { address(of: $0) }
      return addresses.isEmpty ? nil : .provideImage(image, to: addresses)
    case .startReplica(let name, let node):
      guard let record = desired.services[name.service], let address = address(of: node) else { return nil }
      notePhase(.image, name)
      generations[node, default: 0] += 1
      observed.nodes[node]?.replicas.removeAll { $0.service == name.service && $0.slot == name.slot }
      return .startReplica(ReplicaSpec(service: record.spec, slot: name.slot), on: address)
    case .awaitHealth(let name, let node, let container):
      watch(name, node: node, container: container)
      return nil
    case .stopReplica(let node, let container):
      generations[node, default: 0] += 1
      setStopping(container, node, true)
      return address(of: node).map { .stopReplica(container: container, on: $0) }
    }
  }

  mutating func finished(_ action: Action, _ outcome: Outcome) {
    for subject in action.subjects { busy[subject] = nil }
    needsPass = true
    if case .failed(let error) = outcome {
      for subject in action.subjects { note(error, on: subject) }
      failed(action, error)
      return
    }
    switch (action, outcome) {
    case (.createNode(let name), .node(let container)):
      failures[.node(name)] = nil
      knownAt[name] = now.uptime
      if desired.nodes[name] != nil { seen(name, container) }
    case (.removeNode(let name), _): removed(name)
    case (.provideImage(let image, let nodes), .images(let errors)): provided(image, nodes, errors)
    case (.startReplica(let name, let node), .container(let id)): started(name, node, id)
    case (.stopReplica(let node, let container), _): stopped(container, node)
    default: presume(false, "\(action) ended in \(outcome)")
    }
  }

  private mutating func failed(_ action: Action, _ error: HydraError) {
    guard error.code != .cancelled else { return }
    switch action {
    case .startReplica(let name, let node):
      generations[node, default: 0] += 1
      guard observed.condition(of: node) == .ready else { return }
      emit(
        .replicaFailed, node: node, service: name.service, "\(name.text) on \(node)\(attempt(name)): \(error.message)")
      avoid(name, node)
    case .awaitHealth: break
    case .createNode(let node), .removeNode(let node):
      emit(.errorReported, node: node, "\(action.text): \(error.message)")
    case .stopReplica(let node, let container):
      generations[node, default: 0] += 1
      setStopping(container, node, false)
      emit(.errorReported, node: node, "\(action.text): \(error.message)")
    case .provideImage: emit(.errorReported, "\(action.text): \(error.message)")
    }
  }

  /// Remembers a failure on `subject`, which pauses it.
  mutating func note(_ error: HydraError, on subject: Subject) {
    guard error.code != .cancelled else { return }
    let failure = Failure(error, after: failures[subject], now: now.uptime, timings)
    failures[subject] = failure
    timers.set(.retry(subject), at: failure.retryAt)
    needsPass = true
  }

  /// A replica that its node can't start, twice in a row, is tried elsewhere.
  private mutating func avoid(_ name: SlotName, _ node: String) {
    guard let failure = failures[.replica(name, node: node)], failure.count >= 2 else { return }
    avoided[name.service, default: [:]][node] = now.uptime + timings.avoidance
    timers.set(.avoid, at: now.uptime + timings.avoidance)
  }

  /// `, attempt 2 of 3`, while a service is deployed for the first time: after that attempts have no limit.
  func attempt(_ name: SlotName) -> String {
    guard desired.services[name.service]?.phase == .deploying else { return "" }
    let count = attempts(name)
    return count > 0 ? ", attempt \(count) of \(timings.tries)" : ""
  }

  /// How often a replica failed, on any node.
  func attempts(_ name: SlotName) -> Int {
    failures.reduce(0) { sum, failure in
      if case .replica(name, _) = failure.key { sum + failure.value.count } else { sum }
    }
  }

  // MARK: What ended well

  private mutating func removed(_ name: String) {
    observed.nodes[name] = nil
    endings[name] = nil
    knownAt[name] = nil
    timers.clear(.probe(name))
    failures = failures.filter { $0.key.host != name && $0.key != .node(name) }
    record { $0.nodes[name] = nil }
    emit(.nodeRemoved, node: name, "\(name) was removed")
  }

  private mutating func provided(_ image: String, _ nodes: [String], _ errors: [String: HydraError]) {
    for node in nodes {
      // One that died meanwhile takes no blame.
      guard observed.nodes[node] != nil, observed.condition(of: node) != .down else { continue }
      if let error = errors[node] {
        note(error, on: .image(image, node: node))
        emit(.errorReported, node: node, error.message)
      } else {
        observed.nodes[node]?.images.insert(image)
        failures[.image(image, node: node)] = nil
        emit(.imageLoaded, node: node, "image '\(image)' is on \(node)")
      }
    }
  }

  private mutating func started(_ name: SlotName, _ node: String, _ id: String) {
    generations[node, default: 0] += 1
    guard let record = desired.services[name.service], observed.nodes[node] != nil else { return }
    observed.nodes[node]?.replicas.removeAll { $0.service == name.service && $0.slot == name.slot }
    observed.nodes[node]?.replicas.append(
      ObservedReplica(
        ReportedReplica(
          id: id, service: name.service, slot: name.slot, fingerprint: record.fingerprint, isRunning: true)))
    notePhase(.started, name)
    emit(.replicaStarted, node: node, service: name.service, "\(name.text) was started on \(node)")
  }

  /// Should a stop fail, the replica has to show again whether it works.
  private mutating func setStopping(_ container: String, _ node: String, _ isStopping: Bool) {
    guard let index = observed.nodes[node]?.replicas.firstIndex(where: { $0.id == container }) else { return }
    observed.nodes[node]?.replicas[index].isStopping = isStopping
    observed.nodes[node]?.replicas[index].isHealthy = false
  }

  private mutating func stopped(_ container: String, _ node: String) {
    generations[node, default: 0] += 1
    guard let replica = observed.nodes[node]?.replicas.first(where: { $0.id == container }) else { return }
    observed.nodes[node]?.replicas.removeAll { $0.id == container }
    failures[.container(container, node: node)] = nil
    emit(
      .replicaStopped, node: node, service: replica.service,
      "\(replica.service).\(replica.slot) was stopped on \(node)")
  }
}
