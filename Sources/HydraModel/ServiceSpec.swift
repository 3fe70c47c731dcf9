/// The arguments of `service add`. The body of `POST /service`.
public struct ServiceSpec: Sendable, Codable, Equatable {
  /// Path at the proxy and name in every command; see ``NameRule/service``.
  public var alias: String
  /// Image of every replica.
  public var image: String
  /// How many replicas, each on a node of its own.
  public var replicas: Int
  /// Port taken on each node's own address.
  public var nodePort: Int
  /// Port the service listens on inside its container.
  public var servicePort: Int
  /// Environment of every replica.
  public var env: [String: String]
  /// Processors a replica may use; no limit when nil.
  public var cpus: Double?
  /// Memory a replica may use, in bytes; no limit when nil.
  public var memory: Int64?
  /// Path of an HTTP health check; nil for a TCP connect.
  public var health: String?
  /// How the proxy treats its requests.
  public var traffic: ServiceTraffic
  /// Command instead of the image's own; empty to keep that.
  public var command: [String]
  /// Seconds within which every replica has to be ready, or the service is rolled back; nil for the cluster's own limit.
  public var within: Double?

  /// A service with the defaults of the original.
  public init(
    alias: String, image: String, replicas: Int = 1, nodePort: Int, servicePort: Int, env: [String: String] = [:],
    cpus: Double? = nil, memory: Int64? = nil, health: String? = nil, traffic: ServiceTraffic = ServiceTraffic(),
    command: [String] = [], within: Double? = nil
  ) {
    self.alias = alias
    self.image = image
    self.replicas = replicas
    self.nodePort = nodePort
    self.servicePort = servicePort
    self.env = env
    self.cpus = cpus
    self.memory = memory
    self.health = health
    self.traffic = traffic
    self.command = command
    self.within = within
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case alias, image, replicas
    case nodePort = "node_port"
    case servicePort = "service_port"
    case env, cpus, memory, health, command, within
  }

  /// Decodes a body in which all but alias, image and the two ports may be missing.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    alias = try container.decode(String.self, forKey: .alias)
    image = try container.decode(String.self, forKey: .image)
    replicas = try container.decodeIfPresent(Int.self, forKey: .replicas) ?? 1
    nodePort = try container.decode(Int.self, forKey: .nodePort)
    servicePort = try container.decode(Int.self, forKey: .servicePort)
    env = try container.decodeIfPresent([String: String].self, forKey: .env) ?? [:]
    cpus = try container.decodeIfPresent(Double.self, forKey: .cpus)
    memory = try container.decodeIfPresent(Int64.self, forKey: .memory)
    health = try container.decodeIfPresent(String.self, forKey: .health)
    traffic = try ServiceTraffic(from: decoder)
    command = try container.decodeIfPresent([String].self, forKey: .command) ?? []
    within = try container.decodeIfPresent(Double.self, forKey: .within)
  }

  /// Encodes all of it as one object, of ``traffic`` what differs from the default values.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(alias, forKey: .alias)
    try container.encode(image, forKey: .image)
    try container.encode(replicas, forKey: .replicas)
    try container.encode(nodePort, forKey: .nodePort)
    try container.encode(servicePort, forKey: .servicePort)
    try container.encode(env, forKey: .env)
    try container.encodeIfPresent(cpus, forKey: .cpus)
    try container.encodeIfPresent(memory, forKey: .memory)
    try container.encodeIfPresent(health, forKey: .health)
    try traffic.encodeChanges(to: encoder)
    try container.encode(command, forKey: .command)
    try container.encodeIfPresent(within, forKey: .within)
  }

  /// `text`, which the service wrote, with each value of ``env`` as "…". Values of less than five characters stay: ports, `true`
  /// and the like, of which logs are full.
  public func hidingValues(in text: String) -> String {
    env.values.filter { $0.count >= 5 }.sorted { ($0.count, $0) > ($1.count, $1) }
      .reduce(text) { $0.replacing($1, with: "…") }
  }

  /// Longest time a deployment may be given, in seconds.
  public static let longestDeployment = 86_400.0

  /// Port of a node's inner engine, which no service may take.
  public static let enginePort = 2376

  /// The longest path of a health check, in bytes.
  static let longestHealthPath = 1024

  /// Whether the proxy can check `path`: its configuration has the path in single quotes.
  private static func isHealthPath(_ path: String) -> Bool {
    path.hasPrefix("/") && path.utf8.count <= longestHealthPath
      && path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x27 }
  }

  /// Everything that is wrong with it, as far as can be said without the cluster; empty if it can be added.
  public func problems() -> [HydraError] {
    var found: [HydraError] = []
    do { try NameRule.service.validate(alias) } catch { found.append(error) }
    if image.isEmpty || image.utf8.count > 512 || image.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
      found.append(HydraError(.invalidArgument, "image '\(image.prefix(80))' is not an image name"))
    }
    if !(1...ClusterLimits.maximumReplicas).contains(replicas) {
      found.append(
        HydraError(.invalidArgument, "replicas is \(replicas), expected 1 to \(ClusterLimits.maximumReplicas)"))
    }
    func check(_ name: String, _ port: Int) {
      guard !(1...65535).contains(port) else { return }
      found.append(HydraError(.invalidArgument, "\(name) is \(port), expected a port from 1 to 65535"))
    }
    check("node port", nodePort)
    check("service port", servicePort)
    if nodePort == ServiceSpec.enginePort {
      found.append(
        HydraError(
          .invalidArgument, "node port \(nodePort) is taken by the node's own engine",
          remedy: "choose another node port"))
    }
    found += Limits(cpus: cpus, memory: memory).problems()
    if let within, !(within > 0 && within <= ServiceSpec.longestDeployment) {
      found.append(
        HydraError(
          .invalidArgument,
          "within is \(within) s, expected more than 0 and at most \(Int(ServiceSpec.longestDeployment))"))
    }
    if !env.isEmpty {
      let wrong = env.keys.filter { $0.isEmpty || $0.utf8.contains { $0 == 0x3D || $0 == 0 } }
      for name in wrong.sorted() {
        found.append(HydraError(.invalidArgument, "'\(name)' is not a name of an environment variable"))
      }
    }
    if let health, !ServiceSpec.isHealthPath(health) {
      let shown = health.utf8.count > 80 ? "\(health.prefix(80))…" : health
      found.append(
        HydraError(
          .invalidArgument, "health path '\(shown)' is not a path",
          remedy:
            "begin it with '/', and use at most \(ServiceSpec.longestHealthPath) printable ASCII characters without blanks and '"
        ))
    }
    found += traffic.problems()
    return found
  }
}
