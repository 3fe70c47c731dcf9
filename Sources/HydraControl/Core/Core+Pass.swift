import HydraModel

extension ControlCore {
  /// Compares the desired with the observed state once, and starts what is missing.
  mutating func pass() {
    needsPass = false
    guard startProblem == nil else { return }
    takeOutDead()
    followFacts()
    decide()
    forgetRemoved()
    route()
    let planner = Planner(
      desired: desired, observed: observed, isProxyAway: parts[.proxy] != nil, disabled: disabled)
    for action in planner.plan() { launch(action) }
    jobs.mustLook = true
  }

  // MARK: Facts

  /// What was observed changes what is desired: a move ends once the proxy routes to the new node, then the old one may go.
  private mutating func followFacts() {
    for (alias, record) in desired.services.sorted(by: { $0.key < $1.key }) {
      for (index, slot) in record.slots.enumerated() { follow(alias, index, slot) }
      guard record.phase == .deploying, isComplete(alias) else { continue }
      self.record { $0.services[alias]?.phase = .active }
      let count = record.spec.replicas
      emit(.serviceHealthy, service: alias, "service '\(alias)' is healthy: \(count) of \(count) ready")
    }
    for (name, node) in desired.nodes.sorted(by: { $0.key < $1.key })
    where node.phase == .joining && observed.condition(of: name) == .ready {
      record { $0.nodes[name]?.phase = .active }
    }
  }

  private mutating func follow(_ alias: String, _ index: Int, _ slot: Slot) {
    if dropStaleMigration(alias, index, slot) { return needsPass = true }
    guard let place = slot.place, isRouted(alias, slot.number, to: place) else { return }
    if slot.arriving != nil {
      record { desired in
        guard var slot = desired.services[alias]?.slots[index] else { return }
        for task in slot.tasks.indices {
          slot.tasks[task].role = slot.tasks[task].role == .arriving ? .serving : .leaving
        }
        desired.services[alias]?.slots[index] = slot
      }
    }
    if let migration = slot.migration {
      record { $0.services[alias]?.slots[index].migration = nil }
      finishMigration(migration)
    }
  }

  /// A move whose new node was lost, or that was given up, while the old replica serves on.
  private mutating func dropStaleMigration(_ alias: String, _ index: Int, _ slot: Slot) -> Bool {
    guard let id = slot.migration, let migration = migrations.first(where: { $0.id == id }), migration.to != slot.place
    else { return false }
    failMigration(id, HydraError(.failed, "\(migration.to ?? "its new node") was lost"))
    record { $0.services[alias]?.slots[index].migration = nil }
    return true
  }

  func isComplete(_ alias: String) -> Bool {
    desired.services[alias]?.slots.allSatisfy { slot in
      slot.serving.map { isRouted(alias, slot.number, to: $0) } == true
    } == true
  }

  /// Whether the proxy sends requests to this replica on `node`. A server has the name of its node alone: it may be that of another
  /// replica, which is leaving.
  private func isRouted(_ alias: String, _ slot: Int, to node: String) -> Bool {
    guard observed.routing.routes(alias, to: node), let record = desired.services[alias],
      let replica = observed.replica(record, slot, on: node)
    else { return false }
    return replica.isRunning && replica.isHealthy
  }

  /// A removed service is forgotten once nothing of it runs or is routed; nodes that are down are emptied when they return.
  private mutating func forgetRemoved() {
    for (alias, record) in desired.services.sorted(by: { $0.key < $1.key }) where record.phase == .removing {
      let remains = observed.nodes.values.contains { node in
        node.condition != .down && node.replicas.contains { $0.service == alias }
      }
      guard !remains, observed.isRoutingKnown, observed.routing.services[alias] == nil,
        !observed.attempted.contains(where: { $0.service == alias }),
        !busy.keys.contains(where: { $0.service == alias })
      else {
        continue
      }
      self.record { $0.services[alias] = nil }
      failures = failures.filter { $0.key.service != alias }
      avoided[alias] = nil
      emit(.serviceRemoved, service: alias, "service '\(alias)' was removed")
    }
  }

  // MARK: Decisions

  var scheduler: Scheduler {
    var avoidedNow: [String: Set<String>] = [:]
    for (alias, nodes) in avoided {
      let still = nodes.filter { $0.value > now.uptime }.keys
      if !still.isEmpty { avoidedNow[alias] = Set(still) }
    }
    let accepted = holds(.countsAccepted) && !saver.proposals.isEmpty ? projected : nil
    return Scheduler(observed: observed, avoided: avoidedNow, accepted: accepted, disabled: disabled)
  }

  private mutating func decide() {
    let scheduler = scheduler
    var next = desired
    let changes = scheduler.replaceLost(&next)
    if next != desired { record { $0 = next } }
    for change in changes { noteMigration(change) }
    let pending = saver.pendingMoves
    for change in scheduler.emptying(projected) {
      let name = SlotName(change.service, change.slot)
      guard !pending.contains(name), let target = change.to else { continue }
      let reason = "\(change.from ?? "its node") is being removed"
      let id = beginMigration(name, from: change.from, to: target, reason: reason, detected: now)
      propose([.arrive(name, to: target, migration: id)], for: nil)
    }
  }

  func unwanted(on node: String) -> [ObservedReplica] { Planner.unwanted(on: node, desired, observed) }
}
