public import HydraModel

extension Controller {
  public func migrate(service alias: String, from: String?, to: String?) async throws -> Migration {
    try requireStarted()
    let record = try existing(service: alias)
    let index = try replicaToMove(record, from: from)
    let target = try target(for: record, to: to)
    let before = record.assignments[index]
    guard let source = before.node else {
      throw HydraError(.conflict, "\(alias).\(before.slot) has no node to move from: it is waiting for a free one")
    }
    change { desired in
      desired.services[alias]?.assignments[index].node = target
      desired.services[alias]?.assignments[index].previous = source
    }
    let id = beginMigration(alias, index, from: source, to: target, reason: "requested", detected: time.now())
    do {
      try await persist()
      return try await until("\(alias).\(before.slot) to be ready on \(target)", within: .seconds(180)) { controller in
        try controller.moved(id, alias, index, target)
      }
    } catch {
      goBack(id, alias, index, to: source, from: target, HydraError.wrapping(error))
      throw error
    }
  }

  private func replicaToMove(_ record: ServiceRecord, from: String?) throws -> Int {
    let alias = record.spec.alias
    guard record.phase == .active else {
      throw HydraError(.conflict, "service '\(alias)' is \(record.phase.rawValue)", remedy: "wait until it is healthy")
    }
    if let from {
      let from = try existing(from).name
      guard let index = record.assignments.firstIndex(where: { $0.node == from }) else {
        throw HydraError(.conflict, "service '\(alias)' has no replica on \(from)")
      }
      try requireSettled(record.assignments[index], alias)
      return index
    }
    let settled = record.assignments.indices.filter {
      record.assignments[$0].previous == nil && record.assignments[$0].node != nil
    }
    let loaded = settled.max { left, right in
      let loads = [left, right].map { record.assignments[$0].node.map { Scheduler.load(of: $0, desired) } ?? 0 }
      return (loads[0], right) < (loads[1], left)
    }
    guard let loaded else {
      throw HydraError(.conflict, "service '\(alias)' has no replica that could be moved now")
    }
    return loaded
  }

  private func requireSettled(_ assignment: Assignment, _ alias: String) throws {
    guard assignment.previous == nil else {
      throw HydraError(.conflict, "\(alias).\(assignment.slot) is already being moved")
    }
  }

  private func target(for record: ServiceRecord, to: String?) throws -> String {
    if let to {
      let node = try existing(to)
      if let obstacle = Scheduler.obstacle(node, for: record, desired: desired, observed: observed) {
        throw HydraError(
          .conflict, "service '\(record.spec.alias)' can't be moved to \(node.name): \(obstacle.text([node.name]))")
      }
      return node.name
    }
    guard let best = Scheduler.freeNodes(for: record.spec.alias, desired: desired, observed: observed).first else {
      throw HydraError(
        .noCapacity, "no node is free for '\(record.spec.alias)': \(obstacles(to: record))",
        remedy: "add one with 'node add'")
    }
    return best
  }

  private func moved(_ id: String, _ alias: String, _ index: Int, _ target: String) throws -> Migration? {
    guard let migration = migrations.first(where: { $0.id == id }) else {
      throw HydraError(.conflict, "migration \(id) was forgotten")
    }
    guard let record = desired.services[alias], record.phase != .removing else {
      throw HydraError(.conflict, "service '\(alias)' was removed while it was being moved")
    }
    let assignment = record.assignments[index]
    if migration.outcome == .done {
      // The old replica has to be gone as well, so that "moved" means moved.
      let old = migration.from.flatMap { observed.nodes[$0] }
      let remains = old?.replicas.values.contains { $0.service == alias && $0.slot == assignment.slot } == true
      return remains && old?.condition != .down ? nil : migration
    }
    guard assignment.node == target else { return nil }
    let subjects: [Action.Subject] = [
      .image(record.spec.image, node: target), .replica(service: alias, slot: assignment.slot, node: target),
    ]
    for subject in subjects {
      if let failure = failures[subject], failure.count >= Controller.deployTries { throw failure.error }
    }
    return nil
  }

  /// Rolls back a move that failed, if the old replica is still there.
  private func goBack(
    _ id: String, _ alias: String, _ index: Int, to source: String, from target: String, _ error: HydraError
  ) {
    guard let assignment = desired.services[alias]?.assignments[index], assignment.migration == id,
      assignment.node == target, assignment.previous == source
    else { return }
    change { desired in
      desired.services[alias]?.assignments[index] = Assignment(slot: assignment.slot, node: source)
    }
    failMigration(id, error)
  }
}
