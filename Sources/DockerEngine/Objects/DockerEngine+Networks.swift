import FoundationEssentials
import NIOHTTP1

/// A network of an engine.
public struct NetworkSummary: Sendable, Equatable, Decodable {
  /// Its id.
  public var id: String
  /// Its name.
  public var name: String
  /// Its labels.
  public var labels: [String: String]

  private enum Key: String, CodingKey { case id = "Id", name = "Name", labels = "Labels" }

  /// Decodes an element of `GET /networks`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    id = try container.decode(String.self, forKey: .id)
    name = try container.decodeIfPresent(String.self, forKey: .name) ?? ""
    labels = try container.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
  }
}

extension DockerEngine {
  private struct NetworkSpec: Encodable {
    var Name: String
    var CheckDuplicate = true
    var Driver = "bridge"
    var Labels: [String: String]
  }
  private struct Created: Decodable { var Id: String }

  /// Makes a bridge network; answers its id. A name in use is status 409.
  public func createNetwork(_ name: String, labels: [String: String]) async throws(EngineError) -> String {
    try await post("/networks/create", NetworkSpec(Name: name, Labels: labels), as: Created.self).Id
  }

  /// Networks with all of `labels`.
  public func listNetworks(labels: [String: String]) async throws(EngineError) -> [NetworkSummary] {
    try await get("/networks" + Query.string(["filters": Query.filters(["label": Query.labels(labels)])]))
  }

  /// Networks of exactly this name.
  public func listNetworks(named name: String) async throws(EngineError) -> [NetworkSummary] {
    let found: [NetworkSummary] = try await get(
      "/networks" + Query.string(["filters": Query.filters(["name": [name]])]))
    return found.filter { $0.name == name }
  }

  /// Removes a network. Status 404 when there is none, 403 or 409 while containers are on it.
  public func removeNetwork(_ id: String) async throws(EngineError) {
    try await perform(.DELETE, "/networks/\(Query.escape(id))")
  }
}
