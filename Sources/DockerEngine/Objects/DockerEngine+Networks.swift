import FoundationEssentials
import NIOHTTP1

extension DockerEngine {
  private struct NetworkSpec: Encodable {
    var Name: String
    var CheckDuplicate = true
    var Driver: String
    var Internal: Bool
    var Labels: [String: String]
  }
  private struct Created: Decodable { var Id: String }
  private struct Connection: Encodable {
    struct Endpoint: Encodable {
      struct Addresses: Encodable { var IPv4Address: String }
      var Aliases: [String]
      var IPAMConfig: Addresses?
    }
    var Container: String
    var EndpointConfig: Endpoint
  }
  private struct Disconnection: Encodable {
    var Container: String
    var Force: Bool
  }

  /// Creates a network; returns its id. A name in use is status 409. An `isInternal` one leads nowhere else.
  public func createNetwork(
    _ name: String, labels: [String: String], driver: String = "bridge", isInternal: Bool = false
  ) async throws(EngineError) -> String {
    let spec = NetworkSpec(Name: name, Driver: driver, Internal: isInternal, Labels: labels)
    return try await post("/networks/create", spec, as: Created.self).Id
  }

  /// Describes a network, by name or id; nil when there is none.
  public func inspectNetwork(_ id: String) async throws(EngineError) -> NetworkSummary? {
    do {
      return try await get("/networks/\(Query.escape(id))")
    } catch  where error.isNotFound {
      return nil
    }
  }

  /// Networks with all of `labels`.
  public func listNetworks(labels: [String: String]) async throws(EngineError) -> [NetworkSummary] {
    try await get("/networks" + Query.string(["filters": try Query.filters(["label": Query.labels(labels)])]))
  }

  /// Networks of exactly this name.
  public func listNetworks(named name: String) async throws(EngineError) -> [NetworkSummary] {
    // The engine's filter takes part of a name as well.
    let found: [NetworkSummary] = try await get(
      "/networks" + Query.string(["filters": try Query.filters(["name": [name]])]))
    return found.filter { $0.name == name }
  }

  /// Removes a network. Status 404 when there is none, 403 or 409 while containers are on it.
  public func removeNetwork(_ id: String) async throws(EngineError) {
    try await perform(.DELETE, "/networks/\(Query.escape(id))")
  }

  /// Joins a container to a network, under further names and at an address of its range when given.
  public func connectNetwork(
    _ id: String, container: String, aliases: [String] = [], address: String? = nil
  ) async throws(EngineError) {
    let endpoint = Connection.Endpoint(Aliases: aliases, IPAMConfig: address.map { .init(IPv4Address: $0) })
    try await perform(
      .POST, "/networks/\(Query.escape(id))/connect",
      try encode(Connection(Container: container, EndpointConfig: endpoint)))
  }

  /// Takes a container off a network. With `force`, one that is gone as well.
  public func disconnectNetwork(_ id: String, container: String, force: Bool = false) async throws(EngineError) {
    try await perform(
      .POST, "/networks/\(Query.escape(id))/disconnect",
      try encode(Disconnection(Container: container, Force: force)))
  }
}
