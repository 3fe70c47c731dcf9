import HTTPTypes
import Hummingbird
import HummingbirdCore
public import HydraModel
public import Logging
import NIOCore
public import ServiceLifecycle

/// The HTTP API of one cluster: routes only, everything is done by a ``ClusterOperations``.
///
/// Changing requests run once per `Idempotency-Key` and outlive the connection they came on; `DELETE /requests/{key}`
/// cancels them.
public struct APIServer: Service {
  private let configuration: ServerConfiguration
  private let cluster: any ClusterOperations
  private let health: any ClusterHealth
  private let logger: Logger
  private let onRunning: @Sendable (_ port: Int) async -> Void

  /// A server for `cluster`.
  ///
  /// - Parameter onRunning: called once it listens, with the port.
  public init(
    configuration: ServerConfiguration, cluster: any ClusterOperations, health: any ClusterHealth, logger: Logger,
    onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.cluster = cluster
    self.health = health
    self.logger = logger
    self.onRunning = onRunning
  }

  /// Serves until a graceful shutdown or cancellation. Throws when the address can't be listened on.
  ///
  /// On a graceful shutdown it takes no new connections, ends event streams, gives running requests
  /// ``ServerLimits/shutdownGrace`` to finish, answers those that did not with `unavailable`, and cuts off whoever does
  /// not take the answer within ``ServerLimits/shutdownForce``. Cancelled, it does the same without the grace.
  public func run() async throws {
    let inProgress = RequestsInProgress(limit: configuration.limits.executions)
    let services = ServiceGroup(
      configuration: ServiceGroupConfiguration(services: [application(inProgress)], logger: logger))
    // A task of its own, because cancelling the framework's server while a connection comes in is a defect to NIO:
    // the connection that nobody takes any more traps as it is dropped. So a cancellation becomes a shutdown.
    let serving = Task { try await services.run() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.end(inProgress, serving) }
      defer { group.cancelAll() }
      do {
        try await withTaskCancellationOrGracefulShutdownHandler {
          try await serving.value
        } onCancelOrGracefulShutdown: {
          Task { await services.triggerGracefulShutdown() }
        }
      } catch let error as IOError {
        throw HydraError(
          .failed, "can't listen on \(configuration.host):\(configuration.port): \(SystemError.text(error))")
      }
    }
  }

  /// Bounds what is left once the server is to stop.
  private func end(_ inProgress: RequestsInProgress, _ serving: Task<Void, any Error>) async throws {
    do {
      try await gracefulShutdown()
      await inProgress.drain(grace: configuration.limits.shutdownGrace)
    } catch {
      // Cancelled: there is no time to wait for anybody.
      await inProgress.drain(grace: .zero)
    }
    // Not cancelled with the rest, ended by the end of the serving.
    let force = Task {
      try await Task.sleep(for: configuration.limits.shutdownForce)
      serving.cancel()
    }
    _ = await serving.result
    force.cancel()
  }

  private func application(_ inProgress: RequestsInProgress) -> some ApplicationProtocol {
    let limits = configuration.limits
    var http = HTTP1Channel.Configuration(
      additionalChannelHandlers: [ConnectionHandler(maximumBody: limits.body)],
      idleTimeout: TimeAmount(limits.idle))
    http.httpDecoder = .init(maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100)
    let onRunning = onRunning
    return Application(
      router: router(inProgress), server: .http1(configuration: http),
      configuration: ApplicationConfiguration(
        address: .hostname(configuration.host, port: configuration.port),
        availableConnectionsDelegate: .maximum(limits.connections, logger: logger)),
      onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? 0) },
      logger: logger)
  }

  private func router(_ inProgress: RequestsInProgress) -> Router<APIContext> {
    let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
    var table = RouteTable(reader: BodyReader(limits: configuration.limits), inProgress: inProgress, logger: logger)
    table.addHealthRoute(health)
    table.addEventRoutes(cluster, limits: configuration.limits)
    table.addRequestRoutes(cluster)
    table.addWelcome(configuration.cluster)
    router.add(
      middleware: GateMiddleware(
        hosts: HostPolicy(hosts: configuration.allowedHosts), token: TokenPolicy(token: configuration.token),
        methods: table.methods))
    table.install(on: router)
    return router
  }
}

extension APIServer: CustomStringConvertible {
  /// What it serves and where. Services are logged by their description.
  public var description: String { "API server of \(configuration)" }
}
