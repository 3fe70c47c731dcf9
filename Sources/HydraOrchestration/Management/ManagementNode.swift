import DockerEngine
import HAProxy
import HydraControl
import HydraModel
public import Logging
import RedisClient

/// Everything a management node runs besides its API: the control core, driven over this machine's engine, Redis and HAProxy.
public struct ManagementNode: Sendable {
  /// What performs the core's effects, and takes requests.
  public let driver: ControlDriver
  private let engines: DockerPlatform
  private let engine: DockerEngine

  /// The management node of `identity`'s cluster. Asks the engine where the cluster's ports are published.
  public init(identity: ClusterIdentity, logger: Logger) async throws {
    let names = ClusterNames(identity.spec.name)
    engine = try DockerEngine(.defaultSocket)
    engines = DockerPlatform(identity: identity, host: engine)
    let proxy = ProxyDriver(
      files: ConfigurationDirectory.shared(with: names.proxy, on: engine),
      adminSocket: "\(HAProxyControl.directory)/admin.sock", masterSocket: "\(HAProxyControl.directory)/master.sock")
    let redis = RedisClient(
      host: names.data, port: 6379, user: identity.storeUser, password: identity.storePassword)
    driver = ControlDriver(
      core: ControlCore(cluster: try await ManagementNode.describe(identity, names, engine)), engines: engines,
      proxy: HAProxyControl(driver: proxy, statsUser: identity.statsUser, statsPassword: identity.statsPassword),
      store: RedisStore(client: redis, cluster: identity.spec.name), logger: logger)
  }

  /// Works until cancelled.
  public func run() async {
    await driver.run()
    await engines.shutdown()
    await engine.shutdown()
  }

  /// The container, once it was started: the core's containers are created side by side, and a port is only known then.
  private static func started(_ name: String, _ engine: DockerEngine) async throws -> ContainerInspection {
    let deadline = ContinuousClock.now + .seconds(10)
    while true {
      do {
        let found = try await engine.inspectContainer(name)
        if found.state != "created" || .now > deadline { return found }
      } catch {
        guard error.isNotFound, .now < deadline else { throw error }
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// The published ports as the engine has them: a port of 0 was the engine's to choose.
  private static func describe(
    _ identity: ClusterIdentity, _ names: ClusterNames, _ engine: DockerEngine
  ) async throws -> ClusterDescription {
    let host = identity.spec.publishedHost
    return try await engineCall("looking at the cluster's own containers") {
      let management = try await engine.inspectContainer(names.management)
      let proxy = try await started(names.proxy, engine)
      func url(_ container: ContainerInspection, _ port: Int, _ asked: Int) -> String {
        "http://\(host):\(container.ports[port]?.first?.port ?? asked)"
      }
      return ClusterDescription(
        name: names.cluster, api: url(management, 8080, identity.spec.port),
        proxy: url(proxy, 8888, identity.spec.proxyPort), stats: "\(url(proxy, 9999, identity.spec.statsPort))/stats",
        nodeImage: identity.nodeImage)
    }
  }
}
