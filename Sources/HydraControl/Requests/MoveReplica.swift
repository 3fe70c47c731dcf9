public import HydraModel

extension MoveReplica: Work {
  public var needs: [Part] { [.proxy] }
  public func canBegin(_ core: ControlCore) -> Bool { core.isSettled }
  public func limit(_ timings: Timings) -> Duration { timings.move }
  public func condition(_ request: RequestRecord) -> String { "a replica of '\(service)' to be moved" }

  public func begin(_ core: inout ControlCore, _ request: inout RequestRecord) throws(HydraError) -> [Change] {
    let record = try core.existing(service: service)
    guard record.phase == .active else {
      throw HydraError(
        .conflict, "service '\(service)' is \(record.phase.rawValue)", remedy: "wait until it is healthy")
    }
    let (slot, source) = try chosen(record, core)
    let target = try target(record, core)
    let name = SlotName(service, slot.number)
    let id = core.beginMigration(name, from: source, to: target, reason: "requested", detected: core.now)
    request.subject = id
    return [.arrive(name, to: target, migration: id)]
  }

  private func chosen(_ record: ServiceRecord, _ core: ControlCore) throws(HydraError) -> (Slot, String) {
    if let from {
      let from = try core.existing(from).name
      guard let slot = record.slots.first(where: { $0.place == from || $0.serving == from }) else {
        throw HydraError(.conflict, "service '\(service)' has no replica on \(from)")
      }
      guard slot.tasks.count == 1 else {
        throw HydraError(.conflict, "\(service).\(slot.number) is already being moved")
      }
      return (slot, from)
    }
    let state = core.projected
    var best: (slot: Slot, node: String, load: Int)?
    for slot in record.slots where slot.tasks.count == 1 {
      guard let node = slot.serving else { continue }
      let load = Scheduler.load(of: node, state)
      if best.map({ load > $0.load }) ?? true { best = (slot, node, load) }
    }
    guard let best else {
      throw HydraError(.conflict, "service '\(service)' has no replica that could be moved now")
    }
    return (best.slot, best.node)
  }

  private func target(_ record: ServiceRecord, _ core: ControlCore) throws(HydraError) -> String {
    let state = core.projected
    let scheduler = core.scheduler
    if let to {
      let node = try core.existing(to)
      if let obstacle = scheduler.obstacle(node, for: record, state) {
        throw HydraError(
          .conflict, "service '\(service)' can't be moved to \(node.name): \(obstacle.text([node.name]))")
      }
      return node.name
    }
    guard let best = scheduler.freeNodes(for: service, state).first else {
      throw HydraError(
        .noCapacity, "no node is free for '\(service)': \(scheduler.obstacles(to: record, state))",
        remedy: "add one with 'node add'")
    }
    return best
  }

  private func migration(_ core: ControlCore, _ request: RequestRecord) -> Migration? {
    core.migrations.last { $0.id == request.subject }
  }

  public func advance(_ core: ControlCore, _ request: RequestRecord) throws(HydraError) -> Answer? {
    guard let migration = migration(core, request) else {
      throw HydraError(.conflict, "migration \(request.subject ?? "") was forgotten")
    }
    guard let record = core.desired.services[service], record.phase != .removing else {
      throw HydraError(.conflict, "service '\(service)' was removed while it was being moved")
    }
    let name = SlotName(service, migration.slot)
    if migration.outcome == .done {
      // The old replica has to be gone as well, so that "moved" means moved.
      return core.desired[name]?.tasks.contains { $0.role == .leaving } == true ? nil : migration
    }
    if migration.outcome == .failed {
      throw HydraError(.failed, "\(name.text) was not moved: \(migration.to ?? "the new node") was lost meanwhile")
    }
    if let to = migration.to, core.desired.nodes[to]?.phase == .removing {
      throw HydraError(.conflict, "\(name.text) was not moved: \(to) is being removed")
    }
    guard let target = migration.to else { return nil }
    for subject in [Subject.image(record.spec.image, node: target), .replica(name, node: target)] {
      if let failure = core.failures[subject], failure.count >= core.timings.tries { throw failure.error }
    }
    return nil
  }

  public func undo(_ core: inout ControlCore, _ request: RequestRecord, _ error: HydraError) -> [Change]? {
    guard let migration = migration(core, request), migration.outcome != .done else { return nil }
    // Back is only where it is known to serve.
    if let target = migration.to, core.knowsHealthy(service, on: target),
      let source = core.desired[SlotName(service, migration.slot)]?.serving, !core.knowsHealthy(service, on: source)
    {
      return nil
    }
    core.failMigration(migration.id, error)
    guard let target = migration.to else { return [] }
    return [.turnBack(SlotName(service, migration.slot), from: target)]
  }

  public func isUndone(_ core: ControlCore, _ request: RequestRecord) -> Bool {
    guard let migration = migration(core, request), let slot = core.desired[SlotName(service, migration.slot)] else {
      return true
    }
    return slot.arriving != migration.to
  }
}
