import HydraModel

/// What has to be done so that what is becomes what is desired. The same state gives the same plan, in the same order.
///
/// Steps that depend on each other do not appear in one plan: a replica is started once its image was *observed* on the
/// node, and stopped once the proxy was *observed* to have let go of it.
struct Planner {
  let desired: DesiredState
  let observed: ObservedState
  /// Whether the proxy does not work: then nobody is served, wherever it would send requests.
  var isProxyAway = false
  var disabled: Guard?

  func plan() -> [Action] { nodeActions() + replicaActions() + stopActions() }

  private func nodeActions() -> [Action] {
    desired.orderedNodes.compactMap { node in
      switch node.phase {
      case .joining:
        switch observed.nodes[node.name]?.container?.state {
        case nil, .created: .createNode(node.name)
        case .running, .paused, .passing, .exited: nil
        }
      case .active: nil
      case .removing: isOccupied(node.name) && disabled != .emptyBeforeRemoval ? nil : .removeNode(node.name)
      }
    }
  }

  private func isOccupied(_ node: String) -> Bool {
    desired.services.values.contains { $0.phase != .removing && $0.occupies(node) } || mayBeRouted(node)
  }

  /// Whether the proxy may still send requests to a node that could take them: what an earlier process told it is not known
  /// until it has a table of this one.
  private func mayBeRouted(_ node: String) -> Bool {
    guard observed.isAlive(node), !isProxyAway else { return false }
    return !observed.isRoutingKnown || !observed.routing.servers(on: node).isEmpty
  }

  // MARK: Replicas

  private func replicaActions() -> [Action] {
    var actions: [Action] = []
    var needed: [String: [String]] = [:]
    for record in desired.orderedServices where record.phase != .removing {
      for slot in record.slots {
        for task in slot.tasks where task.role != .leaving {
          guard let seen = observed.nodes[task.node], seen.condition == .ready else { continue }
          guard seen.images.contains(record.spec.image) else {
            needed[record.spec.image, default: []].append(task.node)
            continue
          }
          if let action = replicaAction(record, slot.number, task.node) { actions.append(action) }
        }
      }
    }
    for record in desired.orderedServices where record.phase == .active && needed[record.spec.image] == nil {
      let spares = desired.orderedNodes.filter { node in
        guard node.phase != .removing, let seen = observed.nodes[node.name] else { return false }
        return seen.condition == .ready && !seen.images.contains(record.spec.image)
      }
      // Nodes that may take a failover have the image before they need it.
      if !spares.isEmpty { needed[record.spec.image] = spares.map(\.name) }
    }
    let images = needed.keys.sorted().map { image in
      var nodes: [String] = []
      for node in needed[image, default: []] where !nodes.contains(node) { nodes.append(node) }
      return Action.provideImage(image, nodes: nodes)
    }
    return images + actions
  }

  private func replicaAction(_ record: ServiceRecord, _ slot: Int, _ node: String) -> Action? {
    let name = SlotName(record.spec.alias, slot)
    guard let replica = observed.replica(record, slot, on: node), replica.isRunning else {
      return .startReplica(name, node: node)
    }
    return replica.isHealthy || replica.isStopping ? nil : .awaitHealth(name, node: node, container: replica.id)
  }

  // MARK: What is not wanted

  private func stopActions() -> [Action] {
    guard disabled != .stopsUnwanted else { return [] }
    return observed.nodes.keys.sorted().flatMap { name in
      Planner.unwanted(on: name, desired, observed).compactMap { replica -> Action? in
        // Never stop what the proxy still sends requests to.
        if replica.isRunning, observed.mayRoute(replica.service, to: name), disabled != .drainFirst { return nil }
        return .stopReplica(node: name, container: replica.id)
      }
    }
  }

  /// Replicas on `node` that are not wanted there, by container id. A dead one that is to be started again is wanted:
  /// starting replaces it.
  static func unwanted(on node: String, _ desired: DesiredState, _ observed: ObservedState) -> [ObservedReplica] {
    guard let seen = observed.nodes[node], seen.condition != .down else { return [] }
    return seen.replicas.filter { !isWanted($0, on: node, desired) }
  }

  /// Whether a replica is to run on `node`.
  static func isWanted(_ replica: ObservedReplica, on node: String, _ desired: DesiredState) -> Bool {
    guard let record = desired.services[replica.service], record.phase != .removing,
      record.fingerprint == replica.fingerprint,
      let slot = record.slots.first(where: { $0.number == replica.slot })
    else { return false }
    return slot.tasks.contains { $0.node == node && $0.role != .leaving }
  }
}
