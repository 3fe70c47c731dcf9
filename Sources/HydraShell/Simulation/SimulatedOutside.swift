import HydraModel
import HydraRuntime
import HydraSimulation

/// The outside of a program in a simulation: requests reach the proxies of the simulated clusters, files are read, and nothing is
/// changed.
struct SimulatedOutside: OutsideAccess {
  let directory: SimulatedDirectory
  let clock: VirtualClock
  let system: SystemOutside

  func send(_ request: HTTPProbeRequest) async throws -> HTTPProbeAnswer {
    let url = Self.normalized(request.url)
    for cluster in await directory.everyCluster.reversed() {
      let proxy = Self.normalized(cluster.links.proxy.endpoint)
      guard url == proxy || url.hasPrefix(proxy + "/") else { continue }
      let path = url.dropFirst(proxy.count + 1)
      let alias = String(path.prefix { $0 != "/" && $0 != "?" })
      return try await send(request, to: alias, of: cluster)
    }
    throw HydraError(
      .unreachable, "nothing listens at '\(request.url.prefix(200))' in a simulation",
      remedy: "a simulation has the proxies of its clusters")
  }

  /// With one name for this machine.
  private static func normalized(_ url: String) -> String {
    url.hasPrefix("http://localhost:") ? "http://127.0.0.1:" + url.dropFirst("http://localhost:".count) : url
  }

  private func send(
    _ request: HTTPProbeRequest, to alias: String, of cluster: SimulatedCluster
  ) async throws -> HTTPProbeAnswer {
    let pause = Duration.milliseconds(1)
    switch await cluster.requestThroughProxy(alias) {
    case .refused: throw HydraError(.unreachable, "'\(request.url.prefix(200))': the connection was refused")
    case .notFound: return HTTPProbeAnswer(status: 404, body: "no such service\n", time: pause)
    case .unavailable: return HTTPProbeAnswer(status: 503, body: "no server is available\n", time: pause)
    case .silent:
      try await clock.sleep(for: request.timeout)
      throw HydraError(.timeout, "'\(request.url.prefix(200))': no response within \(TimeText.of(request.timeout))")
    case .served(let node):
      try await clock.sleep(for: pause)
      return HTTPProbeAnswer(status: 200, body: "\(alias) on \(node), simulated\n", time: pause)
    }
  }

  func read(_ path: String, limit: Int) async throws -> [UInt8] { try await system.read(path, limit: limit) }

  func readInput(limit: Int) async throws -> [UInt8] {
    throw HydraError(.failed, "a simulation does not read standard input")
  }

  func write(_ bytes: [UInt8], to path: String, appending: Bool) async throws {
    throw HydraError(.failed, "a simulation writes no files: '\(path)'")
  }

  func run(_ call: ProgramCall) async throws -> ProgramResult {
    throw HydraError(.failed, "a simulation runs no programs: '\(call.words.first ?? "")'")
  }
}
