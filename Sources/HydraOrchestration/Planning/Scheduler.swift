public import HydraModel

/// Decides which node each replica runs on. Pure: the same state gives the same result.
public enum Scheduler {
  /// A replica that got another node, or lost its node without getting one.
  public struct Change: Sendable, Equatable {
    /// The service.
    public var service: String
    /// The replica.
    public var slot: Int
    /// The node it had.
    public var from: String?
    /// The node it has now; nil when none is free.
    public var to: String?
    /// Whether the old one keeps serving until the new one is routed.
    public var isGraceful: Bool
  }

  /// Gives every replica without a usable node a free one, changing `desired`; returns what changed, in order.
  ///
  /// A node is usable for what it already has unless it is down or being removed. A node is free for a replica when
  /// it is ready, active or joining for the first time, has no replica of the same service, and nobody has the
  /// service's node port there. Among the free the one with the fewest replicas wins, then the one with the lowest
  /// number.
  public static func assign(_ desired: inout DesiredState, observed: ObservedState) -> [Change] {
    var changes: [Change] = []
    for alias in desired.services.keys.sorted() {
      guard let record = desired.services[alias], record.phase != .removing else { continue }
      for index in record.assignments.indices {
        if let change = reassign(alias, index, &desired, observed) { changes.append(change) }
      }
    }
    return changes
  }

  private static func reassign(
    _ alias: String, _ index: Int, _ desired: inout DesiredState, _ observed: ObservedState
  ) -> Change? {
    guard let assignment = desired.services[alias]?.assignments[index] else { return nil }
    if let previous = assignment.previous, !isAlive(previous, desired, observed) {
      desired.services[alias]?.assignments[index].previous = nil
    }
    if let node = assignment.node, isAlive(node, desired, observed), desired.nodes[node]?.phase != .removing {
      return nil
    }
    let target = freeNodes(for: alias, desired: desired, observed: observed).first
    guard target != assignment.node else { return nil }
    let leaving = assignment.node.flatMap { isAlive($0, desired, observed) ? $0 : nil } ?? assignment.previous
    // A node that is being removed keeps its replica while there is nowhere to go.
    if target == nil, let node = assignment.node, isAlive(node, desired, observed) { return nil }
    let isGraceful = target != nil && leaving.map { isAlive($0, desired, observed) } == true
    desired.services[alias]?.assignments[index].node = target
    desired.services[alias]?.assignments[index].previous = isGraceful ? leaving : nil
    return Change(
      service: alias, slot: assignment.slot, from: assignment.node, to: target, isGraceful: isGraceful)
  }

  /// Nodes that can take one more replica of `alias`, best first.
  public static func freeNodes(for alias: String, desired: DesiredState, observed: ObservedState) -> [String] {
    guard let record = desired.services[alias] else { return [] }
    return desired.orderedNodes
      .filter { isFree($0, for: record, desired: desired, observed: observed) }
      .map { (node: $0, load: load(of: $0.name, desired)) }
      .sorted { ($0.load, $0.node.index) < ($1.load, $1.node.index) }
      .map(\.node.name)
  }

  /// Why a node can't take a replica.
  public enum Obstacle: Hashable, Sendable {
    case isBeingRemoved
    case isNotReady(NodeCondition)
    case runs(String)
    case portIsTaken(Int, by: String)

    /// What is in the way on `nodes`, of which there is at least one: `node-1…node-9 (9) already run 'web'`.
    public func text(_ nodes: [String]) -> String {
      let names = CountedNames.text(nodes, separator: ", ")
      let are = nodes.count == 1 ? "is" : "are"
      switch self {
      case .isBeingRemoved: return "\(names) \(are) being removed"
      case .isNotReady(let condition): return "\(names) \(are) \(condition.rawValue)"
      case .runs(let alias): return "\(names) already \(nodes.count == 1 ? "runs" : "run") '\(alias)'"
      case .portIsTaken(let port, let holder): return "node port \(port) is taken by '\(holder)' on \(names)"
      }
    }
  }

  /// Why `node` can't take a replica of `record`; nil when it can.
  public static func obstacle(
    _ node: NodeRecord, for record: ServiceRecord, desired: DesiredState, observed: ObservedState
  ) -> Obstacle? {
    if node.phase == .removing { return .isBeingRemoved }
    let condition = observed.condition(of: node.name)
    if condition != .ready { return .isNotReady(condition) }
    if record.occupiedNodes.contains(node.name) { return .runs(record.spec.alias) }
    let holder = desired.services(on: node.name).first { $0.spec.nodePort == record.spec.nodePort }
    return holder.map { .portIsTaken(record.spec.nodePort, by: $0.spec.alias) }
  }

  private static func isFree(
    _ node: NodeRecord, for record: ServiceRecord, desired: DesiredState, observed: ObservedState
  ) -> Bool {
    obstacle(node, for: record, desired: desired, observed: observed) == nil
  }

  /// Whether what runs on `node` keeps running: a node that came back is emptied first, so a joining
  /// node that had been active holds nothing.
  private static func isAlive(_ node: String, _ desired: DesiredState, _ observed: ObservedState) -> Bool {
    guard desired.nodes[node] != nil else { return false }
    switch observed.condition(of: node) {
    case .ready, .suspect, .removing: return true
    case .down: return false
    // After a restart of the management node every node is joining until it was asked: nothing is moved before that.
    case .joining: return observed.nodes[node]?.wasDown != true
    }
  }

  /// How many replicas run, or are to run, on `node`.
  public static func load(of node: String, _ desired: DesiredState) -> Int {
    desired.services.values.reduce(0) { sum, record in
      sum + record.assignments.count { $0.node == node || $0.previous == node }
    }
  }
}
