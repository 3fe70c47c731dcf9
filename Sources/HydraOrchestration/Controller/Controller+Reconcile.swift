import HydraModel
import Logging

extension Controller {
  /// Compares the desired with the observed state once, and starts what is missing.
  func pass() async {
    let dead = takeDeadServers()
    async let takenOut: Void = takeOut(dead)
    reschedule()
    await persistBeforeActing()
    await takenOut
    routeIfNeeded()
    for action in Planner.plan(desired: desired, observed: observed) { launch(action) }
    notify()
  }

  // MARK: Proxy first

  /// Routed servers on nodes that are down; they count as not routed from here on.
  private func takeDeadServers() -> [(service: String, node: String)] {
    guard let applied = observed.routing else { return [] }
    let dead = applied.servers(missingFrom: RoutingTable(desired: desired, observed: observed))
      .filter { observed.condition(of: $0.node) == .down }
    for server in dead { observed.routing?.services[server.service]?.servers[server.node] = nil }
    return dead
  }

  private func takeOut(_ servers: [(service: String, node: String)]) async {
    guard !servers.isEmpty else { return }
    do {
      try await proxy.takeOut(servers)
    } catch {
      // The full application that follows does the same, with retries.
      mustReapplyRoutes = true
      logger.warning("dead servers can't be taken out at once: \(HydraError.wrapping(error))")
    }
  }

  // MARK: Decisions

  private func reschedule() {
    let changes = change { desired -> [Scheduler.Change] in
      finishMoves(&desired)
      return Scheduler.assign(&desired, observed: observed)
    }
    for change in changes { noteMigration(change) }
    forgetRemoved()
  }

  /// A move ends once the proxy routes to the new node: then the old one may go.
  private func finishMoves(_ desired: inout DesiredState) {
    for (alias, record) in desired.services {
      for (index, assignment) in record.assignments.enumerated() {
        guard let node = assignment.node, observed.routing?.routes(alias, to: node) == true else { continue }
        desired.services[alias]?.assignments[index].previous = nil
        if let migration = assignment.migration {
          desired.services[alias]?.assignments[index].migration = nil
          finishMigration(migration)
        }
      }
      if record.phase == .deploying, isComplete(record) {
        desired.services[alias]?.phase = .active
        emit(
          .serviceHealthy, service: alias,
          "service '\(alias)' is healthy: \(record.spec.replicas) of \(record.spec.replicas) ready")
      }
    }
    for (name, node) in desired.nodes where node.phase == .joining && observed.condition(of: name) == .ready {
      desired.nodes[name]?.phase = .active
    }
  }

  func isComplete(_ record: ServiceRecord) -> Bool {
    record.assignments.allSatisfy { assignment in
      assignment.node.map { observed.routing?.routes(record.spec.alias, to: $0) == true } == true
    }
  }

  /// A removed service is forgotten once nothing of it runs or is routed; nodes that are down are emptied when they come back.
  private func forgetRemoved() {
    for (alias, record) in desired.services where record.phase == .removing {
      let remains = observed.nodes.values.contains { node in
        node.condition != .down && node.replicas.values.contains { $0.service == alias }
      }
      guard !remains, observed.routing?.services[alias] == nil, !hasRunningAction(on: alias) else { continue }
      change { $0.services[alias] = nil }
      failures = failures.filter { !$0.key.isReplica(of: alias) }
      emit(.serviceRemoved, service: alias, "service '\(alias)' was removed")
    }
  }

  private func hasRunningAction(on alias: String) -> Bool {
    running.keys.contains { $0.isReplica(of: alias) }
  }

  /// Decisions are saved before they are acted upon. A store that does not answer must not stop a failover, though:
  /// acting on an unsaved decision is safe, because a controller that starts from the older state decides anew and
  /// stops what that does not want.
  private func persistBeforeActing() async {
    guard savedRevision < revision else { return }
    let hadProblem = storeProblem != nil
    do {
      try await persist()
    } catch {
      if !hadProblem {
        emit(.errorReported, "\(HydraError.wrapping(error).message); continuing with the last known state")
      }
      wake(after: .seconds(1))
    }
  }

  // MARK: Routes

  private func routeIfNeeded() {
    let table = RoutingTable(desired: desired, observed: observed)
    guard !isApplyingRoutes, mustReapplyRoutes || table != observed.routing else { return }
    isApplyingRoutes = true
    mustReapplyRoutes = false
    Task {
      do {
        try await proxy.apply(table)
        routesApplied(table)
      } catch {
        routesFailed(HydraError.wrapping(error))
      }
    }
  }

  private func routesApplied(_ table: RoutingTable) {
    isApplyingRoutes = false
    proxyProblem = nil
    // A node may have died meanwhile: its servers are taken out by the next pass, which compares with this table.
    observed.routing = table
    wake()
  }

  private func routesFailed(_ error: HydraError) {
    isApplyingRoutes = false
    mustReapplyRoutes = true
    if proxyProblem == nil { emit(.errorReported, "the proxy can't be changed: \(error.message)") }
    proxyProblem = error
    wake(after: .milliseconds(250))
    notify()
  }

  /// Asks for a pass later.
  func wake(after pause: Duration) {
    Task { [time] in
      try await time.sleep(pause)
      self.wake()
    }
  }

  // MARK: Resync

  func resyncForever() async {
    while !Task.isCancelled {
      try? await time.sleep(.seconds(5))
      await refreshNodes()
      mustReapplyRoutes = true
      wake()
    }
  }
}

extension Action.Subject {
  func isReplica(of alias: String) -> Bool {
    if case .replica(let service, _, _) = self { return service == alias }
    return false
  }

  func isOn(_ name: String) -> Bool {
    switch self {
    case .node: false
    case .image(_, let node), .replica(_, _, let node), .container(_, let node): node == name
    }
  }
}
