public import HydraModel

extension ControlCore {
  /// The cluster as it is now; throws `unavailable` until the saved state was read.
  public func state() throws(HydraError) -> ClusterState {
    if let startProblem { throw startProblem }
    return ClusterState(
      name: cluster.name, nodes: desired.orderedNodes.map(nodeState),
      services: desired.orderedServices.map(serviceState), api: APILinks(base: cluster.api),
      proxy: ProxyLinks(endpoint: cluster.proxy, stats: cluster.stats), migrations: migrations)
  }

  /// The node called `name`; throws `not_found`.
  public func node(named name: String) throws(HydraError) -> NodeState {
    if let startProblem { throw startProblem }
    return nodeState(try existing(name))
  }

  /// The service `alias`; throws `not_found`.
  public func service(named alias: String) throws(HydraError) -> ServiceState {
    if let startProblem { throw startProblem }
    return serviceState(try existing(service: alias))
  }

  /// The number of the latest event; nil before the stored ones were read, after which numbers continue.
  public var latestEvent: UInt64? { startProblem == nil ? log.lastID : nil }
  /// The events that are kept, oldest first.
  public var recentEvents: [ClusterEvent] { log.recent }
  /// What does not work, by part, as far as is known.
  public var problems: (start: HydraError?, data: HydraError?, proxy: HydraError?) {
    (startProblem, parts[.data]?.error, parts[.proxy]?.error)
  }

  func nodeState(_ record: NodeRecord) -> NodeState {
    let seen = observed.nodes[record.name]
    return NodeState(
      name: record.name, container: names.container(ofNode: record.name), ip: seen?.container?.ip,
      image: seen?.container?.image ?? cluster.nodeImage,
      state: record.phase == .removing ? .removing : seen?.condition ?? .joining,
      reason: failures[.node(record.name)]?.error.message ?? seen?.reason, since: seen?.since.date ?? record.added,
      services: desired.services(on: record.name).map(\.spec.alias), cpus: record.spec.cpus, memory: record.spec.memory,
      labels: record.spec.labels)
  }

  func serviceState(_ record: ServiceRecord) -> ServiceState {
    let spec = record.spec
    let replicas = record.slots.sorted { $0.number < $1.number }.map { replicaState(record, $0) }
    let ready = replicas.count { $0.state == .ready }
    let (condition, reason) = condition(of: record, ready: ready)
    return ServiceState(
      name: spec.alias, image: spec.image, replicas: spec.replicas, ready: ready, state: condition,
      reason: reason ?? replicas.compactMap(\.reason).first, nodePort: spec.nodePort, servicePort: spec.servicePort,
      nodes: replicas, endpoints: ["\(cluster.proxy)/\(spec.alias)"], health: spec.health, traffic: spec.traffic)
  }

  private func condition(of record: ServiceRecord, ready: Int) -> (ServiceCondition, String?) {
    switch record.phase {
    case .deploying: return (.deploying, nil)
    case .removing: return (.removing, nil)
    case .active: break
    }
    if !record.isValid, let error = record.spec.problems().first {
      return (.down, "it can't be routed: \(error.message)")
    }
    // Whatever its replicas do: nobody reaches them.
    if let problem = parts[.proxy], problem.count >= 2 {
      return (.down, "the proxy is not working: \(problem.error.message)")
    }
    return (ready == record.spec.replicas ? .healthy : ready == 0 ? .down : .degraded, nil)
  }

  private func replicaState(_ record: ServiceRecord, _ slot: Slot) -> ReplicaState {
    let spec = record.spec
    let (state, reason) = replicaCondition(record, slot)
    return ReplicaState(
      name: slot.place, serviceImage: spec.image, nodePort: spec.nodePort, servicePort: spec.servicePort,
      slot: slot.number, state: state, reason: reason)
  }

  private func replicaCondition(_ record: ServiceRecord, _ slot: Slot) -> (ReplicaCondition, String?) {
    let alias = record.spec.alias
    guard let place = slot.place else {
      return (.pending, "no node is free: \(scheduler.obstacles(to: record, desired))")
    }
    // While it moves, the old one responds.
    for node in [slot.serving, slot.arriving].compactMap({ $0 })
    where observed.routing.routes(alias, to: node) && observed.condition(of: node) != .down {
      return (.ready, nil)
    }
    let name = SlotName(alias, slot.number)
    if let failure = failures[.replica(name, node: place)] ?? failures[.image(record.spec.image, node: place)] {
      return (.failed, failure.error.message)
    }
    let check = observed.replica(record, slot.number, on: place)?.checkFailure
    return (.starting, check ?? parts[.proxy].map { "the proxy can't be changed: \($0.error.message)" })
  }

  /// Whether a replica of `alias` on `node` is known to be healthy.
  package func knowsHealthy(_ alias: String, on node: String) -> Bool {
    observed.condition(of: node) == .ready
      && observed.nodes[node]?.replicas.contains { $0.service == alias && $0.isRunning && $0.isHealthy } == true
  }
}
