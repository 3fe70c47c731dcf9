public import HydraModel

extension RemoveNode: Work {
  public func canBegin(_ core: ControlCore) -> Bool { core.isSettled }
  public func limit(_ timings: Timings) -> Duration { timings.removeNode }
  public func condition(_ request: RequestRecord) -> String { "\(request.subject ?? node) to be removed" }

  public func begin(_ core: inout ControlCore, _ request: inout RequestRecord) throws(HydraError) -> [Change] {
    let record = try core.existing(node)
    request.subject = record.name
    // A removal that is accepted, and not saved yet, may still be dropped.
    if core.desired.nodes[record.name]?.phase == .removing { return [] }
    let stranded = stranded(record.name, core)
    if let first = stranded.first, !force {
      throw HydraError(
        .noCapacity, "\(record.name) can't be emptied: no other node is free for '\(first.service)'",
        remedy: "add a node first, or remove it anyway with --force")
    }
    return [.setNode(record.name, .removing)] + (stranded.isEmpty ? [] : [.abandon(node: record.name, slots: stranded)])
  }

  /// Replicas of `name` that no other node has room for.
  private func stranded(_ name: String, _ core: ControlCore) -> [SlotName] {
    var trial = core.projected
    trial.nodes[name]?.phase = .removing
    let scheduler = core.scheduler
    _ = scheduler.replaceLost(&trial)
    for change in scheduler.emptying(trial) {
      guard let target = change.to else { continue }
      Change.arrive(SlotName(change.service, change.slot), to: target, migration: "").apply(to: &trial)
    }
    return trial.orderedServices.filter { $0.phase != .removing }.flatMap { record in
      record.slots.filter { $0.serving == name && $0.arriving == nil }.map { SlotName(record.spec.alias, $0.number) }
    }
  }

  public func advance(_ core: ControlCore, _ request: RequestRecord) throws(HydraError) -> Answer? {
    guard let name = request.subject, core.desired.nodes[name] != nil else {
      return Removed(request.subject ?? node)
    }
    if let failure = core.failures[.node(name)], failure.count >= core.timings.tries { throw failure.error }
    return nil
  }

  /// What was moved stays where it is; the node goes on serving the rest. Once its container is being removed there is no
  /// way back.
  public func undo(_ core: inout ControlCore, _ request: RequestRecord, _ error: HydraError) -> [Change]? {
    guard let name = request.subject, let record = core.desired.nodes[name] else { return [] }
    if core.hasTwin(request) { return [] }
    if core.busy[.node(name)] != nil || core.observed.nodes[name]?.container == nil { return nil }
    guard record.phase == .removing, core.failures[.node(name)] == nil else { return nil }
    return [.setNode(name, .active)]
  }

  public func isUndone(_ core: ControlCore, _ request: RequestRecord) -> Bool {
    request.subject.flatMap { core.desired.nodes[$0] }.map { $0.phase != .removing } ?? true
  }
}
