package import DockerEngine
package import HydraModel

extension HydraError {
  /// A failed call to an engine, as people meet it: what was tried, and what to do.
  package init(_ error: EngineError, while doing: String) {
    switch error.reason {
    case .unreachable:
      self.init(
        .unreachable, "\(doing): no Docker engine is reachable: \(error.message)",
        remedy: "start Docker, or set DOCKER_HOST to where it runs")
    case .permissionDenied:
      self.init(
        .unreachable, "\(doing): \(error.message)",
        remedy: "run this as a member of the group 'docker', or as root")
    case .timeout: self.init(error.isCancelled ? .cancelled : .timeout, "\(doing): \(error.message)")
    case .badEndpoint: self.init(.invalidArgument, "\(doing): \(error.message)")
    case .status(404): self.init(.notFound, "\(doing): \(error.message)")
    case .status(409): self.init(.conflict, "\(doing): \(error.message)")
    case .status, .inBand, .unexpectedAnswer: self.init(.failed, "\(doing): \(error.description)")
    }
  }
}

/// Runs `body`; a failed call to an engine becomes a ``HydraError`` that begins with `doing`.
package func engineCall<T>(_ doing: @autoclosure () -> String, _ body: () async throws -> T) async throws -> T {
  do {
    return try await body()
  } catch let error as EngineError {
    throw HydraError(error, while: doing())
  }
}

/// Runs `body`; that something is not there (404) is no error.
package func ignoringMissing(_ body: () async throws -> Void) async throws {
  do {
    try await body()
  } catch let error as EngineError where error.isNotFound {}
}
