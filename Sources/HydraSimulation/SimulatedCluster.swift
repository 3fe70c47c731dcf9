import FoundationEssentials
public import HydraModel

/// A cluster in memory that behaves like one: nodes come, die and come back; services run on distinct nodes, move when
/// their node dies, and report it as events.
public actor SimulatedCluster: ClusterOperations {
  /// The cluster's name.
  public nonisolated let name: String
  /// Where its API and its proxy are.
  public nonisolated let links: ClusterLinks
  private var nodeStates: [NodeState] = []
  private var serviceStates: [ServiceState] = []
  private var migrations: [Migration] = []
  private var nextNode = 1
  private var log: [ClusterEvent] = []
  private var listeners: [Int: AsyncThrowingStream<ClusterEvent, any Error>.Continuation] = [:]
  private var nextListener = 0
  private var failures: [String: HydraError] = [:]
  private var calls: [String] = []
  private var moves = true
  private var delays: [String: Duration] = [:]
  private var hangs: Set<String> = []

  /// A cluster with `nodes` ready nodes.
  public init(name: String = "test", nodes: Int = 0, links: ClusterLinks = ClusterLinks()) {
    self.name = name
    self.links = links
    nodeStates = (1...max(1, nodes)).prefix(nodes).map { Self.freshNode($0, of: name) }
    nextNode = nodes + 1
  }

  /// A cluster as `state` says.
  public init(_ state: ClusterState) {
    name = state.name
    links = ClusterLinks(api: state.api, proxy: state.proxy)
    nodeStates = state.nodes
    serviceStates = state.services
    migrations = state.migrations
    let numbers = state.nodes.compactMap { Self.number(ofNode: $0.name) }
    nextNode = (numbers.max() ?? 0) + 1
  }

  private static func number(ofNode name: String) -> Int? { name.split(separator: "-").last.flatMap { Int($0) } }

  private static func freshNode(_ number: Int, of cluster: String) -> NodeState {
    NodeState(
      name: ClusterNames.node(number), container: ClusterNames(cluster).container(ofNode: ClusterNames.node(number)),
      ip: "10.0.0.\(number + 10)", image: "hydra-node", state: .ready,
      since: Date(timeIntervalSince1970: 1_700_000_000))
  }

  // MARK: Steering

  /// Every call so far, as `operation argument`.
  public var recorded: [String] { calls }
  /// The next calls of `operation` fail with `error`; nil lets them succeed again.
  public func fail(_ operation: String, with error: HydraError?) { failures[operation] = error }
  /// Calls of `operation` never return; they end when they are cancelled.
  public func hang(_ operation: String) { hangs.insert(operation) }
  /// Whether replicas of a dead node move immediately; otherwise ``heal()`` moves them.
  public func setMoves(_ moves: Bool) { self.moves = moves }
  /// The number of listeners.
  public var listenerCount: Int { listeners.count }

  private func enter(_ operation: String, _ argument: String = "") async throws {
    calls.append(argument.isEmpty ? operation : "\(operation) \(argument)")
    if hangs.contains(operation) { try await Task.sleep(for: .seconds(3600)) }
    if let error = failures[operation] { throw error }
  }

  public func send<R: ClusterRequest>(_ request: R, key: String?) async throws -> R.Answer {
    let answer: any Sendable =
      switch request {
      case is ReadState: try await state()
      case let request as AddNode: try await addNode(request.spec)
      case is ReadNodes: try await nodes()
      case let request as ReadNode: try await node(named: request.node)
      case let request as RemoveNode: try await removeNode(named: request.node, force: request.force)
      case let request as KillNode: try await killNode(named: request.node)
      case let request as StartNode: try await startNode(named: request.node)
      case let request as AddService: try await addService(request.spec)
      case is ReadServices: try await services()
      case let request as ReadService: try await service(named: request.alias)
      case let request as RemoveService: try await removeService(named: request.alias)
      case let request as MoveReplica:
        try await migrate(service: request.service, from: request.from, to: request.to)
      default: throw HydraError(.internal, "nobody knows '\(R.name)' here")
      }
    guard let answer = answer as? R.Answer else { throw HydraError(.internal, "'\(R.name)' has another answer") }
    return answer
  }

  // MARK: Nodes

  /// Adds a ready node.
  public func addNode(_ spec: NodeSpec) async throws -> NodeState {
    try await enter("addNode")
    var node = Self.freshNode(nextNode, of: name)
    nextNode += 1
    node.cpus = spec.cpus
    node.memory = spec.memory
    node.labels = spec.labels
    nodeStates.append(node)
    emit(.nodeAdded, node: node.name, "\(node.name) added")
    emit(.nodeReady, node: node.name, "\(node.name) is ready")
    heal()
    return node
  }

  /// All nodes.
  public func nodes() async throws -> [NodeState] {
    try await enter("nodes")
    return nodeStates
  }

  /// One node.
  public func node(named name: String) async throws -> NodeState {
    try await enter("node", name)
    return nodeStates[try index(ofNode: name)]
  }

  /// Removes a node.
  public func removeNode(named name: String, force: Bool) async throws -> Removed {
    try await enter("removeNode", force ? "\(name) force" : name)
    let name = nodeStates.remove(at: try index(ofNode: name)).name
    emit(.nodeRemoved, node: name, "\(name) removed")
    leave(node: name)
    return Removed(name)
  }

  /// Kills a node.
  public func killNode(named name: String) async throws -> NodeState {
    try await enter("killNode", name)
    let index = try index(ofNode: name)
    let name = nodeStates[index].name
    nodeStates[index].state = .down
    nodeStates[index].reason = "killed"
    nodeStates[index].ip = nil
    nodeStates[index].services = []
    emit(.nodeDown, node: name, "\(name) is down (kill)")
    leave(node: name)
    return nodeStates[index]
  }

  /// Starts a node.
  public func startNode(named name: String) async throws -> NodeState {
    try await enter("startNode", name)
    let index = try index(ofNode: name)
    let name = nodeStates[index].name
    guard nodeStates[index].state == .down else { throw HydraError(.conflict, "node '\(name)' is not down") }
    nodeStates[index].state = .ready
    nodeStates[index].reason = nil
    nodeStates[index].ip = Self.number(ofNode: name).flatMap { Self.freshNode($0, of: self.name).ip }
    emit(.nodeReady, node: name, "\(name) is ready")
    heal()
    return nodeStates[index]
  }

  private func index(ofNode name: String) throws -> Int {
    let own = ClusterNames(self.name).node(name)
    guard let index = nodeStates.firstIndex(where: { $0.name == own }) else {
      throw HydraError(.notFound, "no node '\(name)'", remedy: "'node list' shows the nodes")
    }
    return index
  }

  // MARK: Services

  /// Deploys a service on the free nodes with the lowest numbers.
  public func addService(_ spec: ServiceSpec) async throws -> ServiceState {
    try await enter("addService", spec.alias)
    guard !serviceStates.contains(where: { $0.name == spec.alias }) else {
      throw HydraError(.conflict, "service '\(spec.alias)' exists already")
    }
    let free = freeNodes(port: spec.nodePort)
    guard free.count >= spec.replicas else {
      throw HydraError(
        .noCapacity, "\(spec.replicas) replicas need \(spec.replicas) free nodes, there are \(free.count)",
        remedy: "add nodes with 'node add'")
    }
    let replicas = (1...spec.replicas).map { slot in
      ReplicaState(
        name: free[slot - 1].name, serviceImage: spec.image, nodePort: spec.nodePort, servicePort: spec.servicePort,
        slot: slot, state: .ready)
    }
    serviceStates.append(
      ServiceState(
        name: spec.alias, image: spec.image, replicas: spec.replicas, ready: spec.replicas, state: .healthy,
        nodePort: spec.nodePort, servicePort: spec.servicePort, nodes: replicas,
        endpoints: ["\(links.proxy.endpoint)/\(spec.alias)"], health: spec.health,
        traffic: spec.traffic))
    refreshNodes()
    emit(.serviceAdded, service: spec.alias, "\(spec.alias) added")
    emit(.serviceHealthy, service: spec.alias, "\(spec.alias) is healthy")
    return serviceStates[serviceStates.count - 1]
  }

  /// All services.
  public func services() async throws -> [ServiceState] {
    try await enter("services")
    return serviceStates
  }

  /// One service.
  public func service(named alias: String) async throws -> ServiceState {
    try await enter("service", alias)
    return serviceStates[try index(ofService: alias)]
  }

  /// Removes a service.
  @discardableResult public func removeService(named alias: String) async throws -> Removed {
    try await enter("removeService", alias)
    serviceStates.remove(at: try index(ofService: alias))
    refreshNodes()
    emit(.serviceRemoved, service: alias, "\(alias) removed")
    return Removed(alias)
  }

  /// Moves a replica.
  public func migrate(service alias: String, from: String?, to: String?) async throws -> Migration {
    try await enter("migrate", [alias, from, to].compactMap { $0 }.joined(separator: " "))
    if let from, from == to { throw HydraError(.invalidArgument, "'from' and 'to' are both '\(from)'") }
    let index = try index(ofService: alias)
    let (from, to) = (
      try from.map { nodeStates[try self.index(ofNode: $0)].name },
      try to.map { nodeStates[try self.index(ofNode: $0)].name }
    )
    guard
      let place = serviceStates[index].nodes.firstIndex(where: { from == nil || $0.name == from }),
      let target = to ?? freeNodes(port: serviceStates[index].nodePort).first?.name
    else { throw HydraError(.noCapacity, "no free node for '\(alias)'") }
    let source = serviceStates[index].nodes[place].name
    serviceStates[index].nodes[place].name = target
    refreshNodes()
    let migration = Migration(
      id: "\(alias).\(place + 1)-\(migrations.count + 1)", service: alias, slot: place + 1, from: source, to: target,
      reason: "requested", outcome: .done)
    migrations.append(migration)
    emit(.migrationDone, service: alias, "\(alias) moved from \(source ?? "-") to \(target)")
    return migration
  }

  private func index(ofService alias: String) throws -> Int {
    guard let index = serviceStates.firstIndex(where: { $0.name == alias }) else {
      throw HydraError(.notFound, "no service '\(alias)'", remedy: "'service list' shows the services")
    }
    return index
  }

  private func freeNodes(port: Int) -> [NodeState] {
    let taken = Set(serviceStates.filter { $0.nodePort == port }.flatMap { $0.nodes.compactMap(\.name) })
    return nodeStates.filter { $0.state == .ready && !taken.contains($0.name) }
  }

  private func refreshNodes() {
    for index in nodeStates.indices {
      let name = nodeStates[index].name
      nodeStates[index].services = serviceStates.filter { $0.nodes.contains { $0.name == name } }.map(\.name).sorted()
    }
  }

  private func leave(node name: String) {
    for index in serviceStates.indices {
      for place in serviceStates[index].nodes.indices where serviceStates[index].nodes[place].name == name {
        serviceStates[index].nodes[place].name = nil
        serviceStates[index].nodes[place].state = .pending
        serviceStates[index].ready -= 1
        serviceStates[index].state = .degraded
        emit(.serviceDegraded, service: serviceStates[index].name, "\(serviceStates[index].name) lost a replica")
      }
    }
    if moves { heal() }
  }

  /// Assigns a free node to every replica without one, as far as there are free nodes.
  public func heal() {
    for index in serviceStates.indices {
      for place in serviceStates[index].nodes.indices where serviceStates[index].nodes[place].name == nil {
        guard let target = freeNodes(port: serviceStates[index].nodePort).first else { continue }
        serviceStates[index].nodes[place].name = target.name
        serviceStates[index].nodes[place].state = .ready
        serviceStates[index].ready += 1
        let alias = serviceStates[index].name
        emit(.replicaReady, node: target.name, service: alias, "\(alias) runs on \(target.name)")
        if serviceStates[index].ready == serviceStates[index].replicas {
          serviceStates[index].state = .healthy
          emit(.serviceHealthy, service: alias, "\(alias) is healthy")
        }
      }
    }
    refreshNodes()
  }

  // MARK: State and events

  /// The whole state.
  public func state() async throws -> ClusterState {
    try await enter("state")
    return ClusterState(
      name: name, nodes: nodeStates, services: serviceStates, api: links.api, proxy: links.proxy,
      migrations: migrations)
  }

  /// Sends an event to all listeners.
  public func emit(
    _ kind: ClusterEvent.Kind, node: String? = nil, service: String? = nil, _ message: String
  ) {
    let event = ClusterEvent(
      id: UInt64(log.count + 1), time: Date(timeIntervalSince1970: 1_700_000_000 + Double(log.count)), kind: kind,
      node: node, service: service, message: message)
    log.append(event)
    for listener in listeners.values { listener.yield(event) }
  }

  /// Ends the streams of all listeners with `error`.
  public func cutEvents(with error: HydraError?) {
    for listener in listeners.values { listener.finish(throwing: error) }
    listeners.removeAll()
  }

  /// The number of the latest event.
  public func latestEvent() -> UInt64? { UInt64(log.count) }

  /// Events as they come.
  public nonisolated func events(
    after id: UInt64?, contact: @escaping ContactHandler
  ) -> AsyncThrowingStream<ClusterEvent, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task { await self.listen(continuation, after: id) }
      continuation.onTermination = { _ in
        task.cancel()
      }
    }
  }

  private func listen(_ continuation: AsyncThrowingStream<ClusterEvent, any Error>.Continuation, after id: UInt64?) {
    guard !Task.isCancelled else { return }
    if let id { for event in log where event.id > id { continuation.yield(event) } }
    let number = nextListener
    nextListener += 1
    listeners[number] = continuation
    continuation.onTermination = { [weak self] _ in Task { await self?.forget(number) } }
  }

  private func forget(_ number: Int) { listeners[number] = nil }
}
