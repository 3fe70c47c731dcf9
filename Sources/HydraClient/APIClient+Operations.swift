import FoundationEssentials
public import HydraModel
import NIOHTTP1

extension APIClient: NodeOperations {
  public func addNode(_ spec: NodeSpec) async throws -> NodeState {
    try await change(
      APIRequest(method: .POST, path: ["node"], body: encoded(spec)), limit: configuration.node)
  }

  public func nodes() async throws -> [NodeState] { try await get(["nodes"]) }

  public func node(named name: String) async throws -> NodeState { try await get(["nodes", named(name, "node")]) }

  public func removeNode(named name: String, force: Bool) async throws {
    let request = APIRequest(
      method: .DELETE, path: ["nodes", try named(name, "node")], query: force ? [("force", "true")] : [])
    let _: Removal = try await change(request, limit: configuration.deploy)
  }

  public func killNode(named name: String) async throws -> NodeState {
    try await change(
      APIRequest(method: .POST, path: ["nodes", named(name, "node"), "kill"]), limit: configuration.node)
  }

  public func startNode(named name: String) async throws -> NodeState {
    try await change(
      APIRequest(method: .POST, path: ["nodes", named(name, "node"), "start"]), limit: configuration.node)
  }
}

extension APIClient: ServiceOperations {
  public func addService(_ spec: ServiceSpec) async throws -> ServiceState {
    try await change(
      APIRequest(method: .POST, path: ["service"], body: encoded(spec)), limit: configuration.deploy)
  }

  public func services() async throws -> [ServiceState] { try await get(["services"]) }

  public func service(named alias: String) async throws -> ServiceState {
    try await get(["services", named(alias, "service")])
  }

  public func removeService(named alias: String) async throws {
    let request = APIRequest(method: .DELETE, path: ["services", try named(alias, "service")])
    let _: Removal = try await change(request, limit: configuration.deploy)
  }

  public func migrate(service alias: String, from: String?, to: String?) async throws -> Migration {
    let path = ["services", try named(alias, "service"), "migrate"]
    let body = try encoded(MigrationBody(from: from, to: to))
    return try await change(APIRequest(method: .POST, path: path, body: body), limit: configuration.deploy)
  }
}

extension APIClient {
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
