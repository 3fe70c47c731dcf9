/// A cluster in a list.
public struct ClusterSummary: Sendable, Codable, Equatable {
  /// Its name.
  public var name: String
  /// Whether its core runs.
  public var state: Condition
  /// Base URL of the API.
  public var api: String
  /// Base URL of the proxy; empty for a cluster that can't be asked.
  public var proxy: String
  /// The stats page; empty for a cluster that can't be asked.
  public var stats: String
  /// How many nodes there are.
  public var nodes: Int
  /// How many nodes run.
  public var nodesReady: Int
  /// How many services there are; nil when the API can't be asked.
  public var services: Int?
  /// Whether commands that name no cluster go here.
  public var current: Bool
  /// Started on this machine, or connected to.
  public var origin: Origin
  /// The cluster's components, by name; empty for a connected cluster.
  public var components: [Component]
  /// Why this account can't use it; nil if it can.
  public var reason: String?

  /// A summary of these parts.
  public init(
    name: String, state: Condition, api: String, proxy: String = "", stats: String = "", nodes: Int = 0,
    nodesReady: Int = 0, services: Int? = nil, current: Bool = false, origin: Origin = .local,
    components: [Component] = [], reason: String? = nil
  ) {
    self.name = name
    self.state = state
    self.api = api
    self.proxy = proxy
    self.stats = stats
    self.nodes = nodes
    self.nodesReady = nodesReady
    self.services = services
    self.current = current
    self.origin = origin
    self.components = components
    self.reason = reason
  }

  enum CodingKeys: String, CodingKey {
    case name, state, api, proxy, stats, nodes
    case nodesReady = "nodes_ready"
    case services, current, origin, components, reason
  }

  /// Whether a cluster's core runs.
  public enum Condition: String, Sendable, Codable { case running, degraded, stopped, unreachable }
  /// Where a cluster was started.
  public enum Origin: String, Sendable, Codable { case local, remote }

  /// A container of a cluster.
  public struct Component: Sendable, Codable, Equatable {
    /// The container's name.
    public var name: String
    /// What it is for.
    public var role: ClusterRole
    /// The engine's word: `running`, `exited`, …
    public var state: String
    /// Its address on the cluster's network.
    public var ip: String?

    /// A component of these parts.
    public init(name: String, role: ClusterRole, state: String, ip: String?) {
      self.name = name
      self.role = role
      self.state = state
      self.ip = ip
    }
  }
}

/// What `cluster destroy` removed.
public struct DestroyReport: Sendable, Codable, Equatable {
  /// The cluster.
  public var name: String
  /// Names of removed containers.
  public var containers: [String]
  /// Names of removed networks.
  public var networks: [String]
  /// Names of removed volumes.
  public var volumes: [String]

  /// A report of these parts.
  public init(name: String, containers: [String], networks: [String], volumes: [String]) {
    self.name = name
    self.containers = containers
    self.networks = networks
    self.volumes = volumes
  }
}
