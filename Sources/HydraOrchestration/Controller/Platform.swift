public import FoundationEssentials
public import HydraModel

/// What the controller needs from the engines: the host's, and those in the nodes. Docker in production, a simulation in
/// tests. Every call has a time limit of its own and honours cancellation.
public protocol Platform: Sendable {
  /// The cluster's node containers, by node name.
  func observeNodes() async throws -> [String: ObservedContainer]
  /// Creates and starts the container of a node, replacing one that was never started.
  func createNode(_ node: NodeRecord) async throws
  /// Starts a node's container again.
  func startNode(_ name: String) async throws
  /// Kills a node's container.
  func killNode(_ name: String) async throws
  /// Removes a node's container and its volume. No error when they are gone.
  func removeNode(_ name: String) async throws
  /// The last lines a node's container wrote, to explain why it failed.
  func nodeLog(_ name: String, lines: Int) async throws -> [String]

  /// The replicas in a node, by container id, and proof that its engine answers.
  func observeReplicas(on node: NodeAddress) async throws -> [ObservedReplica]
  /// Names of `images` that are in the node in the version the host has.
  func presentImages(_ images: Set<String>, on node: NodeAddress) async throws -> Set<String>
  /// Brings `image` to `nodes`; returns the errors by node. Throws if it fails for every node.
  func provideImage(
    _ image: String, to nodes: [NodeAddress], progress: @escaping @Sendable (String) -> Void
  ) async throws -> [String: HydraError]
  /// Whether `image` is on the host's engine.
  func hostHasImage(_ image: String) async throws -> Bool
  /// Creates and starts a replica, removing first what has its name. Returns the container's id.
  func startReplica(_ replica: ReplicaSpec, on node: NodeAddress) async throws -> String
  /// Stops and removes a replica. No error when it is gone.
  func stopReplica(_ container: String, on node: NodeAddress) async throws
  /// The last lines a replica wrote.
  func replicaLog(_ container: String, on node: NodeAddress, lines: Int) async throws -> [String]
  /// One health check of the replica of `service` on the node at `address`.
  func checkHealth(of service: ServiceSpec, at address: String) async -> HealthVerdict

  /// What happens to the node containers and the core, from now on; reconnects by itself.
  func hostEvents() -> AsyncStream<HostEvent>
  /// A signal each time something happens to a replica in a node; ends when the connection does.
  func replicaEvents(on node: NodeAddress) -> AsyncStream<Void>
}

/// Where a node's engine is, and which run of the node is meant.
public struct NodeAddress: Sendable, Hashable {
  /// `node-<N>`.
  public var name: String
  /// Address on the cluster's network.
  public var ip: String
  /// The run of its container; see ``ObservedContainer/incarnation``.
  public var incarnation: String

  /// A node at `ip`.
  public init(name: String, ip: String, incarnation: String) {
    self.name = name
    self.ip = ip
    self.incarnation = incarnation
  }
}

/// A replica to be started.
public struct ReplicaSpec: Sendable, Equatable {
  /// Its service.
  public var service: ServiceSpec
  /// Its slot.
  public var slot: Int

  /// Slot `slot` of `service`.
  public init(service: ServiceSpec, slot: Int) {
    self.service = service
    self.slot = slot
  }
}

/// Something that happened to a container of the cluster.
public enum HostEvent: Sendable, Equatable {
  /// A node ended or is about to: `what` is the engine's word (`kill`, `die`, `oom`, `stop`, `destroy`, `pause`, …).
  case nodeStopping(String, what: String)
  /// A node was started, unpaused or connected again.
  case nodeStarted(String)
  /// The proxy was started again, so what it was told at run time is lost.
  case proxyStarted
  /// Events may have been missed: look at everything again.
  case resync
}

/// What the controller needs from the proxy.
public protocol ProxyControl: Sendable {
  /// Makes the proxy route as `table` says. Returns once it does.
  func apply(_ table: RoutingTable) async throws
  /// Stops sending requests to these servers, at once.
  func takeOut(_ servers: [(service: String, node: String)]) async throws
  /// Returns if the proxy responds; throws what is wrong otherwise.
  func check() async throws
}

/// Time and dates, injected so that the controller also runs in a simulation.
public struct TimeSource: Sendable {
  /// Sleeps for a while; throws when cancelled.
  public var sleep: @Sendable (Duration) async throws -> Void
  /// Nanoseconds that only grow.
  public var uptime: @Sendable () -> Duration
  /// The date, for people.
  public var now: @Sendable () -> Date

  /// Time from these three functions.
  public init(
    sleep: @escaping @Sendable (Duration) async throws -> Void, uptime: @escaping @Sendable () -> Duration,
    now: @escaping @Sendable () -> Date
  ) {
    self.sleep = sleep
    self.uptime = uptime
    self.now = now
  }

  /// The machine's own clocks.
  public static var system: TimeSource {
    let start = ContinuousClock.now
    return TimeSource(
      sleep: { try await Task.sleep(for: $0, clock: .continuous) }, uptime: { ContinuousClock.now - start },
      now: { Date() })
  }
}
