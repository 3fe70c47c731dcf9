import FoundationEssentials
import HydraModel
import HydraServer
import Synchronization

/// A cluster in memory that does what the test says.
actor FakeCluster: ClusterOperations {
  private(set) var calls: [String] = []
  /// The key of each changing call.
  private(set) var keys: [String?] = []
  private(set) var undone: [String] = []
  private var nodeStates: [NodeState] = []
  private var serviceStates: [ServiceState] = []
  private var failure: (any Error)?
  private var completed = 0
  private var waitingForEnds: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  private var isHeld = false
  private var isCancelled = false
  private var held: [CheckedContinuation<Void, Never>] = []
  private var waitingForHeld: [CheckedContinuation<Void, Never>] = []
  nonisolated let hub = EventHub()

  /// Every changing call fails with `error`.
  func fail(with error: (any Error)?) { failure = error }

  /// Changing calls stop in the middle until ``release()``.
  func hold() { isHeld = true }

  func release() {
    isHeld = false
    for continuation in held { continuation.resume() }
    held = []
  }

  /// Returns once `count` calls have returned without an error.
  func finished(_ count: Int) async {
    if completed < count { await withCheckedContinuation { waitingForEnds.append((count, $0)) } }
  }

  private func ended() {
    completed += 1
    for waiting in waitingForEnds where waiting.count <= completed { waiting.continuation.resume() }
    waitingForEnds.removeAll { $0.count <= completed }
  }

  /// Returns once a call is held.
  func someoneIsHeld() async {
    if held.isEmpty { await withCheckedContinuation { waitingForHeld.append($0) } }
  }

  func send<R: ClusterRequest>(_ request: R, key: String?) async throws -> R.Answer {
    if R.endpoint.changes, !(request is CancelRequest) { keys.append(key) }
    let answer: any Sendable =
      switch request {
      case is ReadState: try snapshot()
      case let request as AddNode: try await addNode(request.spec)
      case is ReadNodes: try nodes()
      case let request as ReadNode: try node(named: request.node)
      case let request as RemoveNode: try await removeNode(named: request.node, force: request.force)
      case let request as KillNode: try await killNode(named: request.node)
      case let request as StartNode: try await startNode(named: request.node)
      case let request as AddService: try await addService(request.spec)
      case is ReadServices: services()
      case let request as ReadService: try service(named: request.alias)
      case let request as RemoveService: try await removeService(named: request.alias)
      case let request as MoveReplica: try await migrate(service: request.service, from: request.from, to: request.to)
      case is CancelRequest: cancel()
      default: throw HydraError(.internal, "the test does not know '\(R.name)'")
      }
    ended()
    guard let answer = answer as? R.Answer else { throw HydraError(.internal, "'\(R.name)' has another answer") }
    return answer
  }

  /// Cancels the call that is held.
  private func cancel() -> RequestOutcome {
    guard !held.isEmpty else { return .unknown }
    isCancelled = true
    release()
    return .cancelled
  }

  /// Notes a changing call, holds it, and undoes it when it was cancelled meanwhile.
  private func change(_ call: String) async throws {
    calls.append(call)
    if let failure { throw failure }
    guard isHeld else { return }
    await withCheckedContinuation { continuation in
      held.append(continuation)
      for waiting in waitingForHeld { waiting.resume() }
      waitingForHeld = []
    }
    if isCancelled {
      isCancelled = false
      undone.append(call)
      throw HydraError(.cancelled, "\(call) was cancelled and undone")
    }
  }

  private func addNode(_ spec: NodeSpec) async throws -> NodeState {
    try await change("addNode \(spec.labels.sorted { $0.key < $1.key }.map { "\($0)=\($1)" })")
    let node = NodeState(
      name: "node-\(nodeStates.count + 1)", container: "node-\(nodeStates.count + 1).test",
      ip: "10.0.0.\(nodeStates.count + 2)", image: "hydra-node", state: .ready,
      since: Date(timeIntervalSince1970: 1_800_000_000.25), cpus: spec.cpus, memory: spec.memory, labels: spec.labels)
    nodeStates.append(node)
    return node
  }

  private func nodes() throws -> [NodeState] {
    if let failure { throw failure }
    return nodeStates
  }

  private func node(named name: String) throws -> NodeState {
    guard let node = nodeStates.first(where: { $0.name == name }) else {
      throw HydraError(.notFound, "there is no node '\(name)'")
    }
    return node
  }

  private func removeNode(named name: String, force: Bool) async throws -> Removed {
    try await change("removeNode \(name) force=\(force)")
    _ = try node(named: name)
    nodeStates.removeAll { $0.name == name }
    return Removed(name)
  }

  private func killNode(named name: String) async throws -> NodeState {
    try await change("killNode \(name)")
    return try set(name, .down)
  }

  private func startNode(named name: String) async throws -> NodeState {
    try await change("startNode \(name)")
    return try set(name, .ready)
  }

  private func set(_ name: String, _ state: NodeCondition) throws -> NodeState {
    var node = try node(named: name)
    node.state = state
    nodeStates = nodeStates.map { $0.name == name ? node : $0 }
    return node
  }

  private func addService(_ spec: ServiceSpec) async throws -> ServiceState {
    try await change("addService \(spec.alias)")
    let replicas = (1...spec.replicas).map {
      ReplicaState(
        name: "node-\($0)", serviceImage: spec.image, nodePort: spec.nodePort, servicePort: spec.servicePort, slot: $0,
        state: .ready)
    }
    let service = ServiceState(
      name: spec.alias, image: spec.image, replicas: spec.replicas, ready: spec.replicas, state: .healthy,
      nodePort: spec.nodePort, servicePort: spec.servicePort, nodes: replicas,
      endpoints: ["http://localhost:8888/\(spec.alias)"], health: spec.health,
      traffic: spec.traffic)
    serviceStates.append(service)
    return service
  }

  private func services() -> [ServiceState] { serviceStates }

  private func service(named alias: String) throws -> ServiceState {
    guard let service = serviceStates.first(where: { $0.name == alias }) else {
      throw HydraError(.notFound, "there is no service '\(alias)'")
    }
    return service
  }

  private func removeService(named alias: String) async throws -> Removed {
    try await change("removeService \(alias)")
    _ = try service(named: alias)
    serviceStates.removeAll { $0.name == alias }
    return Removed(alias)
  }

  private func migrate(service alias: String, from: String?, to: String?) async throws -> Migration {
    try await change("migrate \(alias) \(from ?? "-") \(to ?? "-")")
    let service = try service(named: alias)
    return Migration(
      id: "\(alias).1-1", service: service.name, slot: 1, from: from ?? "node-1", to: to ?? "node-2",
      reason: "asked for", phases: [.init(.decided, at: Date(timeIntervalSince1970: 1_800_000_001.5))], outcome: .done)
  }

  private func snapshot() throws -> ClusterState {
    if let failure { throw failure }
    return ClusterState(
      name: "test", nodes: nodeStates, services: serviceStates, api: APILinks(base: "http://localhost:4000"),
      proxy: ProxyLinks(endpoint: "http://localhost:8888", stats: "http://localhost:9999/stats"), migrations: [])
  }

  nonisolated func events(
    after id: UInt64?, contact: @escaping ContactHandler
  ) -> AsyncThrowingStream<ClusterEvent, any Error> { hub.events(after: id) }
  nonisolated func latestEvent() -> UInt64? { hub.latest }
}

/// Gives events to whoever listens, and keeps them.
final class EventHub: Sendable {
  private struct State {
    var log: [ClusterEvent] = []
    var subscribers: [Int: AsyncThrowingStream<ClusterEvent, any Error>.Continuation] = [:]
    var next = 0
    var waiting: [(Int, CheckedContinuation<Void, Never>)] = []
  }
  private let state = Mutex(State())

  func emit(_ kind: ClusterEvent.Kind, _ message: String) {
    state.withLock { state in
      let event = ClusterEvent(
        id: UInt64(state.log.count + 1), time: Date(timeIntervalSince1970: 1_800_000_000), kind: kind, message: message)
      state.log.append(event)
      for subscriber in state.subscribers.values { subscriber.yield(event) }
    }
  }

  func events(after id: UInt64?) -> AsyncThrowingStream<ClusterEvent, any Error> {
    AsyncThrowingStream { continuation in
      let number = state.withLock { state in
        if let id { for event in state.log where event.id > id { continuation.yield(event) } }
        state.next += 1
        state.subscribers[state.next] = continuation
        return state.next
      }
      continuation.onTermination = { _ in
        self.state.withLock { _ = $0.subscribers.removeValue(forKey: number) }
        self.notify()
      }
      notify()
    }
  }

  /// The number of the latest event.
  var latest: UInt64 { state.withLock { UInt64($0.log.count) } }

  /// Returns once exactly `count` listen.
  func listeners(_ count: Int) async {
    await withCheckedContinuation { continuation in
      state.withLock { $0.waiting.append((count, continuation)) }
      notify()
    }
  }

  /// Ends everybody's stream.
  func finish() {
    let subscribers = state.withLock { $0.subscribers.values.map { $0 } }
    for subscriber in subscribers { subscriber.finish() }
  }

  private func notify() {
    let due = state.withLock { state in
      let due = state.waiting.filter { $0.0 == state.subscribers.count }.map(\.1)
      state.waiting.removeAll { $0.0 == state.subscribers.count }
      return due
    }
    for continuation in due { continuation.resume() }
  }
}

/// Health as the test says.
struct FakeHealth: ClusterHealth {
  var data: HydraError?

  func health() async -> HealthReport { HealthReport(data: data, proxy: nil, engine: nil) }
}
