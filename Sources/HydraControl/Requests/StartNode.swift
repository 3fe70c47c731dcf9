public import HydraModel

extension StartNode: NodeWork {
  /// A container that is ending is still running for the engine, which then has nothing to start.
  public func canBegin(_ core: ControlCore) -> Bool { core.endings[core.names.node(node)] == nil }
  public func limit(_ timings: Timings) -> Duration { timings.join }
  public func condition(_ request: RequestRecord) -> String { "\(request.subject ?? node) to be ready" }

  public func begin(_ core: inout ControlCore, _ request: inout RequestRecord) throws(HydraError) -> [Change] {
    let name = try core.existing(node).name
    request.subject = name
    guard let seen = core.observed.nodes[name], let container = seen.container else {
      throw HydraError(
        .conflict, "the container of \(name) is gone",
        remedy: "remove the node with 'node remove \(name)' and add another")
    }
    guard container.state == .running, core.endings[name] == nil else { return [] }
    switch seen.condition {
    case .ready, .suspect, .removing: throw HydraError(.conflict, "\(name) is already running")
    case .down:
      throw HydraError(
        .conflict, "\(name) is running, but \(seen.reason ?? "its engine is not responding")",
        remedy: "kill it with 'node kill \(name)', then start it")
    case .joining: return []
    }
  }

  func effect(on node: String) -> Effect.Kind { .startNode(node) }

  public func advance(_ core: ControlCore, _ request: RequestRecord) throws(HydraError) -> Answer? {
    let record = try core.node(of: request)
    return core.observed.condition(of: record.name) == .ready ? core.nodeState(record) : nil
  }
}
