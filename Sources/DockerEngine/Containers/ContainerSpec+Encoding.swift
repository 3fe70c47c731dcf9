extension ContainerSpec: Encodable {
  private enum Key: String, CodingKey {
    case image = "Image", command = "Cmd", entrypoint = "Entrypoint", env = "Env", labels = "Labels"
    case hostname = "Hostname", user = "User", workingDirectory = "WorkingDir", tty = "Tty", stopSignal = "StopSignal"
    case stopTimeout = "StopTimeout", healthcheck = "Healthcheck", exposedPorts = "ExposedPorts"
    case host = "HostConfig", networking = "NetworkingConfig"
  }

  private enum HostKey: String, CodingKey {
    case portBindings = "PortBindings", networkMode = "NetworkMode", mounts = "Mounts", capAdd = "CapAdd"
    case capDrop = "CapDrop", securityOpt = "SecurityOpt", cgroupnsMode = "CgroupnsMode"
    case restartPolicy = "RestartPolicy", memory = "Memory", nanoCPUs = "NanoCpus", pidsLimit = "PidsLimit"
    case ulimits = "Ulimits", log = "LogConfig", initProcess = "Init", extraHosts = "ExtraHosts", dns = "Dns"
    case maskedPaths = "MaskedPaths", readonlyPaths = "ReadonlyPaths"
  }

  private struct Nothing: Encodable {}
  private struct Binding: Encodable {
    var HostIp: String
    var HostPort: String
  }
  private struct MountPayload: Encodable {
    struct Tmpfs: Encodable { var SizeBytes: Int64 }
    var `Type`: String
    var Source: String?
    var Target: String
    var ReadOnly = false
    var TmpfsOptions: Tmpfs?
  }
  private struct Endpoint: Encodable {
    struct Addresses: Encodable { var IPv4Address: String }
    var Aliases: [String]
    var IPAMConfig: Addresses?
  }
  private struct Networking: Encodable { var EndpointsConfig: [String: Endpoint] }
  private struct Restart: Encodable { var Name: String }
  private struct UlimitPayload: Encodable {
    var Name: String
    var Soft: Int
    var Hard: Int
  }
  private struct LogPayload: Encodable {
    var `Type`: String
    var Config: [String: String]
  }
  /// Times are in nanoseconds.
  private struct HealthPayload: Encodable {
    var Test: [String]
    var Interval: Int64
    var Timeout: Int64
    var Retries: Int
    var StartPeriod: Int64
  }

  /// The body of `POST /containers/create`, Engine API 1.41 and later.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(image, forKey: .image)
    if !command.isEmpty { try container.encode(command, forKey: .command) }
    try container.encodeIfPresent(entrypoint, forKey: .entrypoint)
    try container.encode(env.map { "\($0.key)=\($0.value)" }.sorted(), forKey: .env)
    try container.encode(labels, forKey: .labels)
    try container.encodeIfPresent(hostname, forKey: .hostname)
    try container.encodeIfPresent(user, forKey: .user)
    try container.encodeIfPresent(workingDirectory, forKey: .workingDirectory)
    try container.encode(tty, forKey: .tty)
    try container.encodeIfPresent(stopSignal, forKey: .stopSignal)
    try container.encodeIfPresent(stopTimeout, forKey: .stopTimeout)
    try container.encodeIfPresent(healthcheck.map(ContainerSpec.payload), forKey: .healthcheck)
    let exposed = ports.map { "\($0.containerPort)/\($0.transport)" } + exposedPorts.map { "\($0)/tcp" }
    try container.encode(Dictionary(exposed.map { ($0, Nothing()) }) { first, _ in first }, forKey: .exposedPorts)
    if let networkMode, !networkAliases.isEmpty || networkAddress != nil {
      let endpoint = Endpoint(Aliases: networkAliases, IPAMConfig: networkAddress.map { .init(IPv4Address: $0) })
      try container.encode(Networking(EndpointsConfig: [networkMode: endpoint]), forKey: .networking)
    }
    var host = container.nestedContainer(keyedBy: HostKey.self, forKey: .host)
    try encodeHost(into: &host)
  }

  private func encodeHost(into host: inout KeyedEncodingContainer<HostKey>) throws {
    let bindings = Dictionary(grouping: ports) { "\($0.containerPort)/\($0.transport)" }.mapValues { ports in
      ports.map { Binding(HostIp: $0.hostAddress, HostPort: $0.hostPort == 0 ? "" : String($0.hostPort)) }
    }
    try host.encode(bindings, forKey: .portBindings)
    try host.encodeIfPresent(networkMode, forKey: .networkMode)
    try host.encode(mounts.map(ContainerSpec.payload), forKey: .mounts)
    try host.encode(capAdd, forKey: .capAdd)
    try host.encode(capDrop, forKey: .capDrop)
    try host.encode(securityOpt, forKey: .securityOpt)
    if hasUnmaskedPaths {
      try host.encode([String](), forKey: .maskedPaths)
      try host.encode([String](), forKey: .readonlyPaths)
    }
    try host.encodeIfPresent(cgroupnsMode, forKey: .cgroupnsMode)
    try host.encode(Restart(Name: restartPolicy.rawValue), forKey: .restartPolicy)
    try host.encodeIfPresent(memory, forKey: .memory)
    try host.encodeIfPresent(nanoCPUs, forKey: .nanoCPUs)
    try host.encodeIfPresent(pidsLimit, forKey: .pidsLimit)
    try host.encode(ulimits.map { UlimitPayload(Name: $0.name, Soft: $0.soft, Hard: $0.hard) }, forKey: .ulimits)
    try host.encodeIfPresent(log.map { LogPayload(Type: $0.type, Config: $0.options) }, forKey: .log)
    try host.encodeIfPresent(initProcess, forKey: .initProcess)
    try host.encode(extraHosts, forKey: .extraHosts)
    try host.encode(dns, forKey: .dns)
  }

  private static func payload(_ mount: Mount) -> MountPayload {
    switch mount {
    case .volume(let name, let target): MountPayload(Type: "volume", Source: name, Target: target)
    case .bind(let path, let target, let readOnly):
      MountPayload(Type: "bind", Source: path, Target: target, ReadOnly: readOnly)
    case .tmpfs(let target, let size):
      MountPayload(Type: "tmpfs", Target: target, TmpfsOptions: size.map { .init(SizeBytes: $0) })
    }
  }

  private static func payload(_ check: Healthcheck) -> HealthPayload {
    HealthPayload(
      Test: ["CMD"] + check.command, Interval: nanoseconds(check.interval), Timeout: nanoseconds(check.timeout),
      Retries: check.retries, StartPeriod: nanoseconds(check.startPeriod))
  }

  private static func nanoseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
