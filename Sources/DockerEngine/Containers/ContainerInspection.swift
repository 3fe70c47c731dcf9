/// A container as the engine describes it.
public struct ContainerInspection: Sendable, Equatable, Decodable {
  /// Its id.
  public var id: String
  /// Its name, without the leading `/`.
  public var name: String
  /// Its image, by the name it was made from.
  public var image: String
  /// Its labels.
  public var labels: [String: String]
  /// The engine's word; see ``ContainerSummary/state``.
  public var state: String
  /// Exit status of its last run.
  public var exitCode: Int
  /// When it was started last, as the engine writes it; changes with each start.
  public var startedAt: String
  /// When it ended last; nil when it never did.
  public var finishedAt: EngineTimestamp?
  /// When it was made.
  public var createdAt: EngineTimestamp?
  /// Why it could not be started.
  public var error: String
  /// Whether the kernel killed it for its memory.
  public var oomKilled: Bool
  /// Id of its first process on the engine's host; 0 when it does not run.
  public var pid: Int
  /// How often the engine started it again by its restart policy.
  public var restartCount: Int
  /// `starting`, `healthy`, `unhealthy`; nil without a check.
  public var health: String?
  /// Whether it has a terminal, and hence one stream of output instead of two.
  public var tty: Bool
  /// Id of its image.
  public var imageID: String
  /// What is mounted inside.
  public var mounts: [MountPoint]
  /// Address by network.
  public var addresses: [String: String]
  /// Host ports by container port.
  public var ports: [Int: [HostPort]]

  /// Where a port is published.
  public struct HostPort: Sendable, Equatable {
    /// Address on the host.
    public var address: String
    /// Port on the host.
    public var port: Int
  }

  /// Something mounted inside.
  public struct MountPoint: Sendable, Equatable {
    /// `volume`, `bind`, `tmpfs`.
    public var type: String
    /// The volume's name or the host's path.
    public var source: String
    /// Where it is inside.
    public var target: String
  }

  private enum Key: String, CodingKey {
    case id = "Id", name = "Name", config = "Config", state = "State", network = "NetworkSettings"
    case created = "Created", imageID = "Image", restartCount = "RestartCount", mounts = "Mounts"
  }
  private struct State: Decodable {
    var Status: String?
    var ExitCode: Int?
    var StartedAt: String?
    var FinishedAt: String?
    var Error: String?
    var OOMKilled: Bool?
    var Pid: Int?
    var Health: Health?
  }
  private struct Health: Decodable { var Status: String? }
  private struct Mounted: Decodable {
    var `Type`: String?
    var Name: String?
    var Source: String?
    var Destination: String?
  }
  private struct Config: Decodable {
    var Image: String?
    var Labels: [String: String]?
    var Tty: Bool?
  }
  private struct Ports: Decodable { var Ports: [String: [Binding]?]? }
  private struct Binding: Decodable {
    var HostIp: String?
    var HostPort: String?
  }

  /// Decodes `GET /containers/{id}/json`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    id = try container.decode(String.self, forKey: .id)
    let raw = try container.decodeIfPresent(String.self, forKey: .name) ?? ""
    name = raw.hasPrefix("/") ? String(raw.dropFirst()) : raw
    let config = try container.decodeIfPresent(Config.self, forKey: .config)
    image = config?.Image ?? ""
    labels = config?.Labels ?? [:]
    let current = try container.decodeIfPresent(State.self, forKey: .state)
    state = current?.Status ?? ""
    exitCode = current?.ExitCode ?? 0
    startedAt = current?.StartedAt ?? ""
    finishedAt = current?.FinishedAt.flatMap(EngineTimestamp.init(rfc3339:))
    createdAt = try container.decodeIfPresent(String.self, forKey: .created)
      .flatMap(EngineTimestamp.init(rfc3339:))
    error = current?.Error ?? ""
    oomKilled = current?.OOMKilled ?? false
    pid = current?.Pid ?? 0
    health = current?.Health?.Status.flatMap { $0 == "none" ? nil : $0 }
    restartCount = try container.decodeIfPresent(Int.self, forKey: .restartCount) ?? 0
    tty = config?.Tty ?? false
    imageID = try container.decodeIfPresent(String.self, forKey: .imageID) ?? ""
    mounts = (try container.decodeIfPresent([Mounted].self, forKey: .mounts) ?? []).map { mount in
      MountPoint(
        type: mount.Type ?? "", source: mount.Name.flatMap { $0.isEmpty ? nil : $0 } ?? mount.Source ?? "",
        target: mount.Destination ?? "")
    }
    addresses = ContainerSummary.addresses(
      try container.decodeIfPresent(ContainerSummary.Networks.self, forKey: .network))
    let published = try container.decodeIfPresent(Ports.self, forKey: .network)?.Ports ?? [:]
    ports = [:]
    for (key, bindings) in published {
      guard let port = key.split(separator: "/").first.flatMap({ Int($0) }) else { continue }
      ports[port] = (bindings ?? []).compactMap { binding in
        binding.HostPort.flatMap { Int($0) }.map { HostPort(address: binding.HostIp ?? "", port: $0) }
      }
    }
  }
}
