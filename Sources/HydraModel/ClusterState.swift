public import FoundationEssentials

/// A cluster as it is now. The response to `GET /state`.
public struct ClusterState: Sendable, Codable, Equatable {
  /// The cluster's name.
  public var name: String
  /// Its nodes, by number.
  public var nodes: [NodeState]
  /// Its services, by alias.
  public var services: [ServiceState]
  /// Where the API is.
  public var api: APILinks
  /// Where services and the stats page are reached.
  public var proxy: ProxyLinks
  /// Recent migrations, oldest first.
  public var migrations: [Migration]

  /// A state of these parts.
  public init(
    name: String, nodes: [NodeState], services: [ServiceState], api: APILinks, proxy: ProxyLinks,
    migrations: [Migration]
  ) {
    self.name = name
    self.nodes = nodes
    self.services = services
    self.api = api
    self.proxy = proxy
    self.migrations = migrations
  }
}

/// The three URLs of the original.
public struct APILinks: Sendable, Codable, Equatable {
  /// Adds a node (POST).
  public var node: String
  /// The state (GET).
  public var state: String
  /// Adds a service (POST).
  public var service: String

  /// The links under `base`, for example `http://localhost:4000`.
  public init(base: String) {
    node = "\(base)/node"
    state = "\(base)/state"
    service = "\(base)/service"
  }
}

/// Where the proxy is reached.
public struct ProxyLinks: Sendable, Codable, Equatable {
  /// Base of every service's endpoint.
  public var endpoint: String
  /// The stats page.
  public var stats: String

  /// These two URLs.
  public init(endpoint: String, stats: String) {
    self.endpoint = endpoint
    self.stats = stats
  }
}

/// Whether a node can run replicas.
public enum NodeCondition: String, Sendable, Codable, CaseIterable {
  /// Its container or its inner engine is starting, or it is being emptied of what it should no longer run.
  case joining
  /// It runs replicas and takes new ones.
  case ready
  /// Its engine missed a probe; nothing is moved yet.
  case suspect
  /// It runs nothing; its replicas are moved away.
  case down
  /// It is being taken out of the cluster.
  case removing
}

/// A node as it is now.
public struct NodeState: Sendable, Codable, Equatable {
  /// `node-<N>`.
  public var name: String
  /// Name of its container, which every command takes as well: `node-<N>.<cluster>`.
  public var container: String
  /// Address on the cluster's network; nil while it has none.
  public var ip: String?
  /// Image of the node's container.
  public var image: String
  /// Whether it can run replicas.
  public var state: NodeCondition
  /// Why it is not ready; nil when it is.
  public var reason: String?
  /// Since when it is in this state.
  public var since: Date
  /// Aliases of the services with a replica here, sorted.
  public var services: [String]
  /// Processors it may use; nil without a limit.
  public var cpus: Double?
  /// Bytes of memory it may use; nil without a limit.
  public var memory: Int64?
  /// Labels given at `node add`.
  public var labels: [String: String]

  /// A node's state of these parts.
  public init(
    name: String, container: String, ip: String?, image: String, state: NodeCondition, reason: String? = nil,
    since: Date,
    services: [String] = [], cpus: Double? = nil, memory: Int64? = nil, labels: [String: String] = [:]
  ) {
    self.name = name
    self.container = container
    self.ip = ip
    self.image = image
    self.state = state
    self.reason = reason
    self.since = since
    self.services = services
    self.cpus = cpus
    self.memory = memory
    self.labels = labels
  }
}

/// Where a replica is in its life.
public enum ReplicaCondition: String, Sendable, Codable, CaseIterable {
  /// No node is free for it.
  case pending
  /// Its image is on the way, or its container starts, or it is not healthy yet.
  case starting
  /// It is healthy and the proxy sends requests to it.
  case ready
  /// It ended or can't be started; it is tried again with growing pauses.
  case failed
}

/// One replica of a service as it is now. An element of a service's `nodes`, with the keys of the original.
public struct ReplicaState: Sendable, Codable, Equatable {
  /// Name of the node it runs on; nil while no node is free.
  public var name: String?
  /// Its image.
  public var serviceImage: String
  /// Port on the node's address.
  public var nodePort: Int
  /// Port inside its container.
  public var servicePort: Int
  /// Number among the service's replicas, from 1.
  public var slot: Int
  /// Where it is in its life.
  public var state: ReplicaCondition
  /// Why it is not ready; nil when it is.
  public var reason: String?

  /// A replica's state of these parts.
  public init(
    name: String?, serviceImage: String, nodePort: Int, servicePort: Int, slot: Int, state: ReplicaCondition,
    reason: String? = nil
  ) {
    self.name = name
    self.serviceImage = serviceImage
    self.nodePort = nodePort
    self.servicePort = servicePort
    self.slot = slot
    self.state = state
    self.reason = reason
  }

  enum CodingKeys: String, CodingKey {
    case name
    case serviceImage = "service_image"
    case nodePort = "node_port"
    case servicePort = "service_port"
    case slot, state, reason
  }
}

/// Whether a service is as it was requested.
public enum ServiceCondition: String, Sendable, Codable, CaseIterable {
  /// It is being deployed for the first time.
  case deploying
  /// Every replica is ready.
  case healthy
  /// Some replicas are missing or not ready.
  case degraded
  /// No replica is ready.
  case down
  /// It is being taken out of the cluster.
  case removing
}

/// A service as it is now. The response to `POST /service` and an element of `services` in the state.
public struct ServiceState: Sendable, Codable, Equatable {
  /// Its alias.
  public var name: String
  /// Image of every replica.
  public var image: String
  /// How many replicas it is to have.
  public var replicas: Int
  /// How many replicas are reached through the proxy.
  public var ready: Int
  /// Whether it is as it was requested.
  public var state: ServiceCondition
  /// Why it is not healthy; nil when it is.
  public var reason: String?
  /// Port on each node's address.
  public var nodePort: Int
  /// Port inside each container.
  public var servicePort: Int
  /// Its replicas, by slot.
  public var nodes: [ReplicaState]
  /// URLs that reach it through the proxy.
  public var endpoints: [String]
  /// Path of its HTTP health check; nil when the check is a TCP connect.
  public var health: String?
  /// How the proxy treats its requests. Its keys are keys of the service.
  public var traffic: ServiceTraffic

  /// A service's state of these parts.
  public init(
    name: String, image: String, replicas: Int, ready: Int, state: ServiceCondition, reason: String? = nil,
    nodePort: Int, servicePort: Int, nodes: [ReplicaState], endpoints: [String], health: String? = nil,
    traffic: ServiceTraffic = ServiceTraffic()
  ) {
    self.name = name
    self.image = image
    self.replicas = replicas
    self.ready = ready
    self.state = state
    self.reason = reason
    self.nodePort = nodePort
    self.servicePort = servicePort
    self.nodes = nodes
    self.endpoints = endpoints
    self.health = health
    self.traffic = traffic
  }

  enum CodingKeys: String, CodingKey {
    case name, image, replicas, ready, state, reason
    case nodePort = "node_port"
    case servicePort = "service_port"
    case nodes, endpoints, health
  }

  /// Decodes one object, ``traffic`` included.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    image = try container.decode(String.self, forKey: .image)
    replicas = try container.decode(Int.self, forKey: .replicas)
    ready = try container.decode(Int.self, forKey: .ready)
    state = try container.decode(ServiceCondition.self, forKey: .state)
    reason = try container.decodeIfPresent(String.self, forKey: .reason)
    nodePort = try container.decode(Int.self, forKey: .nodePort)
    servicePort = try container.decode(Int.self, forKey: .servicePort)
    nodes = try container.decode([ReplicaState].self, forKey: .nodes)
    endpoints = try container.decode([String].self, forKey: .endpoints)
    health = try container.decodeIfPresent(String.self, forKey: .health)
    traffic = try ServiceTraffic(from: decoder)
  }

  /// Encodes all of it as one object, ``traffic`` included.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(image, forKey: .image)
    try container.encode(replicas, forKey: .replicas)
    try container.encode(ready, forKey: .ready)
    try container.encode(state, forKey: .state)
    try container.encodeIfPresent(reason, forKey: .reason)
    try container.encode(nodePort, forKey: .nodePort)
    try container.encode(servicePort, forKey: .servicePort)
    try container.encode(nodes, forKey: .nodes)
    try container.encode(endpoints, forKey: .endpoints)
    try container.encodeIfPresent(health, forKey: .health)
    try traffic.encode(to: encoder)
  }
}
