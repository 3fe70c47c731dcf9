import FoundationEssentials
public import HydraModel
import NIOHTTP1

extension APIClient: NodeOperations {
  /// `POST /node`.
  public func addNode(_ spec: NodeSpec) async throws -> NodeState {
    try await change(
      APIRequest(method: .POST, path: ["node"], body: encoded(spec)), limit: configuration.node)
  }

  /// `GET /nodes`.
  public func nodes() async throws -> [NodeState] { try await get(["nodes"]) }

  /// `GET /nodes/{name}`.
  public func node(named name: String) async throws -> NodeState { try await get(["nodes", named(name, "node")]) }

  /// `DELETE /nodes/{name}`.
  public func removeNode(named name: String, force: Bool) async throws {
    let request = APIRequest(
      method: .DELETE, path: ["nodes", try named(name, "node")], query: force ? [("force", "true")] : [])
    let _: Removal = try await change(request, limit: configuration.deploy)
  }

  /// `POST /nodes/{name}/kill`.
  public func killNode(named name: String) async throws -> NodeState {
    try await change(
      APIRequest(method: .POST, path: ["nodes", named(name, "node"), "kill"]), limit: configuration.node)
  }

  /// `POST /nodes/{name}/start`.
  public func startNode(named name: String) async throws -> NodeState {
    try await change(
      APIRequest(method: .POST, path: ["nodes", named(name, "node"), "start"]), limit: configuration.node)
  }
}

extension APIClient: ServiceOperations {
  /// `POST /service`.
  public func addService(_ spec: ServiceSpec) async throws -> ServiceState {
    try await change(
      APIRequest(method: .POST, path: ["service"], body: encoded(spec)), limit: configuration.deploy)
  }

  /// `GET /services`.
  public func services() async throws -> [ServiceState] { try await get(["services"]) }

  /// `GET /services/{alias}`.
  public func service(named alias: String) async throws -> ServiceState {
    try await get(["services", named(alias, "service")])
  }

  /// `DELETE /services/{alias}`.
  public func removeService(named alias: String) async throws {
    let request = APIRequest(method: .DELETE, path: ["services", try named(alias, "service")])
    let _: Removal = try await change(request, limit: configuration.deploy)
  }

  /// `POST /services/{alias}/migrate`.
  public func migrate(service alias: String, from: String?, to: String?) async throws -> Migration {
    let path = ["services", try named(alias, "service"), "migrate"]
    let body = try encoded(MigrationBody(from: from, to: to))
    return try await change(APIRequest(method: .POST, path: path, body: body), limit: configuration.deploy)
  }
}

extension APIClient {
  /// `GET /state`.
  public func state() async throws -> ClusterState { try await get(["state"]) }

  /// An empty name would address the collection, and `..` another resource.
  private func named(_ name: String, _ noun: String) throws(HydraError) -> String {
    guard !name.isEmpty, name != ".", name != ".." else {
      throw HydraError(.notFound, "there is no \(noun) '\(name)'")
    }
    return name
  }

  private func encoded(_ value: some Encodable) throws(HydraError) -> [UInt8] {
    do {
      return [UInt8](try HydraJSON.encode(value))
    } catch {
      // A number that JSON does not have: not a number, infinity.
      throw HydraError(.invalidArgument, "the request can't be sent as JSON: \(error)")
    }
  }
}

/// The answer of a DELETE.
private struct Removal: Decodable {
  var name: String
}

private struct MigrationBody: Encodable {
  var from: String?
  var to: String?
}
