public import HydraModel

extension APIClient: NodeOperations {
  /// `POST /node`.
  public func addNode(_ spec: NodeSpec) async throws -> NodeState {
    try await change(.addNode(spec), limit: configuration.node)
  }

  /// `GET /nodes`.
  public func nodes() async throws -> [NodeState] { try await get(["nodes"]) }

  /// `GET /nodes/{name}`.
  public func node(named name: String) async throws -> NodeState {
    try await get(["nodes", ClusterRequest.named(name, "node")])
  }

  /// `DELETE /nodes/{name}`.
  public func removeNode(named name: String, force: Bool) async throws {
    let _: Removal = try await change(.removeNode(name, force: force), limit: configuration.deploy)
  }

  /// `POST /nodes/{name}/kill`.
  public func killNode(named name: String) async throws -> NodeState {
    try await change(.killNode(name), limit: configuration.node)
  }

  /// `POST /nodes/{name}/start`.
  public func startNode(named name: String) async throws -> NodeState {
    try await change(.startNode(name), limit: configuration.node)
  }
}

extension APIClient: ServiceOperations {
  /// `POST /service`.
  public func addService(_ spec: ServiceSpec) async throws -> ServiceState {
    // The cluster itself keeps to `within`, and undoes what it began after that.
    let limit = spec.within.map { Swift.max(configuration.deploy, .seconds($0) + configuration.undo) }
    return try await change(.addService(spec), limit: limit ?? configuration.deploy)
  }

  /// `GET /services`.
  public func services() async throws -> [ServiceState] { try await get(["services"]) }

  /// `GET /services/{alias}`.
  public func service(named alias: String) async throws -> ServiceState {
    try await get(["services", ClusterRequest.named(alias, "service")])
  }

  /// `DELETE /services/{alias}`.
  public func removeService(named alias: String) async throws {
    let _: Removal = try await change(.removeService(alias), limit: configuration.deploy)
  }

  /// `POST /services/{alias}/migrate`.
  public func migrate(service alias: String, from: String?, to: String?) async throws -> Migration {
    try await change(.migrate(alias, from: from, to: to), limit: configuration.deploy)
  }
}

extension APIClient {
  /// `GET /state`.
  public func state() async throws -> ClusterState { try await get(["state"]) }

  private func change<T: Decodable & Sendable>(_ request: ClusterRequest, limit: Duration) async throws -> T {
    try await change(APIRequest(request), limit: limit)
  }
}

/// The answer of a DELETE.
private struct Removal: Decodable {
  var name: String
}
