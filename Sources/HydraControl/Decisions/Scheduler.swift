import HydraModel

/// Decides which node each replica runs on. The same state gives the same result.
struct Scheduler {
  let observed: ObservedState
  /// Nodes on which a service failed to start a moment ago, by service.
  var avoided: [String: Set<String>] = [:]
  /// What will be desired once everything is saved that waits for it: what was accepted is taken.
  var accepted: DesiredState?
  var disabled: Guard?

  /// A replica that got another node, or lost its node without getting one.
  struct Change: Equatable {
    var service: String
    var slot: Int
    var from: String?
    var to: String?
  }

  // MARK: Tasks follow what happened

  /// Brings the tasks of every slot in line with which nodes are alive, and gives each replica that has nowhere to serve a
  /// free node. Returns what was decided anew, in order.
  func replaceLost(_ desired: inout DesiredState) -> [Change] {
    var changes = reclaim(&desired)
    for record in desired.orderedServices where record.phase != .removing {
      for index in record.slots.indices {
        guard let slot = desired.services[record.spec.alias]?.slots[index], needsCare(slot, record, desired) else {
          continue
        }
        if let change = replace(record.spec.alias, index, &desired) { changes.append(change) }
      }
    }
    return changes
  }

  /// A replica that was given up with its node, and still runs on that node now that it stays, stays as well.
  private func reclaim(_ desired: inout DesiredState) -> [Change] {
    var changes: [Change] = []
    for record in desired.orderedServices where record.phase != .removing {
      for (index, slot) in record.slots.enumerated() where slot.tasks.isEmpty {
        let alias = record.spec.alias
        let node = freeNodes(for: alias, desired).first {
          observed.replica(record, slot.number, on: $0)?.isRunning == true
        }
        guard let node else { continue }
        desired.services[alias]?.slots[index].tasks = [ReplicaTask(node, .serving)]
        changes.append(Change(service: alias, slot: slot.number, from: nil, to: node))
      }
    }
    return changes
  }

  /// Whether ``replace`` would change anything: looked at first, because it nearly never would.
  private func needsCare(_ slot: Slot, _ record: ServiceRecord, _ desired: DesiredState) -> Bool {
    guard slot.tasks.count == 1, let task = slot.tasks.first, task.role == .serving else { return true }
    return !isUsable(task.node, desired) || avoided[record.spec.alias]?.contains(task.node) == true
  }

  private func replace(_ alias: String, _ index: Int, _ desired: inout DesiredState) -> Change? {
    guard let record = desired.services[alias] else { return nil }
    let before = record.slots[index]
    var slot = before
    slot.tasks.removeAll { task in
      if !isUsable(task.node, desired) { return true }
      return task.role == .leaving && hasLeft(task.node, record, slot.number)
    }
    if slot.serving == nil, let arriving = slot.tasks.firstIndex(where: { $0.role == .arriving }) {
      slot.tasks[arriving].role = .serving
    }
    desired.services[alias]?.slots[index] = slot
    if let node = slot.serving, avoided[alias]?.contains(node) == true, slot.arriving == nil,
      let other = freeNodes(for: alias, desired).first
    {
      // It never served there: nothing is lost by leaving at once.
      slot.tasks =
        slot.tasks.filter { $0.role != .serving } + [ReplicaTask(node, .leaving), ReplicaTask(other, .serving)]
      desired.services[alias]?.slots[index] = slot
      return Change(service: alias, slot: slot.number, from: node, to: other)
    }
    if slot.serving != nil {
      return before.serving == slot.serving
        ? nil
        : Change(service: alias, slot: slot.number, from: before.serving, to: slot.serving)
    }
    if let node = freeNodes(for: alias, desired).first {
      desired.services[alias]?.slots[index].tasks.append(ReplicaTask(node, .serving))
      return Change(service: alias, slot: slot.number, from: before.serving, to: node)
    }
    return before.serving.map { Change(service: alias, slot: slot.number, from: $0, to: nil) }
  }

  private func isUsable(_ node: String, _ desired: DesiredState) -> Bool {
    desired.nodes[node] != nil && observed.isAlive(node)
  }

  /// Whether a node that was asked runs nothing of a slot any more.
  private func hasLeft(_ node: String, _ record: ServiceRecord, _ slot: Int) -> Bool {
    guard let seen = observed.nodes[node], seen.wasAsked else { return false }
    return !seen.replicas.contains { $0.service == record.spec.alias && $0.slot == slot }
  }

  // MARK: Emptying nodes

  /// Moves that empty nodes which are being removed, as far as there is room.
  func emptying(_ desired: DesiredState) -> [Change] {
    guard desired.nodes.values.contains(where: { $0.phase == .removing }) else { return [] }
    var trial = desired
    var changes: [Change] = []
    for record in desired.orderedServices where record.phase != .removing {
      for (index, slot) in record.slots.enumerated() {
        guard slot.arriving == nil, let node = slot.serving, desired.nodes[node]?.phase == .removing,
          let target = freeNodes(for: record.spec.alias, trial).first
        else { continue }
        trial.services[record.spec.alias]?.slots[index].tasks.append(ReplicaTask(target, .arriving))
        changes.append(Change(service: record.spec.alias, slot: slot.number, from: node, to: target))
      }
    }
    return changes
  }

  // MARK: Room

  /// Nodes that can take one more replica of `alias`, best first: the one with the fewest tasks, then that with the lowest
  /// number.
  func freeNodes(for alias: String, _ desired: DesiredState) -> [String] {
    guard let record = desired.services[alias] else { return [] }
    return desired.nodes.values
      .filter { obstacle($0, for: record, desired) == nil }
      .map { (name: $0.name, index: $0.index, load: Scheduler.load(of: $0.name, desired)) }
      .sorted { ($0.load, $0.index) < ($1.load, $1.index) }
      .map(\.name)
  }

  /// Why `node` can't take a replica of `record`; nil when it can.
  func obstacle(_ node: NodeRecord, for record: ServiceRecord, _ desired: DesiredState) -> Obstacle? {
    if node.phase == .removing || accepted?.nodes[node.name]?.phase == .removing { return .isBeingRemoved }
    let condition = observed.condition(of: node.name)
    if condition != .ready { return .isNotReady(condition) }
    if let obstacle = holder(of: node.name, record, desired) { return obstacle }
    if let accepted, let obstacle = holder(of: node.name, record, accepted) { return obstacle }
    if avoided[record.spec.alias]?.contains(node.name) == true { return .failedThere(record.spec.alias) }
    return nil
  }

  /// Who has the place on `node` already: the service itself, or one with the same port.
  private func holder(of node: String, _ record: ServiceRecord, _ desired: DesiredState) -> Obstacle? {
    if disabled != .distinctNodes, desired.services[record.spec.alias]?.occupies(node) ?? record.occupies(node) {
      return .runs(record.spec.alias)
    }
    guard disabled != .portPerNode else { return nil }
    var holder: String?
    for (alias, other) in desired.services
    where other.spec.nodePort == record.spec.nodePort && alias != record.spec.alias && other.occupies(node) {
      holder = min(holder ?? alias, alias)
    }
    return holder.map { .portIsTaken(record.spec.nodePort, by: $0) }
  }

  /// How many replicas run, or are to run, on `node`.
  static func load(of node: String, _ desired: DesiredState) -> Int {
    var load = 0
    for record in desired.services.values {
      for slot in record.slots { for task in slot.tasks where task.node == node { load += 1 } }
    }
    return load
  }

  /// Why no node can take a replica of `record`, nodes with the same obstacle together.
  func obstacles(to record: ServiceRecord, _ desired: DesiredState) -> String {
    var order: [Obstacle] = []
    var nodes: [Obstacle: [String]] = [:]
    for node in desired.orderedNodes {
      guard let obstacle = obstacle(node, for: record, desired) else { continue }
      if nodes[obstacle] == nil { order.append(obstacle) }
      nodes[obstacle, default: []].append(node.name)
    }
    return order.isEmpty ? "the cluster has no nodes" : order.map { $0.text(nodes[$0] ?? []) }.joined(separator: "; ")
  }
}

/// Why a node can't take a replica.
enum Obstacle: Hashable {
  case isBeingRemoved
  case isNotReady(NodeCondition)
  case runs(String)
  case portIsTaken(Int, by: String)
  case failedThere(String)

  /// What is in the way on `nodes`, of which there is at least one: `node-1…node-9 (9) already run 'web'`.
  func text(_ nodes: [String]) -> String {
    let names = CountedNames.text(nodes, separator: ", ")
    let are = nodes.count == 1 ? "is" : "are"
    switch self {
    case .isBeingRemoved: return "\(names) \(are) being removed"
    case .isNotReady(let condition): return "\(names) \(are) \(condition.rawValue)"
    case .runs(let alias): return "\(names) already \(nodes.count == 1 ? "runs" : "run") '\(alias)'"
    case .portIsTaken(let port, let holder): return "node port \(port) is taken by '\(holder)' on \(names)"
    case .failedThere(let alias): return "'\(alias)' failed to start on \(names)"
    }
  }
}
