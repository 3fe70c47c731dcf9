public import HydraModel

extension Controller: NodeOperations {
  /// How long a node may take until its engine responds.
  static var joinLimit: Duration { .seconds(60) }

  public func addNode(_ spec: NodeSpec) async throws -> NodeState {
    try requireStarted()
    try HydraError.throwIfAny(spec.problems())
    let name = try await record(spec)
    do {
      return try await until("\(name) to be ready", within: Controller.joinLimit) { try $0.joined(name) }
    } catch {
      let wrapped = await withLog(name, HydraError.wrapping(error))
      await shielded { await self.undoAdd(name) }
      throw wrapped
    }
  }

  public func nodes() throws -> [NodeState] {
    try requireStarted()
    return desired.orderedNodes.map(nodeState)
  }

  public func node(named name: String) throws -> NodeState {
    try requireStarted()
    return nodeState(try existing(name))
  }

  public func removeNode(named name: String, force: Bool) async throws {
    try requireStarted()
    let record = try existing(name)
    let name = record.name
    if !force { try requireRoomWithout(name) }
    let before = desired
    try await commit { desired in
      desired.nodes[name]?.phase = .removing
      if force { Controller.unassign(name, in: &desired, observed: observed) }
    } revert: { desired in
      desired.nodes[name] = record
      for (alias, service) in before.services { desired.services[alias]?.assignments = service.assignments }
    }
    do {
      try await until("\(name) to be removed", within: .seconds(180)) { controller in
        if controller.desired.nodes[name] == nil { return true }
        if let failure = controller.failures[.node(name)], failure.count >= 3 { throw failure.error }
        return nil
      }
    } catch {
      // What was moved stays where it is; the node goes on serving the rest.
      await shielded { await self.keepNode(name) }
      throw error
    }
  }

  public func killNode(named name: String) async throws -> NodeState {
    try requireStarted()
    let name = try existing(name).name
    guard observed.condition(of: name) != .down else {
      throw HydraError(.conflict, "\(name) is already down", remedy: "start it with 'node start \(name)'")
    }
    try await platform.killNode(name)
    return try await until("\(name) to be down", within: .seconds(10)) { controller in
      let node = controller.nodeState(try controller.existing(name))
      return node.state == .down ? node : nil
    }
  }

  public func startNode(named name: String) async throws -> NodeState {
    try requireStarted()
    let name = try existing(name).name
    await refreshNodes()
    guard let node = observed.nodes[name], let container = node.container else {
      throw HydraError(
        .conflict, "the container of \(name) is gone",
        remedy: "remove the node with 'node remove \(name)' and add another")
    }
    if container.state == .running, node.condition == .ready {
      throw HydraError(.conflict, "\(name) is already running")
    }
    try await platform.startNode(name)
    endingSince[name] = nil
    await refreshNodes()
    return try await until("\(name) to be ready", within: Controller.joinLimit) { controller in
      let node = controller.nodeState(try controller.existing(name))
      return node.state == .ready ? node : nil
    }
  }

  // MARK: Parts

  /// The node called `name`, by its own name or that of its container.
  func existing(_ name: String) throws -> NodeRecord {
    guard let record = desired.nodes[names.node(name)] else {
      let known = desired.orderedNodes.map(\.name)
      throw HydraError(
        .notFound, "there is no node '\(name)'",
        remedy: known.isEmpty ? "add one with 'node add'" : "known nodes: \(known.joined(separator: ", "))")
    }
    return record
  }

  /// Records a new node, or finds the one an earlier try of the same request recorded.
  private func record(_ spec: NodeSpec) async throws -> String {
    let request = RequestContext.idempotencyKey
    if let request, let known = desired.nodes.values.first(where: { $0.request == request && $0.phase != .removing }) {
      return known.name
    }
    guard desired.nodes.count < ClusterLimits.maximumNodes else {
      throw HydraError(
        .conflict, "the cluster has \(desired.nodes.count) nodes, the maximum is \(ClusterLimits.maximumNodes)")
    }
    let now = time.now()
    let name = change { desired -> String in
      let record = NodeRecord(index: desired.nextNode, spec: spec, added: now, request: request)
      desired.nextNode += 1
      desired.nodes[record.name] = record
      return record.name
    }
    do {
      try await persist()
    } catch {
      change { $0.nodes[name]?.phase = .removing }
      throw error
    }
    emit(.nodeAdded, node: name, "\(name) is being added")
    return name
  }

  private func joined(_ name: String) throws -> NodeState? {
    guard let record = desired.nodes[name], record.phase != .removing else {
      throw HydraError(.conflict, "\(name) was removed while it was being added")
    }
    if let failure = failures[.node(name)] { throw failure.error }
    if case .exited(let code) = observed.nodes[name]?.container?.state, record.phase == .joining {
      throw HydraError(.failed, "\(name) ended with exit code \(code) while it started")
    }
    return observed.condition(of: name) == .ready ? nodeState(record) : nil
  }

  private func withLog(_ name: String, _ error: HydraError) async -> HydraError {
    guard error.code == .failed || error.code == .timeout,
      let last = try? await platform.nodeLog(name, lines: 3), !last.isEmpty
    else { return error }
    return HydraError(error.code, "\(error.message); it said: \(last.joined(separator: " / "))", remedy: error.remedy)
  }

  private func undoAdd(_ name: String) async {
    change { $0.nodes[name]?.phase = .removing }
    failures[.node(name)] = nil
    do {
      try await until("\(name) to be rolled back", within: .seconds(60)) {
        $0.desired.nodes[name] == nil ? true : nil
      }
    } catch {
      emit(.errorReported, node: name, "\(name) is still being removed: \(HydraError.wrapping(error).message)")
    }
  }

  private func keepNode(_ name: String) async {
    change { $0.nodes[name]?.phase = .active }
    try? await persist()
  }

  private func requireRoomWithout(_ name: String) throws {
    var trial = desired
    trial.nodes[name]?.phase = .removing
    _ = Scheduler.assign(&trial, observed: observed)
    let stranded = trial.orderedServices.filter { record in
      record.phase != .removing && record.assignments.contains { $0.node == name }
    }
    guard let first = stranded.first else { return }
    throw HydraError(
      .noCapacity, "\(name) can't be emptied: no other node is free for '\(first.spec.alias)'",
      remedy: "add a node first, or remove it anyway with --force")
  }

  private static func unassign(_ name: String, in desired: inout DesiredState, observed: ObservedState) {
    for (alias, record) in desired.services {
      for (index, assignment) in record.assignments.enumerated() {
        if assignment.previous == name { desired.services[alias]?.assignments[index].previous = nil }
        guard assignment.node == name else { continue }
        let free = Scheduler.freeNodes(for: alias, desired: desired, observed: observed)
        if free.isEmpty { desired.services[alias]?.assignments[index].node = nil }
      }
    }
  }
}

extension HydraError {
  /// One error for all of `problems`; nothing is thrown when there are none.
  public static func throwIfAny(_ problems: [HydraError]) throws(HydraError) {
    guard let first = problems.first else { return }
    guard problems.count > 1 else { throw first }
    throw HydraError(first.code, problems.map(\.description).joined(separator: "; "))
  }
}
