import DockerEngine
import Foundation
import HydraContainers
import HydraModel
import TerminalTestSupport
import Testing

extension HydraFunctionalTests {
  /// Things that happen in the middle of something.
  @Suite(.serialized, .timeLimit(.minutes(5))) struct Resilience {
    @Test func interruptedStartLeavesNothing() async throws {
      try await TestCluster.withEngine { (engine) async throws in
        let name = TestCluster.freshName()
        let tool = try Tool()
        let start = try tool.start([
          "cluster", "start", name, "--port", "0", "--proxy-port", "0", "--stats-port", "0", "--nodes", "3",
        ])
        try await eventually("the first container is there") {
          try await !engine.listContainers(labels: [Label.cluster: name]).isEmpty
        }
        start.interrupt()
        let outcome = await start.outcome()
        #expect(outcome.status == 130, "\(outcome.errors)")
        #expect(try await TestCluster.leftovers(name, engine) == [])
        try await TestCluster.sweep(name, tool, engine)
      }
    }

    @Test func interruptedServiceAddLeavesNothing() async throws {
      try await TestCluster.with(nodes: 1) { (cluster) async throws in
        // It listens on 8000 and is said to listen on 81: it never becomes healthy.
        let add = try cluster.tool.start([
          "service", "add", "deaf", "--image", "hydra-hello", "--node-port", "8001", "--service-port", "81",
          "--cluster", cluster.name,
        ])
        try await eventually("it is being deployed") {
          try await cluster.service("deaf")?.nodes.contains { $0.state == .starting } == true
        }
        add.interrupt()
        let outcome = await add.outcome()
        #expect(outcome.status == 130, "\(outcome.errors)")
        #expect(try await cluster.state().services.isEmpty)
        try await cluster.hello(replicas: 1)
      }
    }

    @Test func oneOfTwoStartsAtOnceWins() async throws {
      try await TestCluster.withEngine { (engine) async throws in
        let name = TestCluster.freshName()
        let tool = try Tool()
        let words = ["cluster", "start", name, "--port", "0", "--proxy-port", "0", "--stats-port", "0"]
        async let first = tool.run(words)
        async let second = tool.run(words)
        let outcomes = try await [first, second]
        #expect(outcomes.map(\.status).sorted() == [0, 1], "\(outcomes)")
        #expect(outcomes.first { $0.status == 1 }?.errors.contains("already") == true, "\(outcomes)")
        try await tool.ok("node", "add", "--cluster", name)
        try await TestCluster.sweep(name, tool, engine)
      }
    }

    @Test func killedManagementNodeInTheMiddleOfADeployLosesNothing() async throws {
      try await TestCluster.with(nodes: 3) { (cluster) async throws in
        let management = ClusterNames(cluster.name).management
        let add = try cluster.tool.start([
          "service", "add", "hello1", "--image", "hydra-hello", "--replicas", "3", "--node-port", "8001",
          "--service-port", "8000", "--cluster", cluster.name,
        ])
        try await eventually("it is being deployed") { try await cluster.service("hello1") != nil }
        try await cluster.engine.killContainer(management)
        try await cluster.engine.startContainer(management)
        let outcome = await add.outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        try await eventually("all replicas answer") { try await cluster.service("hello1")?.ready == 3 }
        #expect(try await cluster.get("/hello1") != nil)
        // What happened before the restart is still known, and a node that dies now is noticed.
        try await cluster.tool.ok("node", "add", "--cluster", cluster.name)
        try await cluster.engine.killContainer(cluster.container("node-1"))
        try await eventually("hello1 is whole again") {
          let service = try await cluster.service("hello1")
          return service?.ready == 3 && service?.nodes.contains { $0.name == "node-4" } == true
        }
      }
    }

    @Test func proxyAndDataComeBackWithWhatTheyHad() async throws {
      try await TestCluster.with(nodes: 2) { (cluster) async throws in
        try await cluster.hello(replicas: 2)
        let names = ClusterNames(cluster.name)
        for container in [names.proxy, names.data] {
          try await cluster.engine.killContainer(container)
          try await cluster.engine.startContainer(container)
        }
        try await eventually("the proxy routes again") { try await cluster.get("/hello1") != nil }
        try await eventually("changes are saved again") {
          try await cluster.tool(
            "service", "add", "b", "--image", "hydra-hello", "--node-port", "8002",
            "--service-port", "8000", "--cluster", cluster.name
          ).status == 0
        }
        #expect(try await cluster.get("/b") != nil)
      }
    }

    @Test func removedPartsAreMadeAnew() async throws {
      try await TestCluster.with(nodes: 2) { (cluster) async throws in
        try await cluster.hello(replicas: 2)
        let names = ClusterNames(cluster.name)
        for container in [names.proxy, names.data] {
          try await cluster.engine.removeContainer(container, force: true)
        }
        try await eventually("the proxy routes again") { try await cluster.get("/hello1") != nil }
        try await eventually("changes are saved again") {
          try await cluster.tool(
            "service", "add", "b", "--image", "hydra-hello", "--node-port", "8002",
            "--service-port", "8000", "--cluster", cluster.name
          ).status == 0
        }
        #expect(try await cluster.get("/b") != nil)
        // With the management node away nobody does it, until it is back.
        try await cluster.engine.stopContainer(names.management)
        for container in [names.proxy, names.data] {
          try await cluster.engine.removeContainer(container, force: true)
        }
        try await cluster.engine.startContainer(names.management)
        try await eventually("both are there again, with what they had") {
          guard try await cluster.get("/hello1") != nil else { return false }
          return try await cluster.service("b")?.ready == 1
        }
      }
    }

    @Test func aPausedNodeIsReplacedAndReturnsEmpty() async throws {
      try await TestCluster.with(nodes: 3) { (cluster) async throws in
        try await cluster.hello(replicas: 2)
        try await cluster.tool.ok("node", "pause", "node-1", "--cluster", cluster.name)
        #expect(try await cluster.engine.inspectContainer(cluster.container("node-1")).state == "paused")
        try await eventually("hello1 is whole again") {
          let service = try await cluster.service("hello1")
          return service?.ready == 2 && service?.nodes.contains { $0.name == "node-1" } == false
        }
        let again = try await cluster.tool("node", "pause", "node-1", "--cluster", cluster.name)
        #expect(again.status == 1 && again.errors.contains("node-1 is already paused"), "\(again.errors)")
        let unpaused = try await cluster.tool.ok("node", "unpause", "node-1", "--cluster", cluster.name)
        #expect(unpaused.contains("node-1 ready"), "\(unpaused)")
        #expect(try await cluster.state().nodes.first { $0.name == "node-1" }?.services == [])
      }
    }

    @Test func destroyRemovesWhatACrashLeft() async throws {
      try await TestCluster.withEngine { (engine) async throws in
        let name = TestCluster.freshName()
        let tool = try Tool()
        let start = try tool.start([
          "cluster", "start", name, "--port", "0", "--proxy-port", "0", "--stats-port", "0", "--nodes", "2",
        ])
        try await eventually("something was made") { try await !TestCluster.leftovers(name, engine).isEmpty }
        kill(start.process.processIdentifier, SIGKILL)
        _ = await start.outcome()
        // What was on its way to the engine is still made.
        var left: [String] = []
        try await eventually("nothing more comes to be") {
          let before = left
          left = try await TestCluster.leftovers(name, engine)
          try await Task.sleep(for: .seconds(1))
          return left == before
        }
        #expect(!left.isEmpty)
        let again = try await tool("cluster", "start", name, "--port", "0")
        #expect(again.status == 1 && again.errors.contains("cluster destroy \(name)"), "\(again.errors)")
        try await tool.ok("cluster", "destroy", name)
        #expect(try await TestCluster.leftovers(name, engine) == [])
      }
    }
  }
}
