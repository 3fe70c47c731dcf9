public import HydraModel

extension Controller: StateOperations {
  public func state() throws -> ClusterState {
    try requireStarted()
    return ClusterState(
      name: cluster.name, nodes: desired.orderedNodes.map(nodeState),
      services: desired.orderedServices.map(serviceState),
      api: APILinks(base: cluster.api), proxy: ProxyLinks(endpoint: cluster.proxy, stats: cluster.stats),
      migrations: migrations)
  }

  public nonisolated func events(after id: UInt64?) -> AsyncThrowingStream<ClusterEvent, any Error> {
    AsyncThrowingStream(bufferingPolicy: .bufferingNewest(EventLog.capacity)) { continuation in
      Task { await self.subscribe(after: id, continuation) }
    }
  }

  /// Not known before the stored events were read: numbers continue after theirs.
  public func latestEvent() -> UInt64? { startProblem == nil ? log.lastID : nil }

  private func subscribe(after id: UInt64?, _ continuation: AsyncThrowingStream<ClusterEvent, any Error>.Continuation) {
    let subscriber = log.subscribe(after: id, continuation)
    continuation.onTermination = { _ in Task { await self.unsubscribe(subscriber) } }
  }

  private func unsubscribe(_ subscriber: Int) { log.unsubscribe(subscriber) }

  /// Throws `unavailable` until the desired state was read.
  func requireStarted() throws {
    if let startProblem { throw startProblem }
  }

  /// What is wrong with each of the cluster's components; nil for one that is well.
  public func problems() async -> (data: HydraError?, proxy: HydraError?, engine: HydraError?) {
    async let data = problem { try await self.store.check() }
    async let proxy = problem { try await self.proxy.check() }
    async let engine = problem { _ = try await self.platform.observeNodes() }
    let (dataProblem, proxyAnswer, engineProblem) = await (data, proxy, engine)
    return (startProblem ?? dataProblem, proxyProblem ?? proxyAnswer, engineProblem)
  }

  private nonisolated func problem(_ check: @Sendable () async throws -> Void) async -> HydraError? {
    do {
      try await check()
      return nil
    } catch {
      return HydraError.wrapping(error)
    }
  }

  // MARK: Views

  func nodeState(_ record: NodeRecord) -> NodeState {
    let seen = observed.nodes[record.name]
    return NodeState(
      name: record.name, container: names.container(ofNode: record.name), ip: seen?.container?.ip,
      image: seen?.container?.image ?? cluster.nodeImage,
      state: record.phase == .removing ? .removing : seen?.condition ?? .joining,
      reason: failures[.node(record.name)]?.error.message ?? seen?.reason, since: seen?.since ?? record.added,
      services: desired.services(on: record.name).map(\.spec.alias), cpus: record.spec.cpus, memory: record.spec.memory,
      labels: record.spec.labels)
  }

  func serviceState(_ record: ServiceRecord) -> ServiceState {
    let spec = record.spec
    let replicas = record.assignments.sorted { $0.slot < $1.slot }.map { replicaState(record, $0) }
    let ready = replicas.count { $0.state == .ready }
    return ServiceState(
      name: spec.alias, image: spec.image, replicas: spec.replicas, ready: ready,
      state: condition(of: record, ready: ready), reason: replicas.compactMap(\.reason).first, nodePort: spec.nodePort,
      servicePort: spec.servicePort, nodes: replicas, endpoints: ["\(cluster.proxy)/\(spec.alias)"],
      health: spec.health, traffic: spec.traffic)
  }

  private func condition(of record: ServiceRecord, ready: Int) -> ServiceCondition {
    switch record.phase {
    case .deploying: .deploying
    case .removing: .removing
    case .active: ready == record.spec.replicas ? .healthy : ready == 0 ? .down : .degraded
    }
  }

  private func replicaState(_ record: ServiceRecord, _ assignment: Assignment) -> ReplicaState {
    let spec = record.spec
    let (state, reason) = replicaCondition(record, assignment)
    return ReplicaState(
      name: assignment.node, serviceImage: spec.image, nodePort: spec.nodePort, servicePort: spec.servicePort,
      slot: assignment.slot, state: state, reason: reason)
  }

  private func replicaCondition(_ record: ServiceRecord, _ assignment: Assignment) -> (ReplicaCondition, String?) {
    let alias = record.spec.alias
    guard let node = assignment.node else { return (.pending, "no node is free: \(obstacles(to: record))") }
    // While it moves, the old one answers.
    for place in [node, assignment.previous].compactMap({ $0 })
    where observed.routing?.routes(alias, to: place) == true && observed.condition(of: place) != .down {
      return (.ready, nil)
    }
    let failure =
      failures[.replica(service: alias, slot: assignment.slot, node: node)]
      ?? failures[.image(record.spec.image, node: node)]
    if let failure { return (.failed, failure.error.message) }
    let check = observed.replica(alias, slot: assignment.slot, on: node, fingerprint: record.spec.fingerprint)?
      .checkFailure
    return (.starting, check ?? proxyProblem.map { "the proxy can't be changed: \($0.message)" })
  }

  /// Why no node can take a replica of `record`, nodes with the same obstacle together.
  func obstacles(to record: ServiceRecord) -> String {
    var order: [Scheduler.Obstacle] = []
    var nodes: [Scheduler.Obstacle: [String]] = [:]
    for node in desired.orderedNodes {
      guard let obstacle = Scheduler.obstacle(node, for: record, desired: desired, observed: observed) else { continue }
      if nodes[obstacle] == nil { order.append(obstacle) }
      nodes[obstacle, default: []].append(node.name)
    }
    return order.isEmpty ? "the cluster has no nodes" : order.map { $0.text(nodes[$0] ?? []) }.joined(separator: "; ")
  }
}

extension Controller {
  /// The events that are kept, oldest first.
  public func recentEvents() -> [ClusterEvent] { log.recent }
}
