import DockerEngine
import Glibc
import HAProxy
import HydraContainers
import HydraManagement
import HydraModel
import HydraServer
import Logging
import RedisClient
import ServiceLifecycle
import UnixSignals

/// The management node: reads the cluster's identity and composes the control core's driver and the API over engines, Redis and HAProxy.
@main
enum HydraServerMain {
  static func main() async {
    LoggingSystem.bootstrap { VisibleLog(StreamLogHandler.standardError(label: $0)) }
    let logger = Logger(label: "hydra")
    do {
      try await run(logger)
    } catch {
      logger.critical("\(error)")
      exit(1)
    }
  }

  private static func run(_ logger: Logger) async throws {
    let directory = CommandLine.arguments.dropFirst().first ?? ClusterIdentity.directory
    let identity = try ClusterIdentity(contentsOf: "\(directory)/\(ClusterIdentity.file)")
    let node = try await ManagementNode(identity: identity, logger: logger)
    let configuration = ServerConfiguration(
      cluster: identity.spec.name, token: identity.token, host: "0.0.0.0", port: 8080,
      allowedHosts: [ClusterNames(identity.spec.name).management, identity.spec.publishedHost])
    let server = APIServer(
      configuration: configuration, cluster: node.driver, health: Health(driver: node.driver),
      logger: logger)
    let group = ServiceGroup(
      configuration: .init(
        services: [
          .init(service: ManagementService(node: node), successTerminationBehavior: .gracefullyShutdownGroup),
          .init(service: server),
        ], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await group.run()
  }
}

/// The management node as a service: works until the group shuts down, API first.
private struct ManagementService: Service {
  let node: ManagementNode

  func run() async throws {
    await cancelWhenGracefulShutdown { await node.run() }
  }
}

/// Health of the components, as the driver sees them.
private struct Health: ClusterHealth {
  let driver: ControlDriver

  func health() async -> HealthReport {
    let problems = await driver.problems()
    return HealthReport(data: problems.data, proxy: problems.proxy, engine: problems.engine)
  }
}
