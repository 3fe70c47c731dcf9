public import HydraModel

/// The servers of each service at the proxy.
public struct RoutingTable: Sendable, Equatable {
  /// Services by alias.
  public var services: [String: Route]

  /// A table of `services`.
  public init(services: [String: Route] = [:]) { self.services = services }

  /// One service.
  public struct Route: Sendable, Equatable {
    /// Path of the HTTP check; nil for a TCP connect.
    public var health: String?
    /// How its requests are treated.
    public var traffic: ServiceTraffic
    /// Servers by the name of their node: replicas of a service run on distinct nodes.
    public var servers: [String: Server]

    /// A route of these parts.
    public init(health: String?, traffic: ServiceTraffic = ServiceTraffic(), servers: [String: Server] = [:]) {
      self.health = health
      self.traffic = traffic
      self.servers = servers
    }
  }

  /// Where one replica is reached.
  public struct Server: Sendable, Equatable {
    /// Address of the node.
    public var address: String
    /// Port on that address.
    public var port: Int

    /// A server at `address`:`port`.
    public init(address: String, port: Int) {
      self.address = address
      self.port = port
    }
  }

  /// One server of one service.
  public struct Entry: Sendable, Hashable {
    /// Alias of the service.
    public var service: String
    /// Name of the node.
    public var node: String

    /// The server of `service` on `node`.
    public init(_ service: String, _ node: String) {
      self.service = service
      self.node = node
    }
  }

  /// Whether requests for `service` are sent to `node`.
  public func routes(_ service: String, to node: String) -> Bool { services[service]?.servers[node] != nil }

  /// The servers on `node`, by service.
  public func servers(on node: String) -> [Entry] {
    services.keys.sorted().filter { services[$0]?.servers[node] != nil }.map { Entry($0, node) }
  }

  /// Every desired service, with its healthy replicas on nodes that are alive. A service without such a replica keeps its
  /// (empty) route, so that clients get 503 and not 404.
  public init(desired: DesiredState, observed: ObservedState) {
    services = [:]
    services.reserveCapacity(desired.services.count)
    for (alias, record) in desired.services where record.phase != .removing && record.isValid {
      var route = Route(health: record.spec.health, traffic: record.spec.traffic)
      for slot in record.slots {
        // One server for each replica: who arrives takes the place of who served, in one table.
        for role in [ReplicaTask.Role.arriving, .serving] {
          guard let node = slot.node(role), let server = RoutingTable.server(record, slot.number, on: node, observed)
          else { continue }
          route.servers[node] = server
          break
        }
      }
      services[alias] = route
    }
  }

  private static func server(
    _ record: ServiceRecord, _ slot: Int, on node: String, _ observed: ObservedState
  ) -> Server? {
    guard let seen = observed.nodes[node], seen.condition == .ready || seen.condition == .suspect,
      let address = seen.container?.ip, let replica = observed.replica(record, slot, on: node), replica.isRunning,
      replica.isHealthy, !replica.isStopping
    else { return nil }
    return Server(address: address, port: record.spec.nodePort)
  }
}
