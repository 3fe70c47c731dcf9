import FoundationEssentials
import HydraClient
import HydraModel
import HydraServer
import Logging
import ServiceLifecycle
import Testing

/// A server on a port of its own, for one test.
struct TestServer: Sendable {
  static let token = "s3cret-token"

  let port: Int
  let cluster: FakeCluster
  let group: ServiceGroup?

  /// A port for a server that is to come back on it: outside of the range that the system gives away by itself.
  static func lastingPort() -> Int { Int.random(in: 20_000..<32_000) }

  /// Runs `body` against a server for `cluster`; shuts it down gracefully afterwards.
  static func run(
    _ cluster: FakeCluster = FakeCluster(), token: String? = TestServer.token, health: FakeHealth = FakeHealth(),
    port: Int = 0, limits: ServerLimits = ServerLimits(),
    logger: Logger = TestServer.silent, _ body: @Sendable (TestServer) async throws -> Void
  ) async throws {
    try await serve(cluster, token: token, health: health, port: port, limits: limits, logger: logger) { port, group in
      try await body(TestServer(port: port, cluster: cluster, group: group))
    }
  }

  static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

  /// Runs `body` with the port of a server for `cluster`; shuts it down gracefully afterwards.
  static func serve(
    _ cluster: any ClusterOperations, token: String? = TestServer.token, health: FakeHealth = FakeHealth(),
    port: Int = 0, limits: ServerLimits = ServerLimits(), logger: Logger = TestServer.silent,
    _ body: @Sendable (Int, ServiceGroup) async throws -> Void
  ) async throws {
    let (ports, running) = AsyncStream<Int>.makeStream()
    let server = APIServer(
      configuration: ServerConfiguration(
        cluster: "test", token: token, host: "127.0.0.1", port: port, limits: limits),
      cluster: cluster, health: health, logger: logger,
      onRunning: { running.yield($0) })
    let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [server], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        defer { running.finish() }
        try await group.run()
      }
      guard let port = await ports.first(where: { _ in true }) else {
        try await tasks.next()
        return
      }
      do {
        try await body(port, group)
      } catch {
        await group.triggerGracefulShutdown()
        throw error
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  /// Asks it to stop, as a signal does.
  func stop() async { await group?.triggerGracefulShutdown() }

  func client(token: String? = TestServer.token, _ configuration: ClientConfiguration = ClientConfiguration()) throws
    -> APIClient
  {
    try APIClient(url: "http://127.0.0.1:\(port)", token: token, configuration: configuration)
  }

  /// One request on a connection of its own, written out by hand.
  func send(
    _ method: String, _ path: String, body: String? = nil, host: String? = nil, token: String? = TestServer.token,
    headers: [String] = []
  ) async throws -> RawResponse {
    try await TestServer.send(method, path, to: port, body: body, host: host, token: token, headers: headers)
  }

  /// One request to the server on `port`.
  static func send(
    _ method: String, _ path: String, to port: Int, body: String? = nil, host: String? = nil,
    token: String? = TestServer.token, headers: [String] = []
  ) async throws -> RawResponse {
    var lines = ["\(method) \(path) HTTP/1.1", "Host: \(host ?? "localhost:\(port)")", "Connection: close"]
    if let token { lines.append("Authorization: Bearer \(token)") }
    if let body { lines.append("Content-Length: \(body.utf8.count)") }
    let text = (lines + headers).joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
    return try await RawConnection.with(port) { connection in
      try await connection.send(text)
      return try RawResponse(await connection.readToEnd())
    }
  }
}
