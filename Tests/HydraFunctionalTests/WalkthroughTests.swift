import DockerEngine
import Foundation
import HydraClient
import HydraModel
import TerminalTestSupport
import Testing

/// The suites here run one after the other: they share one engine.
@Suite(.serialized) enum HydraFunctionalTests {}

extension HydraFunctionalTests {
  @Suite(.serialized, .timeLimit(.minutes(5))) struct Walkthrough {
    @Test func seedsWalkthrough() async throws {
      try await TestCluster.with(nodes: 5) { (cluster) async throws in
        try await cluster.hello(replicas: 3)
        try await roundRobinReachesAllThree(cluster)
        try await statsPageWantsItsPassword(cluster)
        try await stateHasTheSeedsKeys(cluster)
        try await killedNodeLosesNoRequest(cluster)
        try await startedNodeComesBackEmpty(cluster)
        try await migrateMovesAReplica(cluster)
        try await cluster.tool.ok("service", "remove", "hello1", "--cluster", cluster.name)
        #expect(try await cluster.get("/hello1") == nil)
        let report = try await cluster.tool.ok("cluster", "destroy", cluster.name)
        #expect(report.contains("8 containers"))
        #expect(try await TestCluster.leftovers(cluster.name, cluster.engine).isEmpty)
      }
    }

    private func roundRobinReachesAllThree(_ cluster: TestCluster) async throws {
      var seen: Set<String> = []
      for _ in 0..<6 {
        let body = try #require(try await cluster.get("/hello1"))
        #expect(body.contains("(GET /)"))
        seen.insert(String(body.prefix { $0 != "(" }))
      }
      #expect(seen.count == 3)
      #expect(try await cluster.get("/hello1/deep/x?y=1")?.contains("(GET /deep/x?y=1)") == true)
      #expect(try await HTTPProbeClient().get("\(cluster.summary.proxy)/nothing").status == 404)
    }

    private func statsPageWantsItsPassword(_ cluster: TestCluster) async throws {
      #expect(try await HTTPProbeClient().get(cluster.summary.stats).status == 401)
      let page = try await Tool.command("curl", "-fsS", "-u", "stats:stats", cluster.summary.stats)
      #expect(page.status == 0 && page.output.contains("hello1"))
    }

    private func stateHasTheSeedsKeys(_ cluster: TestCluster) async throws {
      let body = try await HTTPProbeClient().get("\(cluster.summary.api)/state").body
      let state = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
      #expect(state["name"] as? String == cluster.name)
      let nodes = try #require(state["nodes"] as? [[String: Any]])
      #expect(nodes.map { $0["name"] as? String } == (1...5).map { "node-\($0)" })
      #expect(nodes.allSatisfy { $0["ip"] is String })
      let service = try #require((state["services"] as? [[String: Any]])?.first)
      let replica = try #require((service["nodes"] as? [[String: Any]])?.first)
      #expect(replica["service_image"] as? String == "hydra-hello")
      #expect(replica["node_port"] as? Int == 8001 && replica["service_port"] as? Int == 8000)
      #expect(service["endpoints"] as? [String] == ["\(cluster.summary.proxy)/hello1"])
      let api = try #require(state["api"] as? [String: String])
      #expect(Set(api.keys) == ["node", "state", "service"])
    }

    private func killedNodeLosesNoRequest(_ cluster: TestCluster) async throws {
      let url = "\(cluster.summary.proxy)/hello1"
      let clients = Task {
        await withTaskGroup(of: (answered: Int, failures: [String]).self) { group in
          for _ in 0..<4 { group.addTask { await askUntilCancelled(url) } }
          return await group.reduce(into: (answered: 0, failures: [String]())) {
            $0.answered += $1.answered
            $0.failures += $1.failures
          }
        }
      }
      try await cluster.engine.killContainer(cluster.container("node-2"))
      try await eventually("hello1 is whole again, without node-2") {
        let service = try await cluster.service("hello1")
        return service?.ready == 3 && service?.nodes.contains { $0.name == "node-2" } == false
      }
      clients.cancel()
      let requests = await clients.value
      #expect(requests.answered > 0)
      #expect(requests.failures.isEmpty, "failed requests: \(requests.failures.prefix(5))")
      let migration = try #require(try await cluster.state().migrations.last)
      #expect(migration.from == "node-2" && migration.service == "hello1")
    }

    private func askUntilCancelled(_ url: String) async -> (answered: Int, failures: [String]) {
      let probe = HTTPProbeClient()
      var answered = 0
      var failures: [String] = []
      while !Task.isCancelled {
        do {
          let answer = try await probe.get(url)
          if answer.status == 200 { answered += 1 } else { failures.append(answer.error ?? "\(answer.status ?? 0)") }
        } catch  where Task.isCancelled {
          break
        } catch {
          failures.append("\(error)")
        }
      }
      return (answered, failures)
    }

    private func startedNodeComesBackEmpty(_ cluster: TestCluster) async throws {
      let again = try await cluster.tool("node", "start", "node-1", "--cluster", cluster.name)
      #expect(again.status == 1 && again.errors.contains("already running"))
      try await cluster.tool.ok("node", "start", "node-2", "--cluster", cluster.name)
      let node = try #require(try await cluster.state().nodes.first { $0.name == "node-2" })
      #expect(node.state == .ready && node.services.isEmpty)
    }

    private func migrateMovesAReplica(_ cluster: TestCluster) async throws {
      try await cluster.tool.ok("migrate", "hello1", "--to", "node-2", "--cluster", cluster.name)
      let service = try #require(try await cluster.service("hello1"))
      #expect(service.nodes.contains { $0.name == "node-2" } && service.ready == 3)
      let refused = try await cluster.tool("migrate", "hello1", "--to", "node-99", "--cluster", cluster.name)
      #expect(refused.status == 1 && refused.errors.contains("node-99"))
    }

    /// Deaths without a `die`: the engine tells of the first, only the probes notice the second.
    @Test func pausedAndCutOffNodesAreReplaced() async throws {
      try await TestCluster.with(nodes: 3) { (cluster) async throws in
        try await cluster.hello(replicas: 2)
        try await cluster.engine.pauseContainer(cluster.container("node-1"))
        try await eventually("node-1's replica moved") { try await healedWithout("node-1", cluster) }
        try await cluster.engine.unpauseContainer(cluster.container("node-1"))
        try await eventually("node-1 is back, and empty") {
          let node = try await cluster.state().nodes.first { $0.name == "node-1" }
          return node?.state == .ready && node?.services.isEmpty == true
        }
        let cut = try await Tool.command(
          "docker", "network", "disconnect", "--force", cluster.name, cluster.container("node-2"))
        #expect(cut.status == 0, "\(cut.errors)")
        try await eventually("node-2's replica moved") { try await healedWithout("node-2", cluster) }
        #expect(try await cluster.get("/hello1") != nil)
      }
    }

    private func healedWithout(_ node: String, _ cluster: TestCluster) async throws -> Bool {
      let service = try await cluster.service("hello1")
      return service?.ready == 2 && service?.nodes.contains { $0.name == node } == false
    }

    @Test func withoutRoomTheServiceWaitsAndIsCompletedLater() async throws {
      try await TestCluster.with(nodes: 2) { (cluster) async throws in
        try await cluster.hello(replicas: 2)
        try await cluster.tool.ok("node", "kill", "node-1", "--cluster", cluster.name)
        try await eventually("one replica waits") {
          let service = try await cluster.service("hello1")
          return service?.ready == 1 && service?.reason?.contains("no node is free") == true
        }
        #expect(try await cluster.get("/hello1") != nil)
        try await cluster.tool.ok("node", "add", "--cluster", cluster.name)
        try await eventually("both replicas answer again") { try await cluster.service("hello1")?.ready == 2 }
      }
    }
  }
}
