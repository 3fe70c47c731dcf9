import HydraControl
public import HydraModel

extension ControlDriver: NodeOperations {
  public func addNode(_ spec: NodeSpec) async throws -> NodeState { try await send(AddNode(spec)).nodeState() }
  public func nodes() throws -> [NodeState] { try core.state().nodes }
  public func node(named name: String) throws -> NodeState { try core.node(named: name) }
  public func removeNode(named name: String, force: Bool) async throws {
    _ = try await send(RemoveNode(name, force: force))
  }
  public func killNode(named name: String) async throws -> NodeState { try await send(KillNode(name)).nodeState() }
  public func startNode(named name: String) async throws -> NodeState { try await send(StartNode(name)).nodeState() }
}

extension ControlDriver: ServiceOperations {
  public func addService(_ spec: ServiceSpec) async throws -> ServiceState {
    guard case .service(let service) = try await send(AddService(spec)) else { throw Answer.unexpected }
    return service
  }
  public func services() throws -> [ServiceState] { try core.state().services }
  public func service(named alias: String) throws -> ServiceState { try core.service(named: alias) }
  public func removeService(named alias: String) async throws { _ = try await send(RemoveService(alias)) }
  public func migrate(service alias: String, from: String?, to: String?) async throws -> Migration {
    guard case .migration(let migration) = try await send(MoveReplica(alias, from: from, to: to)) else {
      throw Answer.unexpected
    }
    return migration
  }
}

extension ControlDriver: StateOperations {
  public func state() throws -> ClusterState { try core.state() }
  public func latestEvent() -> UInt64? { core.latestEvent }

  public nonisolated func events(after id: UInt64?) -> AsyncThrowingStream<ClusterEvent, any Error> {
    AsyncThrowingStream(bufferingPolicy: .bufferingNewest(EventLog.capacity)) { continuation in
      Task { await self.subscribe(after: id, continuation) }
    }
  }

  private func subscribe(after id: UInt64?, _ continuation: AsyncThrowingStream<ClusterEvent, any Error>.Continuation) {
    if let id { for event in core.recentEvents where event.id > id { continuation.yield(event) } }
    nextSubscriber += 1
    let subscriber = nextSubscriber
    subscribers[subscriber] = continuation
    continuation.onTermination = { _ in Task { await self.unsubscribe(subscriber) } }
  }

  private func unsubscribe(_ subscriber: Int) { subscribers[subscriber] = nil }

  /// What is wrong with each of the cluster's components; nil for one that is well.
  public func problems() async -> (data: HydraError?, proxy: HydraError?, engine: HydraError?) {
    let performer = performer
    async let data = problem { try await performer.store.check() }
    async let proxy = problem { try await performer.proxy.check() }
    async let engine = problem { _ = try await performer.engines.observeNodes() }
    let known = core.problems
    let (dataProblem, proxyProblem, engineProblem) = await (data, proxy, engine)
    return (known.start ?? dataProblem, known.proxy ?? proxyProblem, engineProblem)
  }

  private nonisolated func problem(_ check: @Sendable () async throws -> Void) async -> HydraError? {
    do {
      try await check()
      return nil
    } catch {
      return HydraError.wrapping(error)
    }
  }
}

extension Answer {
  fileprivate func nodeState() throws -> NodeState {
    guard case .node(let node) = self else { throw Answer.unexpected }
    return node
  }

  fileprivate static var unexpected: HydraError { HydraError(.internal, "the core answered something else") }
}
