import DockerEngine
import Foundation
import HydraClient
import HydraModel
import TerminalTestSupport
import Testing

extension HydraFunctionalTests {
  /// What is restarted loses nothing.
  @Suite(.serialized, .timeLimit(.minutes(5))) struct Restarts {
    @Test("events and their numbers outlive restarts of Redis, of management, and of both")
    func eventsSurvive() async throws {
      try await TestCluster.with(nodes: 1) { (cluster) async throws in
        let (names, engine) = (ClusterNames(cluster.name), cluster.engine)
        let restarts: [[String]] = [[names.data], [names.management], [names.data, names.management]]
        var seen = try await happen("a0", cluster)
        for (index, restarted) in restarts.enumerated() {
          // A transaction of one command takes another way into Redis than one of several.
          try await withThrowingTaskGroup(of: Void.self) { group in
            for container in restarted { group.addTask { try await engine.restartContainer(container) } }
            try await group.waitForAll()
          }
          let now = try await happen("a\(index + 1)", cluster)
          #expect(Set(now.map(\.id)).count == now.count, "a number was given twice: \(now.map(\.id))")
          #expect(Array(now.prefix(seen.count)) == seen, "events were lost by a restart of \(restarted)")
          seen = now
        }
        // What is in Redis itself, after its last restart from the file.
        try await engine.killContainer(names.data)
        try await engine.startContainer(names.data)
        try await engine.restartContainer(names.management)
        let expected = seen
        #expect(try await events(cluster) { $0.count >= expected.count }.prefix(expected.count) == expected[...])
        let log = try await Tool.command("docker", "logs", names.data)
        #expect(!log.output.contains("NOPERM") && !log.errors.contains("NOPERM"), "\(log.output.suffix(500))")
      }
    }

    /// Adds and removes a service; returns all events up to its removal.
    private func happen(_ alias: String, _ cluster: TestCluster) async throws -> [ClusterEvent] {
      try await cluster.hello(alias, replicas: 1)
      try await cluster.tool.ok("service", "remove", alias, "--cluster", cluster.name)
      return try await events(cluster) { $0.contains { $0.kind == .serviceRemoved && $0.service == alias } }
    }

    /// The events from the first on, once they are as `isWhole` says.
    private func events(
      _ cluster: TestCluster, _ isWhole: @escaping @Sendable ([ClusterEvent]) -> Bool
    ) async throws -> [ClusterEvent] {
      let client = try APIClient(url: cluster.summary.api)
      let reading = Task {
        var events: [ClusterEvent] = []
        for try await event in client.events(after: 0) {
          events.append(event)
          if isWhole(events) { break }
        }
        return events
      }
      let limit = Task {
        try await Task.sleep(for: .seconds(60))
        reading.cancel()
      }
      defer { limit.cancel() }
      let events = try await reading.value
      try #require(isWhole(events), "not all events came: \(events.map(\.message).suffix(5))")
      return events
    }

    @Test("nobody gets into Redis without its password")
    func defaultUserIsOff() async throws {
      try await TestCluster.with(nodes: 0) { (cluster) async throws in
        let ping = try await Tool.command(
          "docker", "exec", ClusterNames(cluster.name).data, "redis-cli", "SET", "hydra:x", "1")
        #expect(ping.output.contains("NOAUTH"), "\(ping.output) \(ping.errors)")
      }
    }
  }
}
