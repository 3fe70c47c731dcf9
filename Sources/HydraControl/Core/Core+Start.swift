import HydraModel

extension ControlCore {
  /// The saved state was read, or could not be.
  mutating func loaded(_ outcome: Outcome) {
    // Of two answers the second comes too late.
    guard startProblem != nil, pendingLoad == nil else { return }
    switch outcome {
    case .loaded(let state, let events):
      pendingLoad = (state, events)
      if state == nil, holds(.emptyStore) {
        // A store that lost its data looks like a new one: only what runs tells the two apart.
        look()
      } else {
        start()
      }
    case .failed(let error):
      let failure = Failure(error, after: loadFailure, now: now.uptime, timings)
      loadFailure = failure
      startProblem = HydraError(
        .unavailable, "the cluster is starting and can't read its state yet: \(error.message)",
        remedy: "is the data node running?")
      partFailed(.data, error)
      timers.set(.load, at: min(failure.retryAt, now.uptime + .seconds(2)))
    default: presume(false, "a load ended in \(outcome)")
    }
  }

  /// With an empty store: what runs is known now.
  mutating func startEmpty(_ containers: [String: ObservedContainer]) {
    guard pendingLoad != nil, startProblem != nil else { return }
    guard containers.isEmpty else {
      let names = CountedNames.text(containers.keys.sorted(), separator: ", ")
      startProblem = HydraError(
        .unavailable,
        "the stored state is empty, but \(names) \(containers.count == 1 ? "exists" : "exist"): the data was lost",
        remedy:
          "restore the volume of '\(self.names.data)', or remove the cluster with 'cluster destroy \(cluster.name)'")
      pendingLoad = nil
      timers.set(.load, at: now.uptime + .seconds(2))
      return
    }
    start()
  }

  private mutating func start() {
    guard let (state, events) = pendingLoad else { return }
    pendingLoad = nil
    let saved = state ?? SavedState()
    desired = saved.desired
    migrations = saved.migrations
    // Whatever an earlier process had begun to route, wherever that was.
    for alias in desired.services.keys {
      for node in desired.nodes.keys { observed.attempted.insert(.init(alias, node)) }
    }
    log.restore(events, reserved: holds(.reservation) ? saved.reservedEvents : 0)
    if !holds(.reservation) { for event in log.reserve(upTo: .max / 2) { tell(.tell(event)) } }
    startProblem = nil
    startedAt = now.uptime
    partWorks(.data)
    saver.note()
    restoreJobs(saved.requests)
    undoOrphans()
    for record in desired.orderedServices where !record.isValid {
      let reason = record.spec.problems().first?.message ?? ""
      emit(.errorReported, service: record.spec.alias, "service '\(record.spec.alias)' can't be routed: \(reason)")
    }
    if state == nil { emit(.clusterStarted, "cluster '\(cluster.name)' started") }
    look()
    timers.set(.look, at: now.uptime + timings.lookPace)
    timers.set(.settled, at: now.uptime + timings.settling)
    timers.set(.routes, at: now.uptime + timings.routesPace)
    routes.mustApply = true
    needsPass = true
  }

  /// A deployment or a joining node without a request has nobody who waits for it or undoes it.
  private mutating func undoOrphans() {
    let subjects = Set(jobs.all.compactMap(\.record.subject))
    for (alias, record) in desired.services where record.phase == .deploying && !subjects.contains(alias) {
      desired.services[alias]?.phase = .removing
    }
    for (name, record) in desired.nodes where record.phase == .joining && !subjects.contains(name) {
      desired.nodes[name]?.phase = .removing
    }
  }

  /// Whether the first table of routes can be told without taking away what works: every node that may run something was
  /// asked, or had its time, and every replica that runs on one that responds was checked.
  var canRoute: Bool {
    guard holds(.keepsRoutes), let startedAt else { return true }
    // Who hears nothing can't tell what works.
    if isInDoubt || isDoubtful() { return now.uptime - startedAt >= timings.doubt }
    let waited = now.uptime - max(startedAt, doubtedAt)
    if waited >= timings.settling * 2 { return true }
    let isLate = waited >= timings.settling
    for record in desired.orderedNodes where desired.services.values.contains(where: { $0.occupies(record.name) }) {
      let name = record.name
      guard let seen = observed.nodes[name] else {
        if isLate { continue }
        return false
      }
      // A node that is ready by now is sure to have its replicas checked soon.
      if seen.condition == .down || (isLate && seen.condition != .ready) { continue }
      // What failed while it was silent says nothing.
      guard seen.wasAsked, seen.condition != .suspect else { return false }
      for replica in seen.replicas where replica.isRunning && !replica.isHealthy && replica.failedChecks < timings.tries
      {
        if Planner.isWanted(replica, on: name, desired) { return false }
      }
    }
    return true
  }

  /// Whether enough is known after a start to say that there is no room: every node was asked, or had its time.
  var isSettled: Bool {
    guard let startedAt else { return false }
    if now.uptime - startedAt >= timings.settling { return true }
    return desired.nodes.values.allSatisfy { record in
      guard record.phase == .active else { return true }
      guard let seen = observed.nodes[record.name] else { return false }
      return seen.condition != .joining || seen.wasDown
    }
  }
}
