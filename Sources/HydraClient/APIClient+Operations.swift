public import HydraModel

extension APIClient: ClusterOperations {
  public func send<R: ClusterRequest>(_ request: R, key: String?) async throws -> R.Answer {
    let message = APIRequest(try RequestMessage(request))
    guard R.endpoint.changes else { return try await get(message) }
    return try await change(message, key: key, limit: limit(for: request))
  }

  private func limit<R: ClusterRequest>(for request: R) -> Duration {
    let limit =
      switch R.patience {
      case .reading: configuration.read
      case .node: configuration.node
      case .deployment: configuration.deploy
      }
    // The cluster itself keeps to `within`, and undoes what it began after that.
    return request.within.map { max(limit, .seconds($0) + configuration.undo) } ?? limit
  }
}
