public import HydraModel

extension PauseNode: NodeWork {
  public func limit(_ timings: Timings) -> Duration { timings.kill }
  public func condition(_ request: RequestRecord) -> String { "\(request.subject ?? node) to be paused" }

  public func begin(_ core: inout ControlCore, _ request: inout RequestRecord) throws(HydraError) -> [Change] {
    let name = try core.existing(node).name
    request.subject = name
    switch core.observed.nodes[name]?.container?.state {
    case .running where core.endings[name] == nil: return []
    case .paused:
      throw HydraError(.conflict, "\(name) is already paused", remedy: "let it go on with 'node unpause \(name)'")
    case .exited, .passing, .running:
      throw HydraError(.conflict, "\(name) is not running", remedy: "start it with 'node start \(name)'")
    case .created, nil:
      throw HydraError(.conflict, "\(name) has no running container yet", remedy: "wait until it is ready")
    }
  }

  func effect(on node: String) -> Effect.Kind { .halt(node, .pause) }

  public func advance(_ core: ControlCore, _ request: RequestRecord) throws(HydraError) -> Answer? {
    let record = try core.node(of: request)
    guard let seen = core.observed.nodes[record.name], seen.condition == .down else { return nil }
    if case .exited = seen.container?.state {
      throw HydraError(
        .failed, "\(record.name) ended while it was being paused: \(seen.reason ?? "for an unknown reason")")
    }
    return seen.container?.state == .paused ? core.nodeState(record) : nil
  }
}

extension UnpauseNode: NodeWork {
  public func limit(_ timings: Timings) -> Duration { timings.join }
  public func condition(_ request: RequestRecord) -> String { "\(request.subject ?? node) to be ready" }

  public func begin(_ core: inout ControlCore, _ request: inout RequestRecord) throws(HydraError) -> [Change] {
    let name = try core.existing(node).name
    request.subject = name
    guard core.observed.nodes[name]?.container?.state == .paused else {
      throw HydraError(.conflict, "\(name) is not paused")
    }
    return []
  }

  func effect(on node: String) -> Effect.Kind { .startNode(node) }

  public func advance(_ core: ControlCore, _ request: RequestRecord) throws(HydraError) -> Answer? {
    let record = try core.node(of: request)
    if case .exited = core.observed.nodes[record.name]?.container?.state {
      throw HydraError(.failed, "\(record.name) ended while it was being unpaused")
    }
    return core.observed.condition(of: record.name) == .ready ? core.nodeState(record) : nil
  }
}
