public import HydraModel

extension KillNode: NodeWork {
  public func limit(_ timings: Timings) -> Duration { timings.kill }
  public func condition(_ request: RequestRecord) -> String { "\(request.subject ?? node) to be down" }

  public func begin(_ core: inout ControlCore, _ request: inout RequestRecord) throws(HydraError) -> [Change] {
    let record = try core.existing(node)
    request.subject = record.name
    guard let seen = core.observed.nodes[record.name], let container = seen.container else {
      throw HydraError(.conflict, "\(record.name) has no container yet", remedy: "wait until it is ready")
    }
    if case .exited = container.state, seen.condition == .down {
      throw HydraError(
        .conflict, "\(record.name) is already down", remedy: "start it with 'node start \(record.name)'")
    }
    return []
  }

  func effect(on node: String) -> Effect.Kind { .halt(node, .kill) }

  public func advance(_ core: ControlCore, _ request: RequestRecord) throws(HydraError) -> Answer? {
    let record = try core.node(of: request)
    guard let seen = core.observed.nodes[record.name], seen.condition == .down else { return nil }
    switch seen.container?.state {
    case .running where core.endings[record.name] == nil, .paused: return nil
    default: return core.nodeState(record)
    }
  }
}
