import HydraModel

/// Watches one run of one node: asks its engine for its replicas at a pace that depends on how the node is, and at once
/// when the engine tells that something happened to one.
struct Monitor {
  let address: NodeAddress
  let task: Task<Void, Never>
}

extension Controller {
  /// Time limits of the detection of silent deaths. Never one missed probe alone: the first makes a node suspect, and
  /// only several in a row, over some time, take it down.
  enum Detection {
    static let joiningPace: Duration = .milliseconds(50)
    static let readyPace: Duration = .seconds(1)
    static let suspectPace: Duration = .milliseconds(250)
    static let missesUntilDown = 3
    /// A container that was reported as ending and still runs after this long is inspected again.
    static let endingLimit: Duration = .seconds(5)
  }

  /// Makes sure that the node's present run is watched.
  func ensureMonitor(_ address: NodeAddress) {
    if let monitor = monitors[address.name] {
      if monitor.address == address { return }
      monitor.task.cancel()
    }
    monitors[address.name] = Monitor(address: address, task: Task { await self.watch(address) })
  }

  private func watch(_ address: NodeAddress) async {
    let (ticks, tick) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    tick.yield()
    await withDiscardingTaskGroup { group in
      group.addTask {
        while !Task.isCancelled {
          try? await self.time.sleep(await self.pace(of: address))
          tick.yield()
        }
      }
      group.addTask {
        while !Task.isCancelled {
          for await _ in self.platform.replicaEvents(on: address) { tick.yield() }
          // The stream ends while the engine starts and when it dies; the probe tells which.
          try? await self.time.sleep(.milliseconds(200))
        }
      }
      for await _ in ticks { await probe(address) }
      group.cancelAll()
    }
  }

  private func pace(of address: NodeAddress) -> Duration {
    switch observed.condition(of: address.name) {
    case .joining: Detection.joiningPace
    case .suspect: Detection.suspectPace
    case .ready, .down, .removing: Detection.readyPace
    }
  }

  private func probe(_ address: NodeAddress) async {
    let generation = replicaGeneration[address.name, default: 0]
    do {
      let replicas = try await platform.observeReplicas(on: address)
      if observed.condition(of: address.name) == .joining {
        let images = Set(desired.services.values.map(\.spec.image))
        let present = images.isEmpty ? [] : try await platform.presentImages(images, on: address)
        if isCurrent(address) { observed.nodes[address.name]?.images.formUnion(present) }
      }
      alive(address, replicas, generation: generation)
    } catch {
      missed(address, HydraError.wrapping(error))
    }
  }

  private func isCurrent(_ address: NodeAddress) -> Bool {
    endingSince[address.name] == nil
      && observed.nodes[address.name]?.container?.incarnation == address.incarnation
  }

  // MARK: What a probe tells

  private func alive(_ address: NodeAddress, _ replicas: [ObservedReplica], generation: Int) {
    let name = address.name
    guard isCurrent(address), var node = observed.nodes[name] else { return }
    node.missed = 0
    if generation == replicaGeneration[name, default: 0] {
      node.replicas = merge(replicas, into: node, named: name)
    }
    observed.nodes[name] = node
    switch node.condition {
    case .ready, .removing: break
    case .suspect: setCondition(name, .ready)
    case .down:
      // It was silent, and its replicas were moved: it comes back as one that was started does, and is emptied first.
      setCondition(name, .joining, "its engine is responding again")
    case .joining:
      if Planner.unwanted(on: name, desired: desired, observed: observed).isEmpty { setCondition(name, .ready) }
    }
    wake()
  }

  /// A replica stays healthy while it runs; one that ended is told about.
  private func merge(_ replicas: [ObservedReplica], into node: ObservedNode, named name: String) -> [String:
    ObservedReplica]
  {
    var merged: [String: ObservedReplica] = [:]
    for var replica in replicas {
      let known = node.replicas[replica.id]
      replica.isHealthy = replica.isRunning && known?.isHealthy == true
      replica.checkFailure = known?.checkFailure
      merged[replica.id] = replica
    }
    for known in node.replicas.values where known.isRunning && merged[known.id]?.isRunning != true {
      guard node.condition == .ready else { continue }
      replicaEnded(merged[known.id] ?? known, on: name)
    }
    return merged
  }

  private func replicaEnded(_ replica: ObservedReplica, on node: String) {
    let subject = Action.Subject.replica(service: replica.service, slot: replica.slot, node: node)
    // Whoever waits for its health reports it as well, with its log: one end is one failed attempt.
    guard running[subject] == nil else { return }
    let code = replica.exitCode.map { " with exit code \($0)" } ?? ""
    let error = HydraError(.failed, "\(replica.service).\(replica.slot) ended\(code)")
    note(error, on: subject)
    let attempt = attempt(replica.service, replica.slot, node)
    emit(.replicaFailed, node: node, service: replica.service, "\(error.message) on \(node)\(attempt)")
  }

  private func missed(_ address: NodeAddress, _ error: HydraError) {
    let name = address.name
    guard !Task.isCancelled, isCurrent(address), let node = observed.nodes[name] else { return }
    observed.nodes[name]?.missed += 1
    switch node.condition {
    case .ready: setCondition(name, .suspect, "its engine missed a probe: \(error.message)")
    case .suspect where node.missed + 1 >= Detection.missesUntilDown:
      markDown(name, "its engine is not responding: \(error.message)")
    case .suspect, .joining, .down, .removing: break
    }
  }

  // MARK: Conditions

  /// Sets a node's condition; tells about it when it changed.
  func setCondition(_ name: String, _ condition: NodeCondition, _ reason: String? = nil) {
    guard let node = observed.nodes[name] else { return }
    observed.nodes[name]?.reason = reason
    guard node.condition != condition else { return }
    observed.nodes[name]?.condition = condition
    observed.nodes[name]?.since = time.now()
    switch condition {
    case .ready:
      observed.nodes[name]?.wasDown = false
      if node.condition != .suspect { emit(.nodeReady, node: name, "\(name) is ready") }
    case .suspect: emit(.nodeSuspect, node: name, "\(name) is suspect (\(reason ?? "unknown reason"))")
    case .down: emit(.nodeDown, node: name, "\(name) is down (\(reason ?? "unknown reason"))")
    case .joining, .removing: break
    }
    wake()
  }

  /// Takes a node to be down: nothing runs there any more.
  func markDown(_ name: String, _ reason: String) {
    guard let node = observed.nodes[name], node.condition != .down else { return }
    observed.nodes[name]?.wasDown = desired.nodes[name]?.phase != .joining
    observed.nodes[name]?.replicas = [:]
    replicaGeneration[name, default: 0] += 1
    for (subject, task) in running where subject.isOn(name) { task.cancel() }
    setCondition(name, .down, reason)
  }
}
