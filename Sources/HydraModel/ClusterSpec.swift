/// Who may change a cluster through its API.
public enum AccessPolicy: String, Sendable, Codable, CaseIterable {
  /// What changes something needs the cluster's token.
  case token
  /// Everybody who reaches the API may change the cluster, as in the original.
  case none
}

/// What `cluster start` is to start.
public struct ClusterSpec: Sendable, Codable, Equatable {
  /// The cluster's name; see ``NameRule/cluster``.
  public var name: String
  /// Host port of the API. 0 chooses a free one.
  public var port: Int
  /// Host port of the proxy's service entry point. 0 chooses a free one.
  public var proxyPort: Int
  /// Host port of the proxy's stats page. 0 chooses a free one.
  public var statsPort: Int
  /// Host address the three ports are published on.
  public var listen: String
  /// Who may change the cluster.
  public var auth: AccessPolicy
  /// How many nodes to add at once.
  public var nodes: Int

  /// A specification with the defaults of the original.
  public init(
    name: String, port: Int, proxyPort: Int = 8888, statsPort: Int = 9999, listen: String = "127.0.0.1",
    auth: AccessPolicy = .token, nodes: Int = 0
  ) {
    self.name = name
    self.port = port
    self.proxyPort = proxyPort
    self.statsPort = statsPort
    self.listen = listen
    self.auth = auth
    self.nodes = nodes
  }

  /// Every problem with it, in the order of its fields; empty if it may be started.
  public func problems() -> [HydraError] {
    var found: [HydraError] = []
    do { try NameRule.cluster.validate(name) } catch { found.append(error) }
    let ports = [("--port", port), ("--proxy-port", proxyPort), ("--stats-port", statsPort)]
    for (option, port) in ports where !(0...65535).contains(port) {
      found.append(HydraError(.invalidArgument, "\(option) is \(port), expected a port from 1 to 65535"))
    }
    for (index, (option, port)) in ports.enumerated() where port != 0 {
      if let other = ports[..<index].first(where: { $0.1 == port }) {
        found.append(HydraError(.invalidArgument, "\(option) and \(other.0) are both \(port)"))
      }
    }
    if !ClusterSpec.isLoopback(listen) {
      found.append(
        HydraError(
          .invalidArgument, "--listen is '\(listen)', expected a loopback address: the API has no TLS yet",
          remedy: "leave out --listen, and use an SSH tunnel to reach the cluster from elsewhere"))
    }
    if !(0...ClusterLimits.maximumNodes).contains(nodes) {
      found.append(HydraError(.invalidArgument, "--nodes is \(nodes), expected 0 to \(ClusterLimits.maximumNodes)"))
    }
    return found
  }

  /// The address in ``listen`` as a URL has it: `127.0.0.1`, `[::1]`.
  public var publishedHost: String { ClusterSpec.host(listen) }

  /// The host of URLs for a port published on `address`: an address, because a name such as `localhost` may lead to another
  /// program, on the other family of addresses. Loopback for all addresses.
  public static func host(_ address: String) -> String {
    switch address {
    case "0.0.0.0", "": "127.0.0.1"
    case "::": "[::1]"
    default: address.contains(":") ? "[\(address)]" : address
    }
  }

  private static func isLoopback(_ address: String) -> Bool {
    if address == "127.0.0.1" || address == "::1" { return true }
    let parts = address.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.first == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}

/// Bounds that keep one request from exhausting a host.
public enum ClusterLimits {
  /// Most nodes in one cluster. A node is ready in about 2 s and takes about 40 MiB idle.
  public static let maximumNodes = 200
  /// Most replicas of one service.
  public static let maximumReplicas = 200
  /// Largest request body of the API, in bytes.
  public static let maximumBody = 1 << 20
}
