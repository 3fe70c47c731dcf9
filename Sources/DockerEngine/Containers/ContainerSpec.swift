/// What a container is made from. What is left at its default is left to the engine.
public struct ContainerSpec: Sendable, Equatable {
  /// Image, by name or id.
  public var image: String
  /// Command instead of the image's own; empty to keep that.
  public var command: [String] = []
  /// Entry point instead of the image's own; nil to keep that.
  public var entrypoint: [String]?
  /// Environment.
  public var env: [String: String] = [:]
  /// Labels.
  public var labels: [String: String] = [:]
  /// Host name inside.
  public var hostname: String?
  /// Ports published on the host.
  public var ports: [PortBinding] = []
  /// Network to join: a network's name, `host`, `none`; nil for the engine's default.
  public var networkMode: String?
  /// Further names on that network.
  public var networkAliases: [String] = []
  /// Directories and volumes mounted inside.
  public var mounts: [Mount] = []
  /// Capabilities beyond the default ones.
  public var capAdd: [String] = []
  /// Security options, for example `seccomp=unconfined`.
  public var securityOpt: [String] = []
  /// Whether `/proc` and `/sys` are as the kernel has them, without the engine's masks. What `docker run` calls
  /// `--security-opt systempaths=unconfined`, which the engine itself does not know.
  public var hasUnmaskedPaths = false
  /// `private` or `host`; nil for the engine's default.
  public var cgroupnsMode: String?
  /// What happens when it ends.
  public var restartPolicy: RestartPolicy = .no
  /// Most memory, in bytes.
  public var memory: Int64?
  /// Most processor time, in billionths of a processor.
  public var nanoCPUs: Int64?
  /// Whether a tiny init reaps orphans inside.
  public var initProcess: Bool?

  /// A container of `image`.
  public init(image: String) { self.image = image }

  /// What happens when a container ends.
  public enum RestartPolicy: String, Sendable, Codable {
    case no, always, onFailure = "on-failure", unlessStopped = "unless-stopped"
  }

  /// A port published on the host.
  public struct PortBinding: Sendable, Equatable {
    /// Port inside the container (TCP).
    public var containerPort: Int
    /// Address on the host; empty for all.
    public var hostAddress: String
    /// Port on the host; 0 lets the engine choose.
    public var hostPort: Int

    /// `hostAddress`:`hostPort` leads to `containerPort`.
    public init(containerPort: Int, hostAddress: String, hostPort: Int) {
      self.containerPort = containerPort
      self.hostAddress = hostAddress
      self.hostPort = hostPort
    }
  }

  /// A mount.
  public enum Mount: Sendable, Equatable {
    /// A named volume.
    case volume(String, target: String)
    /// A file or directory of the engine's host.
    case bind(String, target: String, readOnly: Bool)
  }
}

extension ContainerSpec: Encodable {
  private enum Key: String, CodingKey {
    case image = "Image", command = "Cmd", entrypoint = "Entrypoint", env = "Env", labels = "Labels"
    case hostname = "Hostname", exposedPorts = "ExposedPorts", host = "HostConfig", networking = "NetworkingConfig"
  }

  private enum HostKey: String, CodingKey {
    case portBindings = "PortBindings", networkMode = "NetworkMode", mounts = "Mounts", capAdd = "CapAdd"
    case securityOpt = "SecurityOpt", cgroupnsMode = "CgroupnsMode", restartPolicy = "RestartPolicy", memory = "Memory"
    case nanoCPUs = "NanoCpus", initProcess = "Init", maskedPaths = "MaskedPaths", readonlyPaths = "ReadonlyPaths"
  }

  private struct Nothing: Encodable {}
  private struct Binding: Encodable {
    var HostIp: String
    var HostPort: String
  }
  private struct MountPayload: Encodable {
    var `Type`: String
    var Source: String
    var Target: String
    var ReadOnly: Bool
  }
  private struct Endpoint: Encodable { var Aliases: [String] }
  private struct Networking: Encodable { var EndpointsConfig: [String: Endpoint] }
  private struct Restart: Encodable { var Name: String }

  /// The body of `POST /containers/create`, Engine API 1.41 and later.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(image, forKey: .image)
    if !command.isEmpty { try container.encode(command, forKey: .command) }
    try container.encodeIfPresent(entrypoint, forKey: .entrypoint)
    try container.encode(env.map { "\($0.key)=\($0.value)" }.sorted(), forKey: .env)
    try container.encode(labels, forKey: .labels)
    try container.encodeIfPresent(hostname, forKey: .hostname)
    let exposed = ports.map { ("\($0.containerPort)/tcp", Nothing()) }
    try container.encode(Dictionary(exposed) { first, _ in first }, forKey: .exposedPorts)
    if let networkMode, !networkAliases.isEmpty {
      try container.encode(
        Networking(EndpointsConfig: [networkMode: Endpoint(Aliases: networkAliases)]), forKey: .networking)
    }
    var host = container.nestedContainer(keyedBy: HostKey.self, forKey: .host)
    let bindings = Dictionary(grouping: ports) { "\($0.containerPort)/tcp" }.mapValues { ports in
      ports.map { Binding(HostIp: $0.hostAddress, HostPort: $0.hostPort == 0 ? "" : String($0.hostPort)) }
    }
    try host.encode(bindings, forKey: .portBindings)
    try host.encodeIfPresent(networkMode, forKey: .networkMode)
    try host.encode(mounts.map(ContainerSpec.payload), forKey: .mounts)
    try host.encode(capAdd, forKey: .capAdd)
    try host.encode(securityOpt, forKey: .securityOpt)
    if hasUnmaskedPaths {
      try host.encode([String](), forKey: .maskedPaths)
      try host.encode([String](), forKey: .readonlyPaths)
    }
    try host.encodeIfPresent(cgroupnsMode, forKey: .cgroupnsMode)
    try host.encode(Restart(Name: restartPolicy.rawValue), forKey: .restartPolicy)
    try host.encodeIfPresent(memory, forKey: .memory)
    try host.encodeIfPresent(nanoCPUs, forKey: .nanoCPUs)
    try host.encodeIfPresent(initProcess, forKey: .initProcess)
  }

  private static func payload(_ mount: Mount) -> MountPayload {
    switch mount {
    case .volume(let name, let target): MountPayload(Type: "volume", Source: name, Target: target, ReadOnly: false)
    case .bind(let path, let target, let readOnly):
      MountPayload(Type: "bind", Source: path, Target: target, ReadOnly: readOnly)
    }
  }
}
