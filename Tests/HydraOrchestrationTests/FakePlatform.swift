import FoundationEssentials
import HydraModel
import HydraOrchestration
import Synchronization

/// Engines in memory, behind ``Platform``: what the real ones do, in almost no time, and failing when told to.
final class FakePlatform: Platform {
  struct State {
    var nodes: [String: ObservedContainer] = [:]
    var replicas: [String: [String: ObservedReplica]] = [:]
    var images: [String: Set<String>] = [:]
    var hostImages: Set<String> = ["hydra-hello"]
    var silent: Set<String> = []
    var unhealthy: Set<String> = []
    var crashing: Set<String> = []
    var failNodeCreation: HydraError?
    var imageTransfers: [(image: String, nodes: [String])] = []
    var starts: [String] = []
    var log = ["it broke"]
    var counter = 0
  }

  let state = Mutex(State())
  private let events: AsyncStream<HostEvent>
  private let sink: AsyncStream<HostEvent>.Continuation

  init() { (events, sink) = AsyncStream.makeStream() }

  func mutate<T: Sendable>(_ body: (inout State) -> T) -> T { state.withLock { body(&$0) } }

  // MARK: Nodes

  func observeNodes() throws -> [String: ObservedContainer] { state.withLock { $0.nodes } }

  func createNode(_ node: NodeRecord) throws {
    try state.withLock { state in
      if let error = state.failNodeCreation { throw error }
      state.counter += 1
      state.nodes[node.name] = ObservedContainer(
        id: node.name, state: .running, incarnation: "\(state.counter)", ip: "10.0.0.\(node.index)", image: "hydra-node"
      )
    }
    sink.yield(.nodeStarted(node.name))
  }

  func startNode(_ name: String) throws {
    state.withLock { state in
      state.counter += 1
      state.nodes[name]?.incarnation = "\(state.counter)"
      state.nodes[name]?.state = .running
      for id in state.replicas[name]?.keys.sorted() ?? [] { state.replicas[name]?[id]?.isRunning = false }
    }
    sink.yield(.nodeStarted(name))
  }

  func killNode(_ name: String) throws {
    state.withLock { $0.nodes[name]?.state = .exited(137) }
    sink.yield(.nodeStopping(name, what: "kill"))
    sink.yield(.nodeStopping(name, what: "die"))
  }

  func removeNode(_ name: String) throws {
    state.withLock { state in
      state.nodes[name] = nil
      state.replicas[name] = nil
      state.images[name] = nil
    }
  }

  func nodeLog(_ name: String, lines: Int) throws -> [String] { ["a line of \(name)"] }

  // MARK: Replicas

  private func requireEngine(_ node: NodeAddress, _ state: State) throws {
    guard state.nodes[node.name]?.state == .running, !state.silent.contains(node.name),
      state.nodes[node.name]?.incarnation == node.incarnation
    else { throw HydraError(.unreachable, "no answer") }
  }

  func observeReplicas(on node: NodeAddress) throws -> [ObservedReplica] {
    try state.withLock { state in
      try requireEngine(node, state)
      return Array(state.replicas[node.name, default: [:]].values)
    }
  }

  func presentImages(_ images: Set<String>, on node: NodeAddress) throws -> Set<String> {
    state.withLock { $0.images[node.name, default: []].intersection(images) }
  }

  func provideImage(
    _ image: String, to nodes: [NodeAddress], progress: @escaping @Sendable (String) -> Void
  ) throws -> [String: HydraError] {
    try state.withLock { state in
      guard state.hostImages.contains(image) else {
        throw HydraError(.imageUnavailable, "image '\(image)' is neither on the host nor can it be pulled")
      }
      state.imageTransfers.append((image, nodes.map(\.name)))
      for node in nodes { state.images[node.name, default: []].insert(image) }
      return [:]
    }
  }

  func hostHasImage(_ image: String) throws -> Bool { state.withLock { $0.hostImages.contains(image) } }

  func startReplica(_ replica: ReplicaSpec, on node: NodeAddress) throws -> String {
    try state.withLock { state in
      try requireEngine(node, state)
      state.counter += 1
      let id = "c\(state.counter)"
      let alias = replica.service.alias
      state.starts.append("\(alias).\(replica.slot)@\(node.name)")
      state.replicas[node.name] = state.replicas[node.name, default: [:]].filter {
        $0.value.service != alias || $0.value.slot != replica.slot
      }
      let crashes = state.crashing.contains(alias)
      state.replicas[node.name, default: [:]][id] = ObservedReplica(
        id: id, service: alias, slot: replica.slot, fingerprint: replica.service.fingerprint, isRunning: !crashes,
        exitCode: crashes ? 3 : nil)
      return id
    }
  }

  func stopReplica(_ container: String, on node: NodeAddress) throws {
    try state.withLock { state in
      try requireEngine(node, state)
      state.replicas[node.name]?[container] = nil
    }
  }

  func replicaLog(_ container: String, on node: NodeAddress, lines: Int) throws -> [String] {
    state.withLock { $0.log }
  }

  func checkHealth(of service: ServiceSpec, at address: String) -> HealthVerdict {
    let failed = HealthVerdict.failed("GET /home returned 400", remedy: "check the path")
    return state.withLock { state in
      guard let node = state.nodes.first(where: { $0.value.ip == address })?.key, state.nodes[node]?.state == .running
      else { return failed }
      let here = state.replicas[node, default: [:]].values.filter(\.isRunning)
      return !here.isEmpty && !here.contains { state.unhealthy.contains($0.service) } ? .passed : failed
    }
  }

  // MARK: Events

  func hostEvents() -> AsyncStream<HostEvent> { events }

  func replicaEvents(on node: NodeAddress) -> AsyncStream<Void> { AsyncStream { $0.finish() } }
}

/// A proxy in memory.
actor FakeProxy: ProxyControl {
  private(set) var table = RoutingTable()
  private(set) var takenOut: [String] = []
  private(set) var failure: HydraError?

  func fail(with error: HydraError?) { failure = error }

  func apply(_ table: RoutingTable) throws {
    if let failure { throw failure }
    self.table = table
  }

  func takeOut(_ servers: [(service: String, node: String)]) throws {
    if let failure { throw failure }
    takenOut += servers.map { "\($0.service)/\($0.node)" }
    for server in servers { table.services[server.service]?.servers[server.node] = nil }
  }

  func check() throws { if let failure { throw failure } }
}
