import HydraModel

extension Controller {
  /// Starts `action` unless something runs on one of its subjects or that failed a moment ago.
  func launch(_ action: Action) {
    let now = time.uptime()
    var action = action
    if case .provideImage(let image, let nodes) = action {
      let free = nodes.filter { isFree(.image(image, node: $0), now) }
      guard !free.isEmpty else { return }
      action = .provideImage(image, nodes: free)
    }
    guard action.subjects.allSatisfy({ isFree($0, now) }) else { return }
    let chosen = action
    let task = Task {
      do {
        try await perform(chosen)
        finished(chosen, nil)
      } catch {
        finished(chosen, HydraError.wrapping(error))
      }
    }
    for subject in action.subjects { running[subject] = task }
  }

  private func isFree(_ subject: Action.Subject, _ now: Duration) -> Bool {
    guard running[subject] == nil else { return false }
    return failures[subject].map { $0.retryAt <= now } ?? true
  }

  private func finished(_ action: Action, _ error: HydraError?) {
    for subject in action.subjects { running[subject] = nil }
    if let error {
      for subject in action.subjects { note(error, on: subject) }
      report(error, of: action)
    } else {
      switch action {
      // A replica is well once it is healthy: else one that ends at once would be started again without a pause.
      // An image can fail for some nodes only, which is noted there.
      case .startReplica, .provideImage: break
      case .createNode, .removeNode, .awaitHealth, .stopReplica:
        for subject in action.subjects { failures[subject] = nil }
      }
    }
    wake()
  }

  func note(_ error: HydraError, on subject: Action.Subject) {
    guard error.code != .cancelled else { return }
    let failure = Failure(error, after: failures[subject], now: time.uptime())
    failures[subject] = failure
    wake(after: failure.retryAt - time.uptime())
  }

  private func report(_ error: HydraError, of action: Action) {
    guard error.code != .cancelled else { return }
    switch action {
    case .startReplica(let service, let slot, let node), .awaitHealth(let service, let slot, let node, _):
      guard observed.condition(of: node) == .ready else { return }
      emit(
        .replicaFailed, node: node, service: service,
        "\(service).\(slot) on \(node)\(attempt(service, slot, node)): \(error.message)")
    case .createNode(let node), .removeNode(let node):
      emit(.errorReported, node: node, "\(action): \(error.message)")
    case .provideImage, .stopReplica:
      emit(.errorReported, "\(action): \(error.message)")
    }
  }

  /// `, attempt 2 of 3`, while a service is deployed for the first time: after that attempts have no limit.
  func attempt(_ service: String, _ slot: Int, _ node: String) -> String {
    guard desired.services[service]?.phase == .deploying,
      let failure = failures[.replica(service: service, slot: slot, node: node)]
    else { return "" }
    return ", attempt \(failure.count) of \(Controller.deployTries)"
  }

  // MARK: What each action does

  private func perform(_ action: Action) async throws {
    switch action {
    case .createNode(let name): try await createNode(name)
    case .removeNode(let name): try await removeNode(name)
    case .provideImage(let image, let nodes): try await provideImage(image, nodes)
    case .startReplica(let service, let slot, let node): try await startReplica(service, slot, node)
    case .awaitHealth(let service, let slot, let node, let container):
      try await awaitHealth(service, slot, node, container)
    case .stopReplica(let node, let container): try await stopReplica(container, node)
    }
  }

  private func createNode(_ name: String) async throws {
    guard let record = desired.nodes[name] else { return }
    try await platform.createNode(record)
    await refreshNodes()
  }

  private func removeNode(_ name: String) async throws {
    monitors.removeValue(forKey: name)?.task.cancel()
    try await platform.removeNode(name)
    observed.nodes[name] = nil
    endingSince[name] = nil
    failures = failures.filter { !$0.key.isOn(name) && $0.key != .node(name) }
    change { $0.nodes[name] = nil }
    emit(.nodeRemoved, node: name, "\(name) was removed")
  }

  private func provideImage(_ image: String, _ nodes: [String]) async throws {
    let addresses = nodes.compactMap(address(of:))
    let errors = try await platform.provideImage(image, to: addresses) { line in
      Task { await self.emit(.imageProgress, line) }
    }
    for address in addresses {
      if let error = errors[address.name] {
        note(error, on: .image(image, node: address.name))
      } else if observed.nodes[address.name]?.container?.incarnation == address.incarnation {
        observed.nodes[address.name]?.images.insert(image)
        failures[.image(image, node: address.name)] = nil
        emit(.imageLoaded, node: address.name, "image '\(image)' is on \(address.name)")
      }
    }
  }

  private func startReplica(_ service: String, _ slot: Int, _ node: String) async throws {
    guard let record = desired.services[service], let address = address(of: node) else { return }
    notePhase(.image, service, slot)
    replicaGeneration[node, default: 0] += 1
    defer { replicaGeneration[node, default: 0] += 1 }
    for (id, old) in observed.nodes[node]?.replicas ?? [:] where old.service == service && old.slot == slot {
      observed.nodes[node]?.replicas[id] = nil
    }
    let id = try await platform.startReplica(ReplicaSpec(service: record.spec, slot: slot), on: address)
    guard observed.nodes[node]?.container?.incarnation == address.incarnation else { return }
    observed.nodes[node]?.replicas[id] = ObservedReplica(
      id: id, service: service, slot: slot, fingerprint: record.spec.fingerprint, isRunning: true)
    notePhase(.started, service, slot)
    emit(.replicaStarted, node: node, service: service, "\(service).\(slot) was started on \(node)")
  }

  /// How long a replica may take to pass its first check.
  static var healthLimit: Duration { .seconds(60) }

  private func awaitHealth(_ service: String, _ slot: Int, _ node: String, _ container: String) async throws {
    guard let spec = desired.services[service]?.spec, let address = address(of: node) else { return }
    let deadline = time.uptime() + Controller.healthLimit
    var pause: Duration = .milliseconds(5)
    while case .failed(let reason, let remedy) = await platform.checkHealth(of: spec, at: address.ip) {
      try Task.checkCancellation()
      // It ended, or is no longer wanted, or the node went away: the next pass sees to that.
      guard let replica = observed.nodes[node]?.replicas[container], desired.services[service]?.phase != .removing
      else { return }
      if !replica.isRunning { throw await ended(replica, address) }
      observed.nodes[node]?.replicas[container]?.checkFailure = reason
      if time.uptime() > deadline { throw await neverHealthy(spec, slot, container, address, reason, remedy) }
      try await time.sleep(pause)
      pause = min(pause * 2, .milliseconds(200))
    }
    guard observed.nodes[node]?.replicas[container]?.isRunning == true else { return }
    observed.nodes[node]?.replicas[container]?.isHealthy = true
    observed.nodes[node]?.replicas[container]?.checkFailure = nil
    notePhase(.healthy, service, slot)
    emit(.replicaReady, node: node, service: service, "\(service).\(slot) is ready on \(node)")
  }

  private func ended(_ replica: ObservedReplica, _ address: NodeAddress) async -> HydraError {
    let code = replica.exitCode.map { " with exit code \($0)" } ?? ""
    let said =
      await lastOutput(of: replica.id, desired.services[replica.service]?.spec, address).map { ": \($0)" } ?? ""
    return HydraError(.failed, "\(replica.service).\(replica.slot) ended\(code)\(said)")
  }

  /// The last lines a replica wrote, without the values of its environment: errors and events are for everybody.
  private func lastOutput(of container: String, _ spec: ServiceSpec?, _ address: NodeAddress) async -> String? {
    let lines = (try? await platform.replicaLog(container, on: address, lines: 3)) ?? []
    let text = lines.joined(separator: " / ")
    return lines.isEmpty ? nil : spec?.hidingValues(in: text) ?? text
  }

  private func neverHealthy(
    _ spec: ServiceSpec, _ slot: Int, _ container: String, _ address: NodeAddress, _ reason: String, _ remedy: String
  ) async -> HydraError {
    let said = await lastOutput(of: container, spec, address).map { "; its last output: \($0)" } ?? ""
    return HydraError(
      .failed,
      "\(spec.alias).\(slot) is running but not healthy after \(Controller.healthLimit.components.seconds) s: \(reason)\(said)",
      remedy: remedy)
  }

  private func stopReplica(_ container: String, _ node: String) async throws {
    guard let address = address(of: node) else { return }
    replicaGeneration[node, default: 0] += 1
    defer { replicaGeneration[node, default: 0] += 1 }
    try await platform.stopReplica(container, on: address)
    if let replica = observed.nodes[node]?.replicas.removeValue(forKey: container) {
      emit(
        .replicaStopped, node: node, service: replica.service,
        "\(replica.service).\(replica.slot) was stopped on \(node)")
    }
  }

  /// Where the engine of node `name` is; nil while it has no address.
  func address(of name: String) -> NodeAddress? {
    guard let container = observed.nodes[name]?.container, let ip = container.ip else { return nil }
    return NodeAddress(name: name, ip: ip, incarnation: container.incarnation)
  }
}
