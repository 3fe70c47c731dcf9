/// Operations on the nodes of a cluster.
public protocol NodeOperations: Sendable {
  /// Adds one node; returns when it is ready.
  func addNode(_ spec: NodeSpec) async throws -> NodeState
  /// All nodes, by number.
  func nodes() async throws -> [NodeState]
  /// One node; `not_found` when there is none.
  func node(named name: String) async throws -> NodeState
  /// Takes a node out of the cluster. Replicas are moved first; without room for them that is refused unless `force`.
  func removeNode(named name: String, force: Bool) async throws
  /// Kills the node's container (SIGKILL), on purpose.
  func killNode(named name: String) async throws -> NodeState
  /// Starts the container of a node that is down; returns when it is ready.
  func startNode(named name: String) async throws -> NodeState
}

/// Operations on the services of a cluster.
public protocol ServiceOperations: Sendable {
  /// Deploys a service; returns when every replica is ready. A deployment that fails is rolled back.
  func addService(_ spec: ServiceSpec) async throws -> ServiceState
  /// All services, by alias.
  func services() async throws -> [ServiceState]
  /// One service; `not_found` when there is none.
  func service(named alias: String) async throws -> ServiceState
  /// Removes a service with all its replicas.
  func removeService(named alias: String) async throws
  /// Moves a replica of a service to another node; returns when it is routed. A nil `from` is the node with the highest load,
  /// a nil `to` the free node with the lowest.
  func migrate(service alias: String, from: String?, to: String?) async throws -> Migration
}

/// Operations on a cluster as a whole.
public protocol StateOperations: Sendable {
  /// The cluster as it is now.
  func state() async throws -> ClusterState
  /// The events after number `id`, then those that come, until the consumer stops. Nil begins with what comes.
  /// Reconnects by itself; ends with an error only when the cluster can't be reached for long.
  func events(after id: UInt64?) -> AsyncThrowingStream<ClusterEvent, any Error>
  /// ``events(after:)``, telling `contact` while the cluster can't be reached.
  func events(
    after id: UInt64?, contact: @escaping ContactHandler
  ) -> AsyncThrowingStream<ClusterEvent, any Error>
  /// The number of the latest event, 0 before the first: who begins to follow after it misses nothing. Nil where it is not
  /// known yet.
  func latestEvent() async throws -> UInt64?
}

extension StateOperations {
  /// A cluster in this process is always in contact.
  public func events(
    after id: UInt64?, contact: @escaping ContactHandler
  ) -> AsyncThrowingStream<ClusterEvent, any Error> { events(after: id) }
}

/// All operations on one cluster, wherever it runs.
public typealias ClusterOperations = NodeOperations & ServiceOperations & StateOperations

/// Finds, starts and destroys clusters.
public protocol ClusterDirectory: Sendable {
  /// Starts a cluster's core and its first nodes; a failed start leaves nothing behind.
  func start(_ spec: ClusterSpec, progress: @escaping ProgressHandler) async throws -> ClusterSummary
  /// Removes everything with the cluster's label; returns what was removed. `not_found` if there was nothing.
  func destroy(_ name: String, progress: @escaping ProgressHandler) async throws -> DestroyReport
  /// Local clusters, by name, then connected ones.
  func list() async throws -> [ClusterSummary]
  /// One cluster, running or not.
  func inspect(_ name: String?) async throws -> ClusterSummary
  /// Makes `name` the cluster in use: that of commands that name none.
  func use(_ name: String) async throws -> ClusterSummary
  /// Adds a cluster that was started elsewhere, after asking its API.
  func connect(url: String, token: String?) async throws -> ClusterSummary
  /// Forgets a connected cluster. Nil is the one in use.
  func disconnect(_ name: String?) async throws -> ClusterSummary
  /// The cluster `name`; nil is the one in use: the one chosen, or the only one this account started or connected to.
  func cluster(_ name: String?) async throws -> any ClusterOperations
  /// The name of the cluster in use; nil if none is.
  func currentName() async throws -> String?
}
