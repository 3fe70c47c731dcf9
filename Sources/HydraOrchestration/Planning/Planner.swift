import HydraModel

/// What has to be done so that what is becomes what shall be. Pure: the same state gives the same plan, in the same order.
///
/// Steps that depend on each other do not appear in one plan: a replica is started once its image was *observed* on the
/// node, and stopped once the proxy was *observed* to have let go of it. So a plan that is interrupted anywhere goes on
/// from what there is.
public enum Planner {
  /// The actions for `desired`, given `observed`.
  public static func plan(desired: DesiredState, observed: ObservedState) -> [Action] {
    nodeActions(desired, observed) + replicaActions(desired, observed) + stopActions(desired, observed)
  }

  // MARK: Nodes

  private static func nodeActions(_ desired: DesiredState, _ observed: ObservedState) -> [Action] {
    desired.orderedNodes.compactMap { node in
      switch node.phase {
      case .joining:
        switch observed.nodes[node.name]?.container?.state {
        case nil, .created: .createNode(node.name)
        case .running, .paused, .exited: nil
        }
      case .active: nil
      case .removing: isOccupied(node.name, desired) ? nil : .removeNode(node.name)
      }
    }
  }

  private static func isOccupied(_ node: String, _ desired: DesiredState) -> Bool {
    desired.services.values.contains { $0.phase != .removing && $0.occupiedNodes.contains(node) }
  }

  // MARK: Replicas

  private static func replicaActions(_ desired: DesiredState, _ observed: ObservedState) -> [Action] {
    var actions: [Action] = []
    var needed: [String: [String]] = [:]
    for record in desired.orderedServices where record.phase != .removing {
      for assignment in record.assignments {
        guard let node = assignment.node, let seen = observed.nodes[node], seen.condition == .ready else { continue }
        guard seen.images.contains(record.spec.image) else {
          needed[record.spec.image, default: []].append(node)
          continue
        }
        if let action = replicaAction(record, assignment.slot, node, observed) { actions.append(action) }
      }
    }
    for record in desired.orderedServices where record.phase == .active && needed[record.spec.image] == nil {
      let spares = sparesWithoutImage(record, desired, observed)
      if !spares.isEmpty { needed[record.spec.image] = spares }
    }
    let images = needed.keys.sorted().map { image in
      Action.provideImage(image, nodes: needed[image, default: []].removingDuplicates())
    }
    return images + actions
  }

  private static func replicaAction(
    _ record: ServiceRecord, _ slot: Int, _ node: String, _ observed: ObservedState
  ) -> Action? {
    let service = record.spec.alias
    let replica = observed.replica(service, slot: slot, on: node, fingerprint: record.spec.fingerprint)
    guard let replica, replica.isRunning else { return .startReplica(service: service, slot: slot, node: node) }
    if replica.isHealthy { return nil }
    return .awaitHealth(service: service, slot: slot, node: node, container: replica.id)
  }

  /// Nodes that may take a failover have the image before they need it.
  private static func sparesWithoutImage(
    _ record: ServiceRecord, _ desired: DesiredState, _ observed: ObservedState
  ) -> [String] {
    desired.orderedNodes.filter { node in
      guard node.phase != .removing, let seen = observed.nodes[node.name] else { return false }
      return seen.condition == .ready && !seen.images.contains(record.spec.image)
    }.map(\.name)
  }

  // MARK: What shall not be there

  private static func stopActions(_ desired: DesiredState, _ observed: ObservedState) -> [Action] {
    observed.nodes.keys.sorted().flatMap { name in
      unwanted(on: name, desired: desired, observed: observed).compactMap { replica -> Action? in
        // Never stop what the proxy still sends requests to.
        if replica.isRunning, observed.routing?.routes(replica.service, to: name) == true { return nil }
        return .stopReplica(node: name, container: replica.id)
      }
    }
  }

  /// Replicas on `node` that shall not be there, by container id. A dead one that is to be started again is not
  /// among them: starting replaces it.
  public static func unwanted(on node: String, desired: DesiredState, observed: ObservedState) -> [ObservedReplica] {
    guard let seen = observed.nodes[node], seen.condition != .down else { return [] }
    return seen.replicas.values.filter { !isWanted($0, on: node, desired) }.sorted { $0.id < $1.id }
  }

  private static func isWanted(_ replica: ObservedReplica, on node: String, _ desired: DesiredState) -> Bool {
    guard let record = desired.services[replica.service], record.phase != .removing,
      record.spec.fingerprint == replica.fingerprint
    else { return false }
    return record.assignments.contains {
      $0.slot == replica.slot && ($0.node == node || $0.previous == node)
    }
  }
}

extension Array where Element: Hashable {
  /// The elements in order, each once.
  func removingDuplicates() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
