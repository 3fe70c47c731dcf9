import FoundationEssentials
public import HydraModel

extension AddService: Work {
  public var needs: [Part] { [.proxy] }
  /// What is being removed is waited for: it may be what an earlier try of this request left behind.
  public func canBegin(_ core: ControlCore) -> Bool {
    core.isSettled && core.projected.services[spec.alias]?.phase != .removing
  }
  public func limit(_ timings: Timings) -> Duration { spec.within.map { .seconds($0) } ?? timings.deploy }
  public func condition(_ request: RequestRecord) -> String { "service '\(spec.alias)' to be ready" }

  public func begin(_ core: inout ControlCore, _ request: inout RequestRecord) throws(HydraError) -> [Change] {
    try HydraError.throwIfAny(spec.problems())
    var state = core.projected
    guard state.services[spec.alias] == nil else {
      throw HydraError(
        .conflict, "service '\(spec.alias)' already exists",
        remedy: "remove it with 'service remove \(spec.alias)' or choose another alias")
    }
    var record = ServiceRecord(spec: spec, added: core.now.date)
    try requireRoom(record, core, state)
    // The nodes are chosen now, so that they are taken for whoever asks next.
    let scheduler = core.scheduler
    for index in record.slots.indices {
      state.services[spec.alias] = record
      guard let node = scheduler.freeNodes(for: spec.alias, state).first else { break }
      record.slots[index].tasks = [ReplicaTask(node, .serving)]
    }
    request.subject = spec.alias
    return [.addService(record)]
  }

  private func requireRoom(_ record: ServiceRecord, _ core: ControlCore, _ state: DesiredState) throws(HydraError) {
    let scheduler = core.scheduler
    let free = state.nodes.values.count { scheduler.obstacle($0, for: record, state) == nil }
    guard free < spec.replicas else { return }
    let needed =
      spec.replicas == 1 ? "1 replica needs a free node" : "\(spec.replicas) replicas need \(spec.replicas) free nodes"
    let available = free == 0 ? "none is free" : free == 1 ? "only 1 is free" : "only \(free) are free"
    let reasons =
      state.nodes.isEmpty || free < state.nodes.count ? " (\(scheduler.obstacles(to: record, state)))" : ""
    throw HydraError(
      .noCapacity, "service '\(spec.alias)': \(needed); \(available)\(reasons)",
      remedy: "add nodes with 'node add', or request fewer replicas")
  }

  public func committed(_ core: inout ControlCore, _ request: RequestRecord) {
    core.emit(.serviceAdded, service: spec.alias, "service '\(spec.alias)' is being deployed")
  }

  public func advance(_ core: ControlCore, _ request: RequestRecord) throws(HydraError) -> Answer? {
    guard let record = core.desired.services[spec.alias], record.phase != .removing else {
      throw HydraError(.conflict, "service '\(spec.alias)' was removed while it was being deployed")
    }
    if record.phase == .active { return core.serviceState(record) }
    for slot in record.slots {
      let name = SlotName(spec.alias, slot.number)
      if let node = slot.serving, core.observed.condition(of: node) == .ready,
        let failure = core.failures[.image(spec.image, node: node)],
        failure.error.code == .imageUnavailable || failure.count >= core.timings.tries
      {
        throw failure.error
      }
      let attempts = core.attempts(name)
      if attempts >= core.timings.tries, var error = core.lastFailure(name) {
        error.message += " (\(attempts) attempts)"
        throw error
      }
    }
    return nil
  }

  /// `error`, with what held the deployment up and how long it took.
  public func explained(_ error: HydraError, _ core: ControlCore, _ request: RequestRecord) -> HydraError {
    guard error.code != .cancelled, let record = core.desired.services[spec.alias] else { return error }
    var error = error
    if error.code == .timeout {
      if let reason = core.serviceState(record).reason { error.message += ": \(reason)" }
      return error
    }
    let seconds = Int(core.now.date.timeIntervalSince(request.begun).rounded(.up))
    error.message = "service '\(spec.alias)' failed to deploy in \(max(1, seconds)) s: \(error.message)"
    return error
  }

  public func undo(_ core: inout ControlCore, _ request: RequestRecord, _ error: HydraError) -> [Change]? {
    [.setService(spec.alias, .removing)]
  }

  public func isUndone(_ core: ControlCore, _ request: RequestRecord) -> Bool {
    core.desired.services[spec.alias] == nil
  }
}
