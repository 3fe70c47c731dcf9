import DockerEngine
import FoundationEssentials
import Glibc
public import HAProxy
import HydraModel

/// The cluster's HAProxy: its file and sockets on the volume that management and proxy share.
public struct HAProxyControl: ProxyControl {
  private let driver: ProxyDriver
  private let statsUser: String
  private let statsPassword: String

  /// Where the shared volume is mounted, in both containers.
  public static let directory = "/run/hydra-proxy"

  /// The proxy steered by `driver`.
  public init(driver: ProxyDriver, statsUser: String, statsPassword: String) {
    self.driver = driver
    self.statsUser = statsUser
    self.statsPassword = statsPassword
  }

  public func apply(_ table: RoutingTable) async throws {
    try await translating { _ = try await driver.apply(configuration(table)) }
  }

  public func takeOut(_ servers: [(service: String, node: String)]) async throws {
    try await translating { try await driver.takeOut(servers.map { (backend: $0.service, server: $0.node) }) }
  }

  public func check() async throws { try await translating { try await driver.check() } }

  private func configuration(_ table: RoutingTable) -> ProxyConfiguration {
    let backends = table.services.mapValues { route in
      ProxyConfiguration.Backend(
        healthPath: route.health, servers: route.servers.mapValues { .init(address: $0.address, port: $0.port) })
    }
    return ProxyConfiguration(
      adminSocket: "\(HAProxyControl.directory)/admin.sock", servicePort: 8888, statsPort: 9999, statsUser: statsUser,
      statsPassword: statsPassword, backends: backends)
  }

  private func translating(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let error as HAProxyError {
      throw HydraError(.unavailable, "proxy: \(error)")
    }
  }
}

/// HAProxy's file on the shared volume. HAProxy in the other container checks it before it takes its place.
struct SharedVolumeFiles: ConfigurationFiles {
  let engine: DockerEngine
  /// The proxy's container.
  let container: String

  private var file: String { "\(HAProxyControl.directory)/haproxy.cfg" }

  func replace(with text: String, validated: Bool) async throws {
    let candidate = "\(file).new"
    try Data(text.utf8).write(to: URL(filePath: candidate))
    if validated {
      let result: ExecResult
      do {
        result = try await engine.exec(container, ["haproxy", "-c", "-q", "-f", candidate], within: .seconds(20))
      } catch {
        throw HydraError(
          .unavailable, "the proxy's configuration can't be checked: \(error)", remedy: "is '\(container)' running?")
      }
      guard result.exitCode == 0 else {
        let said = (result.output + result.errorOutput).split(whereSeparator: \.isNewline).joined(separator: " / ")
        throw HAProxyError(.refused, "the configuration is refused: \(said)")
      }
    }
    guard rename(candidate, file) == 0 else {
      throw HydraError(.failed, "'\(file)' can't be replaced: \(String(cString: strerror(errno)))")
    }
  }
}
