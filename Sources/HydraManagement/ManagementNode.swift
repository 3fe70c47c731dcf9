import DockerEngine
import HAProxy
public import HydraContainers
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
    let core = try await ManagementNode.look(identity, names, engine)
    engines = DockerPlatform(core: core, host: engine)
    let proxy = ProxyDriver(
      files: ConfigurationDirectory.shared(with: names.proxy, on: engine),
      adminSocket: "\(CoreContainers.proxyDirectory)/admin.sock",
      masterSocket: "\(CoreContainers.proxyDirectory)/master.sock")
    let redis = RedisClient(
      host: names.data, port: 6379, user: identity.storeUser, password: identity.storePassword)
    driver = ControlDriver(
      core: ControlCore(cluster: ManagementNode.describe(core)), engines: engines,
      proxy: HAProxyControl(driver: proxy, statsUser: identity.statsUser, statsPassword: identity.statsPassword),
      store: RedisStore(client: redis, cluster: identity.spec.name), logger: logger)
  }

  /// Works until cancelled.
  public func run() async {
    await driver.run()
    await engines.shutdown()
    await engine.shutdown()
  }

  /// The containers of the core, with the ports that the engine has published: one that was chosen may have been lost before
  /// the container could be started, and another one taken.
  private static func look(
    _ identity: ClusterIdentity, _ names: ClusterNames, _ engine: DockerEngine
  ) async throws -> CoreContainers {
    try await engineCall("looking at the cluster's own containers") {
      let management = try await engine.inspectContainer(names.management)
      let proxy = try await started(names.proxy, engine)
      var identity = identity
      func published(_ container: ContainerInspection?, _ port: Int, _ asked: Int) -> Int {
        container?.ports[port]?.first?.port ?? asked
      }
      identity.spec.port = published(management, 8080, identity.spec.port)
      identity.spec.proxyPort = published(proxy, 8888, identity.spec.proxyPort)
      identity.spec.statsPort = published(proxy, 9999, identity.spec.statsPort)
      return CoreContainers(
        asked: identity.spec, identity: identity, images: ImageNames(besideNodeImage: identity.nodeImage),
        start: management.labels[CoreContainers.startLabel] ?? "", engineSocket: "/var/run/docker.sock")
    }
  }

  /// The container, once it was started: the core's containers are created side by side, and a port is only known then. Nil if
  /// there is none.
  private static func started(_ name: String, _ engine: DockerEngine) async throws -> ContainerInspection? {
    let deadline = ContinuousClock.now + .seconds(10)
    while true {
      do {
        let found = try await engine.inspectContainer(name)
        if found.state != "created" || .now > deadline { return found }
      } catch {
        guard error.isNotFound else { throw error }
        if .now > deadline { return nil }
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  private static func describe(_ core: CoreContainers) -> ClusterDescription {
    let spec = core.identity.spec
    func url(_ port: Int) -> String { "http://\(spec.publishedHost):\(port)" }
    return ClusterDescription(
      name: spec.name, api: url(spec.port), proxy: url(spec.proxyPort), stats: "\(url(spec.statsPort))/stats",
      nodeImage: core.identity.nodeImage)
  }
}
