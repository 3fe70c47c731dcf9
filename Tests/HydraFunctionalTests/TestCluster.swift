import DockerEngine
import Foundation
import HydraClient
import HydraContainers
import HydraModel
import TerminalTestSupport
import Testing

/// A cluster of the tests' own: ports are the engine's to choose, and whatever happens it is swept away.
struct TestCluster: Sendable {
  let name: String
  let tool: Tool
  let engine: DockerEngine
  let summary: ClusterSummary

  /// A name that only tests use, so that CI can sweep.
  static func freshName() -> String { "hydratest-\(UInt32.random(in: .min ... .max))" }

  static func with(
    nodes: Int, auth: String = "token", options: [String] = [], _ body: (TestCluster) async throws -> Void
  ) async throws {
    try await withEngine { (engine) async throws in
      let name = freshName()
      let tool = try Tool()
      do {
        let port = options.contains("--port") ? [] : ["--port", "0"]
        let started = try await tool.run(
          ["cluster", "start", name, "--proxy-port", "0", "--stats-port", "0", "--nodes", "\(nodes)"] + port + options
            + (auth == "token" ? [] : ["--auth", auth]), limit: .seconds(120))
        try #require(started.status == 0, "\(started.errors)")
        let json = try await tool.ok("cluster", "inspect", name, "--output", "json")
        let summary = try HydraJSON.decode(ClusterSummary.self, from: Data(json.utf8))
        try await body(TestCluster(name: name, tool: tool, engine: engine, summary: summary))
      } catch {
        try await sweep(name, tool, engine)
        throw error
      }
      try await sweep(name, tool, engine)
    }
  }

  /// Runs `body` with a client of the engine that is closed afterwards.
  static func withEngine(_ body: (DockerEngine) async throws -> Void) async throws {
    let engine = try DockerEngine(
      EngineEndpoint(environment: ProcessInfo.processInfo.environment) { try LocalFile.text($0) })
    do {
      try await body(engine)
    } catch {
      await engine.shutdown()
      throw error
    }
    await engine.shutdown()
  }

  /// Destroys cluster `name`, however it came to be left, and expects that nothing is left.
  static func sweep(_ name: String, _ tool: Tool, _ engine: DockerEngine) async throws {
    let outcome = try await tool("cluster", "destroy", name)
    #expect(outcome.status == 0 || outcome.errors.contains("no cluster"), "\(outcome.errors)")
    #expect(try await leftovers(name, engine).isEmpty)
  }

  /// Names of everything that bears the cluster's label.
  static func leftovers(_ name: String, _ engine: DockerEngine) async throws -> [String] {
    let labels = [Label.cluster: name]
    return try await engine.listContainers(labels: labels).map(\.name)
      + engine.listNetworks(labels: labels).map(\.name) + engine.listVolumes(labels: labels).map(\.name)
  }

  // MARK: Asking

  func state() async throws -> ClusterState {
    let json = try await tool.ok("state", "--cluster", name, "--output", "json")
    return try HydraJSON.decode(ClusterState.self, from: Data(json.utf8))
  }

  func service(_ alias: String) async throws -> ServiceState? { try await state().services.first { $0.name == alias } }

  @discardableResult
  func hello(_ alias: String = "hello1", replicas: Int, port: Int = 8001) async throws -> String {
    try await tool.ok(
      "service", "add", alias, "--image", "hydra-hello", "--cluster", name, "--replicas", "\(replicas)",
      "--node-port", "\(port)", "--service-port", "8000")
  }

  /// The body of a GET at the proxy; nil unless it was a 200.
  func get(_ path: String) async throws -> String? {
    let answer = try await HTTPProbeClient().get("\(summary.proxy)\(path)")
    return answer.status == 200 ? answer.body : nil
  }

  func container(_ node: String) -> String { "\(node).\(name)" }
}
