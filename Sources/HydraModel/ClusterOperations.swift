/// What can be asked about, and done to, the nodes of a cluster.
public protocol NodeOperations: Sendable {
  /// Adds one node and answers when it is ready.
  func addNode(_ spec: NodeSpec) async throws -> NodeState
  /// All nodes, by number.
  func nodes() async throws -> [NodeState]
  /// One node; `not_found` when there is none.
  func node(named name: String) async throws -> NodeState
  /// Takes a node out of the cluster. Replicas are moved first; without room for them that is refused unless `force`.
  func removeNode(named name: String, force: Bool) async throws
  /// Kills the node's container (SIGKILL), on purpose.
  func killNode(named name: String) async throws -> NodeState
  /// Starts the container of a node that is down; answers when it is ready.
  func startNode(named name: String) async throws -> NodeState
}

/// What can be asked about, and done to, the services of a cluster.
public protocol ServiceOperations: Sendable {
  /// Deploys a service and answers when every replica is ready. Nothing is left of it when that fails.
  func addService(_ spec: ServiceSpec) async throws -> ServiceState
  /// All services, by alias.
  func services() async throws -> [ServiceState]
  /// One service; `not_found` when there is none.
  func service(named alias: String) async throws -> ServiceState
  /// Removes a service with all its replicas.
  func removeService(named alias: String) async throws
  /// Moves a replica of a service to another node; answers when it is routed. The hardest-loaded node is left when
  /// `from` is nil, the least loaded free one is taken when `to` is nil.
  func migrate(service alias: String, from: String?, to: String?) async throws -> Migration
}

/// What can be asked about a cluster as a whole.
public protocol StateOperations: Sendable {
  /// The cluster as it is now.
  func state() async throws -> ClusterState
  /// The events after number `id`, then those that come, until the consumer stops. Nil begins with what comes.
  /// Reconnects by itself; ends with an error only when the cluster can't be reached for long.
  func events(after id: UInt64?) -> AsyncThrowingStream<ClusterEvent, any Error>
}

/// Everything that can be asked of one cluster, wherever it runs.
public typealias ClusterOperations = NodeOperations & ServiceOperations & StateOperations

/// Finds, starts and destroys clusters.
public protocol ClusterDirectory: Sendable {
  /// Starts a cluster's core and its first nodes; a failed start leaves nothing behind.
  func start(_ spec: ClusterSpec, progress: @escaping ProgressHandler) async throws -> ClusterSummary
  /// Removes everything that bears the cluster's label; answers what was removed. `not_found` when there was nothing.
  func destroy(_ name: String, progress: @escaping ProgressHandler) async throws -> DestroyReport
  /// Local clusters, by name, then connected ones.
  func list() async throws -> [ClusterSummary]
  /// One cluster, running or not.
  func inspect(_ name: String?) async throws -> ClusterSummary
  /// Makes `name` the cluster of commands that name none.
  func use(_ name: String) async throws -> ClusterSummary
  /// Makes a cluster that was started elsewhere known here, after asking it.
  func connect(url: String, token: String?) async throws -> ClusterSummary
  /// Forgets a connected cluster. Nil is the one in use.
  func disconnect(_ name: String?) async throws -> ClusterSummary
  /// The cluster `name`; nil is the one in use, or the only one there is.
  func cluster(_ name: String?) async throws -> any ClusterOperations
  /// The name ``cluster(_:)`` would choose for nil; nil when there is none or more than one.
  func currentName() async throws -> String?
}
