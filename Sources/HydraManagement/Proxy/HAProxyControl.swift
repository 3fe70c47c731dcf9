import DockerEngine
public import HAProxy
import HydraContainers
import HydraControl
import HydraModel

/// The cluster's HAProxy: its file and sockets on the volume that management and proxy share.
public struct HAProxyControl: Sendable {
  private let driver: ProxyDriver
  private let statsUser: String
  private let statsPassword: String

  /// The script in the proxy's image that keeps requests waiting for a server.
  static let waitScript = "/etc/hydra/wait.lua"

  /// The proxy steered by `driver`.
  public init(driver: ProxyDriver, statsUser: String, statsPassword: String) {
    self.driver = driver
    self.statsUser = statsUser
    self.statsPassword = statsPassword
  }

  /// Makes the proxy route as `table` says. Returns once it does.
  func apply(_ table: RoutingTable) async throws {
    try await translating { _ = try await driver.apply(configuration(table)) }
  }

  /// Stops sending requests to these servers, at once.
  func takeOut(_ servers: [RoutingTable.Entry]) async throws {
    try await translating { try await driver.takeOut(servers.map { (backend: $0.service, server: $0.node) }) }
  }

  /// Returns if the proxy responds; throws what is wrong otherwise.
  func check() async throws { try await translating { try await driver.check() } }

  private func configuration(_ table: RoutingTable) -> ProxyConfiguration {
    var configuration = ProxyConfiguration(
      adminSocket: "\(CoreContainers.proxyDirectory)/admin.sock", servicePort: 8888, statsPort: 9999,
      statsUser: statsUser,
      statsPassword: statsPassword, backends: table.services.mapValues(HAProxyControl.backend))
    configuration.waitScript = HAProxyControl.waitScript
    return configuration
  }

  private static func backend(_ route: RoutingTable.Route) -> ProxyConfiguration.Backend {
    let traffic = route.traffic
    return ProxyConfiguration.Backend(
      health: .init(path: route.health, host: traffic.healthHost, timeout: .seconds(traffic.healthTimeout)),
      responseTimeout: .seconds(traffic.timeout), tunnelTimeout: .seconds(traffic.tunnelTimeout),
      scopesCookies: traffic.cookiePath == .scope,
      servers: route.servers.mapValues { .init(address: $0.address, port: $0.port) })
  }

  private func translating(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let error as HAProxyError {
      throw HydraError(.unavailable, "proxy: \(error)")
    }
  }
}

extension ConfigurationDirectory {
  /// HAProxy's file on the volume that management and proxy share. HAProxy itself, in `container`, checks a new one before
  /// it takes its place.
  static func shared(with container: String, on engine: DockerEngine) -> ConfigurationDirectory {
    ConfigurationDirectory(CoreContainers.proxyDirectory) { file in
      do {
        let result = try await engine.exec(
          container, ["haproxy", "-c", "-f", "\(CoreContainers.proxyDirectory)/\(file)"], within: .seconds(20))
        return Verdict(exitCode: result.exitCode, output: result.output + result.errorOutput)
      } catch let error as EngineError {
        throw HydraError(
          .unavailable, "the proxy's configuration can't be checked: \(error)", remedy: "is '\(container)' running?")
      }
    }
  }
}
