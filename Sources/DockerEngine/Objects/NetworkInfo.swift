/// A network as the engine lists it.
public struct NetworkSummary: Sendable, Equatable, Decodable {
  /// Its id.
  public var id: String
  /// Its name.
  public var name: String
  /// Its driver: `bridge`, `host`, `overlay`, …
  public var driver: String
  /// Whether it leads nowhere but to its containers.
  public var isInternal: Bool
  /// Its labels.
  public var labels: [String: String]
  /// Its address ranges, as in `172.18.0.0/16`.
  public var subnets: [String]
  /// Addresses of its containers by id, without the prefix length. Only an inspection tells them.
  public var containers: [String: String]

  private enum Key: String, CodingKey {
    case id = "Id", name = "Name", driver = "Driver", isInternal = "Internal", labels = "Labels", addresses = "IPAM"
    case containers = "Containers"
  }
  private struct Addresses: Decodable {
    struct Range: Decodable { var Subnet: String? }
    var Config: [Range]?
  }
  private struct Endpoint: Decodable { var IPv4Address: String? }

  /// Decodes `GET /networks/{id}` and the elements of `GET /networks`; what engines leave out counts as empty.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    id = try container.decode(String.self, forKey: .id)
    name = try container.decodeIfPresent(String.self, forKey: .name) ?? ""
    driver = try container.decodeIfPresent(String.self, forKey: .driver) ?? ""
    isInternal = try container.decodeIfPresent(Bool.self, forKey: .isInternal) ?? false
    labels = try container.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
    subnets = (try container.decodeIfPresent(Addresses.self, forKey: .addresses)?.Config ?? []).compactMap(\.Subnet)
    containers = (try container.decodeIfPresent([String: Endpoint].self, forKey: .containers) ?? [:])
      .compactMapValues { $0.IPv4Address?.split(separator: "/").first.map(String.init) }
  }
}
