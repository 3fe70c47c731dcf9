import DockerEngine
import Foundation
import HydraModel
import TerminalTestSupport
import Testing

extension HydraFunctionalTests {
  /// Other clusters and containers on the same engine.
  @Suite(.serialized, .timeLimit(.minutes(5))) struct Neighbours {
    @Test("a cluster of somebody else's is not in use, and disturbs nobody")
    func otherClusters() async throws {
      try await TestCluster.with(nodes: 0) { (other) async throws in
        // A fresh home, and exactly one cluster that is not ours.
        let stranger = try Tool()
        let state = try await stranger("state")
        #expect(state.status == 1, "\(state.errors)")
        #expect(state.errors.contains(other.name) && state.errors.contains("cluster use NAME"), "\(state.errors)")
        try await stranger.ok("state", "--cluster", other.name)
        // One's own is in use beside it, without being named.
        try await TestCluster.with(nodes: 1) { (cluster) async throws in
          #expect(try await cluster.tool.ok("state").contains(cluster.name))
          try await cluster.tool.ok("node", "add")
        }
        try await stranger.ok("cluster", "use", other.name)
        try await stranger.ok("state")
      }
    }

    @Test("the demo runs beside other clusters, whoever has the usual ports")
    func demoBesideOthers() async throws {
      try await TestCluster.withEngine { (engine) async throws in
        let (other, name, tool) = (TestCluster.freshName(), TestCluster.freshName(), try Tool())
        let demo = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../examples/demo.hydra")
        do {
          // Where this is refused, something else has the ports already.
          let first = try await tool("cluster", "start", other, "--port", "4000")
          #expect(first.status == 0 || first.errors.contains("in use"), "\(first.errors)")
          let outcome = try await tool("run", demo.standardized.path(), name)
          #expect(outcome.status == 0, "\(outcome.errors)")
          let replies = outcome.output.split(separator: "\n").filter { $0.contains("returns: hello from hello1.") }
          #expect(Set(replies).count == 3, "\(outcome.output)")
        } catch {
          for name in [name, other] { try await TestCluster.sweep(name, tool, engine) }
          throw error
        }
        for name in [name, other] { try await TestCluster.sweep(name, tool, engine) }
      }
    }

    @Test("what a stranger's container holds is named, and everything else is gone")
    func strangerOnTheNetwork() async throws {
      try await TestCluster.withEngine { (engine) async throws in
        let (name, tool) = (TestCluster.freshName(), try Tool())
        let guest = "\(name)-guest"
        do {
          try await start(name, tool)
          let run = try await Tool.command(
            "docker", "run", "--detach", "--name", guest, "--network", name, "hydra-hello")
          #expect(run.status == 0, "\(run.errors)")
          let destroy = try await tool("cluster", "destroy", name)
          #expect(destroy.status == 1)
          let command = "docker network disconnect --force \(name) \(guest)"
          #expect(destroy.errors.contains("'\(guest)'") && destroy.errors.contains(command), "\(destroy.errors)")
          #expect(try await TestCluster.leftovers(name, engine) == [name])
          let release = command.split(separator: " ").map(String.init)
          #expect(try await RunningProcess("/usr/bin/env", release).outcome().status == 0)
          try await tool.ok("cluster", "destroy", name)
        } catch {
          try await engine.removeContainer(guest, force: true)
          try await TestCluster.sweep(name, tool, engine)
          throw error
        }
        try await engine.removeContainer(guest, force: true)
        #expect(try await TestCluster.leftovers(name, engine) == [])
      }
    }

    private func start(_ name: String, _ tool: Tool) async throws {
      try await tool.ok("cluster", "start", name, "--port", "0", "--proxy-port", "0", "--stats-port", "0")
    }

    @Test(
      "what is in the way is named as what it is, stays, and an undo reports what it removed",
      arguments: [
        "volume", "container", "network",
      ])
    func inTheWay(kind: String) async throws {
      try await TestCluster.withEngine { (engine) async throws in
        let (name, tool) = (TestCluster.freshName(), try Tool())
        let taken = kind == "network" ? name : ClusterNames(name).proxy
        let make = [
          "volume": ["volume", "create"], "network": ["network", "create"], "container": ["create", "--name"],
        ]
        let made = try await RunningProcess(
          "/usr/bin/env", ["docker"] + (make[kind] ?? []) + [taken] + (kind == "container" ? ["hydra-hello"] : [])
        ).outcome()
        #expect(made.status == 0, "\(made.errors)")
        let outcome = try await tool("cluster", "start", name, "--port", "0", "--proxy-port", "0", "--stats-port", "0")
        #expect(outcome.status == 1)
        #expect(
          outcome.errors.contains("\(kind) '\(taken)' already exists and does not belong to cluster"),
          "\(outcome.errors)")
        // Only what was created is rolled back.
        let undone = outcome.errors.split(separator: "\n").filter { $0.hasSuffix("rolled back") }
        let subject = kind == "container" ? taken : "\(kind) \(taken)"
        #expect(!undone.isEmpty && !undone.contains("↩ \(subject): rolled back"), "\(undone)")
        #expect(try await TestCluster.leftovers(name, engine) == [])
        let remove = kind == "container" ? ["rm", taken] : [kind, "rm", taken]
        #expect(try await RunningProcess("/usr/bin/env", ["docker"] + remove).outcome().status == 0)
      }
    }

    @Test("the engine is the one of the docker context in use")
    func dockerContexts() async throws {
      let tool = try Tool()
      let docker = tool.state.appending(path: "docker").path()
      func context(_ words: String...) async throws {
        let outcome = try await RunningProcess(
          "/usr/bin/env", ["docker", "context"] + words, environment: ["DOCKER_CONFIG": docker, "DOCKER_HOST": ""]
        ).outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
      }
      let environment = ["DOCKER_CONFIG": docker, "DOCKER_HOST": ""]
      try await context("create", "real", "--docker", "host=unix:///var/run/docker.sock")
      try await context("create", "gone", "--docker", "host=unix:///nonexistent/docker.sock")
      try await context("create", "far", "--docker", "host=ssh://me@build.example")
      try await context("use", "gone")
      let gone = try await tool("cluster", "list", environment: environment)
      #expect(gone.status == 4 && gone.errors.contains("/nonexistent/docker.sock"), "\(gone.errors)")
      let real = try await tool("cluster", "list", environment: environment.merging(["DOCKER_CONTEXT": "real"]) { $1 })
      #expect(real.status == 0, "\(real.errors)")
      try await context("use", "far")
      let far = try await tool("cluster", "list", environment: environment)
      #expect(
        far.status == 4 && far.errors.contains("Docker context 'far' is for 'ssh://me@build.example'"), "\(far.errors)")
    }

    @Test("names of nodes resolve in a replica, and what can't be resolved fails at once")
    func names() async throws {
      try await TestCluster.with(nodes: 2) { (cluster) async throws in
        let node = cluster.container("node-1")
        let image = try await Tool.command("docker", "images", "--format", "{{.Repository}}:{{.Tag}}", "hydra-os")
        let os = try #require(image.output.split(separator: "\n").map(String.init).min { $0.count < $1.count })
        let loaded = try await Tool.command("sh", "-c", "docker save \(os) | docker exec -i \(node) docker load")
        #expect(loaded.status == 0, "\(loaded.errors)")
        func lookUp(_ host: String) async throws -> RunningProcess.Outcome {
          try await Tool.command("docker", "exec", node, "docker", "run", "--rm", os, "getent", "hosts", host)
        }
        let address = try #require(try await cluster.state().nodes.first { $0.name == "node-2" }?.ip)
        for host in ["node-2", cluster.container("node-2")] {
          let found = try await lookUp(host)
          #expect(found.output.hasPrefix("\(address) "), "\(host): \(found.output) \(found.errors)")
        }
        let resolver = try await Tool.command(
          "docker", "exec", node, "docker", "run", "--rm", os, "cat", "/etc/resolv.conf")
        #expect(resolver.output.contains("nameserver ") && !resolver.output.contains("8.8.8.8"), "\(resolver.output)")
        #expect(try await lookUp("nosuch.invalid").status == 2)
      }
    }

    @Test func nodesHaveTheNamesOfTheirContainersToo() async throws {
      try await TestCluster.with(nodes: 2) { (cluster) async throws in
        let container = cluster.container("node-1")
        #expect(try await cluster.state().nodes.first?.container == container)
        for words in [
          ["node", "inspect", container], ["node", "kill", container], ["node", "start", container],
          ["-c", "expect node(\"\(container)\").container == \"\(container)\""], ["node", "remove", container],
        ] {
          let outcome = try await cluster.tool.run(words)
          #expect(outcome.status == 0, "\(words): \(outcome.errors)")
        }
        #expect(try await cluster.state().nodes.map(\.name) == ["node-2"])
      }
    }

    @Test("a deployment that fails shows its attempts, and takes no longer than it is given")
    func attemptsAreShown() async throws {
      try await TestCluster.with(nodes: 1) { (cluster) async throws in
        // Without its users Redis's image ends at once.
        let failed = try await cluster.tool.run([
          "service", "add", "once", "--image", "hydra-data", "--node-port", "8001", "--service-port", "6379",
        ])
        #expect(failed.status == 1)
        for attempt in 1...3 { #expect(failed.errors.contains("attempt \(attempt) of 3"), "\(failed.errors)") }
        #expect(failed.errors.contains("failed to deploy in"), "\(failed.errors)")
        let deaf = try await cluster.tool.run([
          "service", "add", "deaf", "--image", "hydra-hello", "--node-port", "8001", "--service-port", "81", "--within",
          "3s",
        ])
        #expect(deaf.status == 1 && deaf.errors.contains("waited 3 s for service 'deaf'"), "\(deaf.errors)")
        #expect(try await cluster.state().services.isEmpty)
      }
    }
  }
}
