import HydraModel
import HydraServer
import HydraSimulation
import Logging

/// A cluster in memory behind a real API on a port of its own, so that the built binary can be run against it.
struct ServedCluster {
  let url: String
  private let serving: Task<Void, any Error>

  init(_ cluster: SimulatedCluster) async throws {
    let (ports, running) = AsyncStream<Int>.makeStream()
    let server = APIServer(
      configuration: ServerConfiguration(cluster: cluster.name, token: nil, host: "127.0.0.1", port: 0),
      cluster: cluster, health: AlwaysWell(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      onRunning: { running.yield($0) })
    let serving = Task {
      defer { running.finish() }
      try await server.run()
    }
    guard let port = await ports.first(where: { _ in true }) else {
      try await serving.value
      throw CancellationError()
    }
    self.serving = serving
    url = "http://127.0.0.1:\(port)"
  }

  func stop() async {
    serving.cancel()
    _ = await serving.result
  }

  private struct AlwaysWell: ClusterHealth {
    func health() async -> HealthReport { HealthReport(data: nil, proxy: nil, engine: nil) }
  }
}
