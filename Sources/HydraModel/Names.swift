/// Names derived from a cluster's name: the same as in the original, so that `docker ps` reads the same.
public struct ClusterNames: Sendable, Equatable {
  /// The cluster's own name.
  public let cluster: String

  /// The names of cluster `cluster`, which is taken as valid.
  public init(_ cluster: String) { self.cluster = cluster }

  /// `api.<cluster>`, the management container.
  public var management: String { "api.\(cluster)" }
  /// `redis.<cluster>`, the data container.
  public var data: String { "redis.\(cluster)" }
  /// `haproxy.<cluster>`, the proxy container.
  public var proxy: String { "haproxy.\(cluster)" }
  /// The Docker network, which bears the cluster's name.
  public var network: String { cluster }
  /// The container of node `node`, for example `node-1.test`.
  public func container(ofNode node: String) -> String { "\(node).\(cluster)" }
  /// The node that people mean by `name`: its own name, or that of its container.
  public func node(_ name: String) -> String {
    let suffix = ".\(cluster)"
    return name.hasSuffix(suffix) && name.count > suffix.count ? String(name.dropLast(suffix.count)) : name
  }
  /// The name of node number `index`, counting from 1.
  public static func node(_ index: Int) -> String { "node-\(index)" }
  /// The volume shared by management and proxy alone: HAProxy's file and sockets.
  public var proxyVolume: String { "haproxy.\(cluster)" }
  /// The volume with Redis's append-only file.
  public var dataVolume: String { "redis.\(cluster)" }
  /// The volume with the management node's identity: certificates, token, passwords.
  public var managementVolume: String { "api.\(cluster)" }
  /// The volume under a node's inner engine.
  public func volume(ofNode node: String) -> String { "\(node).\(cluster)" }
}

/// What is allowed as a name. Every rule says what was wrong in one line.
public enum NameRule: Sendable {
  /// A cluster's name: becomes a Docker network, part of container names and of DNS names.
  case cluster
  /// A service's alias: becomes a path at the proxy, a container name and a HAProxy backend.
  case service
  /// What a node is named by: its own name or that of its container. Nodes get their names from the cluster.
  case node

  /// The longest name allowed. `node-1000.<cluster>` must fit in a DNS label set and a host name of 63 characters.
  public var maximumLength: Int {
    switch self {
    case .cluster: 40
    case .service: 40
    case .node: 63
    }
  }

  private var noun: String {
    switch self {
    case .cluster: "cluster name"
    case .service: "service alias"
    case .node: "node name"
    }
  }

  /// Throws ``HydraError`` with code `invalid_argument` unless `name` is allowed.
  public func validate(_ name: String) throws(HydraError) {
    guard !name.isEmpty else {
      throw HydraError(.invalidArgument, "\(noun) is empty", remedy: "give it letters, digits and '-'")
    }
    guard name.utf8.count <= maximumLength else {
      throw HydraError(
        .invalidArgument,
        "\(noun) '\(name.prefix(20))…' is \(name.utf8.count) characters long, at most \(maximumLength) are allowed")
    }
    guard isWellFormed(name) else {
      throw HydraError(
        .invalidArgument, "\(noun) '\(name)' is not allowed",
        remedy: self == .node
          ? "nodes are called node-1, node-2 and so on"
          : "use lower-case letters, digits, '-' and '_', beginning and ending with a letter or digit")
    }
    if self == .cluster, NameRule.networksOfDocker.contains(name) {
      throw HydraError(
        .invalidArgument, "cluster name '\(name)' is a network of Docker's own", remedy: "choose another name")
    }
  }

  private static let networksOfDocker = ["bridge", "host", "none", "default"]

  private static func isAlphanumeric(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || byte &- 0x61 < 26 }

  /// Whether every byte is allowed, and the first and the last one are letters or digits.
  private func isWellFormed(_ name: String) -> Bool {
    var isInside = false
    var isEnd = false
    for byte in name.utf8 {
      isEnd = NameRule.isAlphanumeric(byte)
      guard isEnd || (isInside && (byte == 0x2D || byte == 0x5F || (byte == 0x2E && self == .node))) else {
        return false
      }
      isInside = true
    }
    return isEnd
  }
}
