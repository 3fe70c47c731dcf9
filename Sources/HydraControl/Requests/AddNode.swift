public import HydraModel

extension AddNode: Work {
  public func limit(_ timings: Timings) -> Duration { timings.join }
  public func condition(_ request: RequestRecord) -> String { "\(request.subject ?? "the node") to be ready" }

  public func begin(_ core: inout ControlCore, _ request: inout RequestRecord) throws(HydraError) -> [Change] {
    try HydraError.throwIfAny(spec.problems())
    let state = core.projected
    guard state.nodes.count < ClusterLimits.maximumNodes else {
      throw HydraError(
        .conflict, "the cluster has \(state.nodes.count) nodes, the maximum is \(ClusterLimits.maximumNodes)")
    }
    let record = NodeRecord(index: state.nextNode, spec: spec, added: core.now.date)
    request.subject = record.name
    return [.addNode(record)]
  }

  public func committed(_ core: inout ControlCore, _ request: RequestRecord) {
    guard let name = request.subject else { return }
    core.emit(.nodeAdded, node: name, "\(name) is being added")
  }

  public func advance(_ core: ControlCore, _ request: RequestRecord) throws(HydraError) -> Answer? {
    guard let name = request.subject, let record = core.desired.nodes[name], record.phase != .removing else {
      throw HydraError(.conflict, "\(request.subject ?? "the node") was removed while it was being added")
    }
    if let failure = core.failures[.node(name)], failure.count >= core.timings.tries { throw failure.error }
    if case .exited(let code) = core.observed.nodes[name]?.container?.state, record.phase == .joining {
      throw HydraError(.failed, "\(name) ended with exit code \(code) while it started")
    }
    return core.observed.condition(of: name) == .ready ? core.nodeState(record) : nil
  }

  public func witness(_ error: HydraError, _ request: RequestRecord) -> String? {
    error.code == .failed || error.code == .timeout ? request.subject : nil
  }

  public func undo(_ core: inout ControlCore, _ request: RequestRecord, _ error: HydraError) -> [Change]? {
    guard let name = request.subject else { return [] }
    core.failures[.node(name)] = nil
    // It may have run something already.
    let slots = core.projected.orderedServices.flatMap { record in
      record.slots.filter { $0.tasks.contains { $0.node == name } }.map { SlotName(record.spec.alias, $0.number) }
    }
    return [.setNode(name, .removing)] + (slots.isEmpty ? [] : [.abandon(node: name, slots: slots)])
  }

  public func isUndone(_ core: ControlCore, _ request: RequestRecord) -> Bool {
    request.subject.map { core.desired.nodes[$0] == nil } ?? true
  }
}
