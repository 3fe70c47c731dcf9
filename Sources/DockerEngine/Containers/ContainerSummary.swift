/// A container as the engine lists it.
public struct ContainerSummary: Sendable, Equatable, Decodable {
  /// Its id.
  public var id: String
  /// Its names, without the leading `/`.
  public var names: [String]
  /// Name of its image.
  public var image: String
  /// Its labels.
  public var labels: [String: String]
  /// The engine's word: `created`, `running`, `paused`, `restarting`, `removing`, `exited`, `dead`.
  public var state: String
  /// For people: `Up 2 minutes`, `Exited (137) 3 seconds ago`.
  public var status: String
  /// Published ports.
  public var ports: [PublishedPort]
  /// Address by network, for those it has one in.
  public var addresses: [String: String]

  /// The first of its names.
  public var name: String { names.first ?? String(id.prefix(12)) }

  /// A port published on the host.
  public struct PublishedPort: Sendable, Equatable, Decodable {
    /// Address on the host.
    public var hostAddress: String?
    /// Port inside.
    public var containerPort: Int
    /// Port on the host; nil when it is only exposed.
    public var hostPort: Int?

    enum CodingKeys: String, CodingKey {
      case hostAddress = "IP", containerPort = "PrivatePort", hostPort = "PublicPort"
    }
  }

  private enum Key: String, CodingKey {
    case id = "Id", names = "Names", image = "Image", labels = "Labels", state = "State", status = "Status"
    case ports = "Ports", network = "NetworkSettings"
  }
  struct Networks: Decodable { var Networks: [String: Endpoint?]? }
  struct Endpoint: Decodable { var IPAddress: String? }

  /// Decodes an element of `GET /containers/json`; what engines leave out or send as null counts as empty.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    id = try container.decode(String.self, forKey: .id)
    let raw = try container.decodeIfPresent([String].self, forKey: .names) ?? []
    names = raw.map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 }
    image = try container.decodeIfPresent(String.self, forKey: .image) ?? ""
    labels = try container.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
    state = try container.decodeIfPresent(String.self, forKey: .state) ?? ""
    status = try container.decodeIfPresent(String.self, forKey: .status) ?? ""
    ports = try container.decodeIfPresent([PublishedPort].self, forKey: .ports) ?? []
    let network = try container.decodeIfPresent(Networks.self, forKey: .network)
    addresses = ContainerSummary.addresses(network)
  }

  static func addresses(_ network: Networks?) -> [String: String] {
    (network?.Networks ?? [:]).compactMapValues { endpoint in
      endpoint?.IPAddress.flatMap { $0.isEmpty ? nil : $0 }
    }
  }
}
