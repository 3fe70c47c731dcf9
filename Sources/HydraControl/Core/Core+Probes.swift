import HydraModel

/// What the engines in the nodes say, and how nodes are.
extension ControlCore {
  /// Where the engine of node `name` is; nil while it has no address.
  func address(of name: String) -> NodeAddress? {
    guard let container = observed.nodes[name]?.container, let ip = container.ip else { return nil }
    return NodeAddress(name: name, ip: ip, incarnation: container.incarnation)
  }

  /// Asks a node's engine now, or once more after the question that is under way.
  mutating func probe(_ name: String) {
    guard let node = observed.nodes[name], endings[name] == nil else { return }
    guard let address = address(of: name) else { return missAddress(name, node) }
    guard probing[name] == nil else {
      probeAgain.insert(name)
      return
    }
    timers.clear(.probe(name))
    let images = node.condition == .joining ? Set(desired.services.values.map(\.spec.image)).sorted() : []
    probing[name] = want(
      .probe(address, images: images),
      as: .probe(address, generation: generations[name, default: 0], begun: now.uptime))
  }

  /// A container that runs and has no address is off the cluster's network: that is a question without an answer.
  private mutating func missAddress(_ name: String, _ node: ObservedNode) {
    guard node.container?.state == .running else { return }
    missed(name, HydraError(.unreachable, "it is not on the cluster's network"), begun: now.uptime)
    timers.set(.probe(name), at: now.uptime + pace(of: name))
  }

  mutating func probed(
    _ address: NodeAddress, _ outcome: Outcome, _ id: EffectID, generation: Int, begun: Duration
  ) {
    let name = address.name
    guard probing[name] == id || !holds(.incarnation) else { return }
    probing[name] = nil
    let isCurrent =
      endings[name] == nil
      && (observed.nodes[name]?.container?.incarnation == address.incarnation || !holds(.incarnation))
    if isCurrent {
      switch outcome {
      case .replicas(let replicas, let images):
        responded(name, replicas, images, isFresh: generation == generations[name, default: 0] || !holds(.generation))
      case .failed(let error): missed(name, error, begun: begun)
      default: presume(false, "a probe ended in \(outcome)")
      }
    }
    guard observed.nodes[name] != nil, endings[name] == nil else { return }
    let again = probeAgain.remove(name) != nil
    timers.set(.probe(name), at: now.uptime + (again ? .zero : pace(of: name)))
  }

  private func pace(of name: String) -> Duration {
    switch observed.condition(of: name) {
    case .joining: timings.joiningPace
    case .suspect: timings.suspectPace
    case .ready, .down, .removing: timings.readyPace
    }
  }

  private mutating func responded(
    _ name: String, _ reported: [ReportedReplica], _ images: Set<String>, isFresh: Bool
  ) {
    guard let node = observed.nodes[name] else { return }
    let isFirst = !node.wasAsked
    observed.nodes[name]?.missed = 0
    observed.nodes[name]?.lastGood = now
    if !images.isSubset(of: node.images) {
      observed.nodes[name]?.images.formUnion(images)
      needsPass = true
    }
    if isFresh { merge(reported, into: name) }
    switch observed.condition(of: name) {
    case .ready, .removing: break
    case .suspect:
      forgetFailedChecks(on: name)
      setCondition(name, .ready)
    case .down:
      // It was silent, and its replicas were moved: it comes back as one that was started does, and is emptied first.
      setCondition(name, .joining, "its engine is responding again")
    case .joining:
      if !holds(.fencing) || (isFresh && unwanted(on: name).isEmpty) { setCondition(name, .ready) }
    }
    if isFirst { needsPass = true }
    noteDoubt()
  }

  /// A replica stays healthy while it runs; one that ended is attended to.
  private mutating func merge(_ reported: [ReportedReplica], into name: String) {
    guard let node = observed.nodes[name] else { return }
    var merged = reported.map(ObservedReplica.init).sorted { $0.id < $1.id }
    for index in merged.indices {
      let replica = merged[index]
      if let known = node.replicas.first(where: { $0.id == replica.id }) {
        merged[index].isHealthy = replica.isRunning && known.isRunning && known.isHealthy
        merged[index].isStopping = known.isStopping
        merged[index].checkFailure = known.checkFailure
        merged[index].failedChecks = known.failedChecks
        // The list may lag an event that said it ended.
        if !known.isRunning { merged[index].isRunning = false }
        merged[index].exitCode = replica.exitCode ?? known.exitCode
      }
    }
    guard merged != node.replicas else { return }
    observed.nodes[name]?.replicas = merged
    needsPass = true
    for known in node.replicas where known.isRunning {
      let present = merged.first { $0.id == known.id }
      if present?.isRunning != true { replicaEnded(present ?? known, on: name) }
    }
  }

  mutating func take(_ event: ReplicaEvent, on address: NodeAddress) {
    let name = address.name
    guard let node = observed.nodes[name], endings[name] == nil,
      node.container?.incarnation == address.incarnation
    else { return }
    if case .ended(let container, let code) = event,
      let index = node.replicas.firstIndex(where: { $0.id == container && $0.isRunning })
    {
      observed.nodes[name]?.replicas[index].isRunning = false
      observed.nodes[name]?.replicas[index].isHealthy = false
      observed.nodes[name]?.replicas[index].exitCode = code
      needsPass = true
      var replica = node.replicas[index]
      replica.exitCode = code
      replicaEnded(replica, on: name)
    }
    probe(name)
  }

  // MARK: Silence

  private mutating func missed(_ name: String, _ error: HydraError, begun: Duration) {
    guard let node = observed.nodes[name] else { return }
    // This process was held up in the meantime: it may be the one that did not listen.
    if now.uptime - heldUp < timings.silence, begun <= heldUp { return }
    observed.nodes[name]?.missed += 1
    if isDoubtful() { doubtedAt = now.uptime }
    let since = node.lastGood?.uptime ?? node.since.uptime
    switch node.condition {
    case .ready, .suspect:
      let verdict = Detector.verdict(
        missed: node.missed + 1, lastGood: since, now: now.uptime, isReceiving: isReceiving(name), timings)
      let isDown = verdict == .down || !holds(.suspicion)
      if isDown, !isDoubtful() || !holds(.selfDoubt) {
        markDown(name, "its engine is not responding: \(error.message)")
      } else {
        if node.condition == .ready { setCondition(name, .suspect, "its engine missed a probe: \(error.message)") }
        if isDown { observed.nodes[name]?.reason = "its engine is not responding: \(error.message)" }
      }
      noteDoubt()
    case .joining:
      if let limit = joinLimit(name, node), now.uptime - since >= limit, node.missed + 1 >= timings.missesUntilDown,
        holds(.settling)
      {
        markDown(name, "its engine is not responding: \(error.message)")
      }
    case .down, .removing: break
    }
  }

  /// How long a node that joins may be silent: one that joins for the first time has a request that watches over it.
  private func joinLimit(_ name: String, _ node: ObservedNode) -> Duration? {
    guard desired.nodes[name]?.phase != .joining else { return nil }
    if node.wasDown { return timings.join }
    return isDoubtful() && holds(.selfDoubt) ? timings.doubt : timings.settling
  }

  private func isReceiving(_ name: String) -> Bool {
    busy.keys.contains { if case .image(_, node: name) = $0 { true } else { false } }
  }

  /// Whether it is rather this side that hears nothing. Also from the start on: a node that was not heard yet counts.
  func isDoubtful() -> Bool {
    var (watched, silent, first) = (0, 0, now.uptime)
    for (name, node) in observed.nodes {
      switch node.condition {
      case .ready, .suspect: break
      case .joining where !node.wasDown && desired.nodes[name]?.phase != .joining: break
      case .joining, .down, .removing: continue
      }
      // One that was not asked yet, or not lately because it is being removed, says nothing.
      guard node.missed > 0 || node.lastGood.map({ now.uptime - $0.uptime < timings.silence }) == true else { continue }
      watched += 1
      guard node.missed > 0 else { continue }
      silent += 1
      first = min(first, node.lastGood?.uptime ?? node.since.uptime)
    }
    guard watched > 0 else { return false }
    return Detector.isDoubtful(silent: silent, watched: watched, since: first, now: now.uptime, timings)
  }

  /// Says so when most nodes fell silent at once, and when they respond again.
  private mutating func noteDoubt() {
    let silent = observed.nodes.values.count { $0.condition == .suspect }
    let watched = silent + observed.nodes.values.count { $0.condition == .ready }
    let isDoubtful = silent >= 2 && silent * 2 > watched && self.isDoubtful()
    guard isDoubtful != isInDoubt else { return }
    isInDoubt = isDoubtful
    // What failed meanwhile says nothing.
    if !isDoubtful { for name in observed.nodes.keys { forgetFailedChecks(on: name) } }
    if isDoubtful {
      emit(
        .errorReported,
        "\(silent) of \(watched) nodes fell silent at once: this may be the management node's own network, so nothing is moved"
      )
    }
  }

  private mutating func forgetFailedChecks(on name: String) {
    for index in observed.nodes[name]?.replicas.indices ?? 0..<0 {
      observed.nodes[name]?.replicas[index].failedChecks = 0
    }
  }

  // MARK: Conditions

  /// Sets a node's condition; tells about it when it changed.
  mutating func setCondition(_ name: String, _ condition: NodeCondition, _ reason: String? = nil) {
    guard let node = observed.nodes[name] else { return }
    observed.nodes[name]?.reason = reason
    guard node.condition != condition else { return }
    observed.nodes[name]?.condition = condition
    observed.nodes[name]?.since = now
    switch condition {
    case .ready:
      observed.nodes[name]?.wasDown = false
      if node.condition != .suspect { emit(.nodeReady, node: name, "\(name) is ready") }
    case .suspect: emit(.nodeSuspect, node: name, "\(name) is suspect (\(reason ?? "unknown reason"))")
    case .down: emit(.nodeDown, node: name, "\(name) is down (\(reason ?? "unknown reason"))")
    case .joining, .removing: break
    }
    needsPass = true
  }

  /// Takes a node to be down: nothing runs there any more.
  mutating func markDown(_ name: String, _ reason: String) {
    guard let node = observed.nodes[name], node.condition != .down else { return }
    observed.nodes[name]?.wasDown = desired.nodes[name]?.phase != .joining
    // What ended silently ended after the last response.
    let isSilent = node.condition == .suspect || node.condition == .joining
    observed.nodes[name]?.lost = isSilent ? node.lastGood ?? now : now
    observed.nodes[name]?.replicas = []
    observed.nodes[name]?.missed = 0
    generations[name, default: 0] += 1
    for subject in busy.keys.filter({ $0.host == name }).sorted(by: { "\($0)" < "\($1)" }) { abandon(subject) }
    for subject in watches.keys.filter({ $0.host == name }) { unwatch(subject) }
    setCondition(name, .down, reason)
  }
}
