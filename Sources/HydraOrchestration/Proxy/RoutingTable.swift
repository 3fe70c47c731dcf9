public import HydraModel

/// The servers of each service at the proxy. A pure function of desired and observed state.
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
    public init(
      health: String?, traffic: ServiceTraffic = ServiceTraffic(), servers: [String: Server] = [:]
    ) {
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

  /// Whether requests for `service` are sent to `node`.
  public func routes(_ service: String, to node: String) -> Bool { services[service]?.servers[node] != nil }

  /// Every desired service, with its healthy replicas on nodes that are not down. A service without such a replica keeps its
  /// (empty) route, so that clients get 503 and not 404.
  public init(desired: DesiredState, observed: ObservedState) {
    services = [:]
    for record in desired.services.values where record.phase != .removing {
      var route = Route(health: record.spec.health, traffic: record.spec.traffic)
      let fingerprint = record.spec.fingerprint
      for assignment in record.assignments {
        let target = assignment.node.flatMap {
          RoutingTable.server(for: record, slot: assignment.slot, on: $0, fingerprint: fingerprint, observed: observed)
        }
        if let node = assignment.node, let target { route.servers[node] = target }
        if let previous = assignment.previous,
          let server = RoutingTable.server(
            for: record, slot: assignment.slot, on: previous, fingerprint: fingerprint, observed: observed)
        {
          route.servers[previous] = server
        }
      }
      services[record.spec.alias] = route
    }
  }

  private static func server(
    for record: ServiceRecord, slot: Int, on node: String, fingerprint: String, observed: ObservedState
  ) -> Server? {
    guard let seen = observed.nodes[node], seen.condition == .ready || seen.condition == .suspect,
      let address = seen.container?.ip,
      let replica = observed.replica(record.spec.alias, slot: slot, on: node, fingerprint: fingerprint),
      replica.isRunning, replica.isHealthy
    else { return nil }
    return Server(address: address, port: record.spec.nodePort)
  }

  /// Servers that are in this table and not in `other`, as (service, node).
  public func servers(missingFrom other: RoutingTable) -> [(service: String, node: String)] {
    services.sorted { $0.key < $1.key }.flatMap { alias, route in
      route.servers.keys.sorted().filter { !other.routes(alias, to: $0) }.map { (alias, $0) }
    }
  }
}
