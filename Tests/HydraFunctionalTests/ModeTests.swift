import DockerEngine
import Foundation
import HydraModel
import TerminalTestSupport
import Testing

extension HydraFunctionalTests {
  /// One command language: in a file, on standard input, as `-c` and as a one-shot; here and from elsewhere.
  @Suite(.serialized, .timeLimit(.minutes(5))) struct Modes {
    @Test func scriptsMeanTheSameEverywhere() async throws {
      try await TestCluster.with(nodes: 2) { (cluster) async throws in
        let text = """
          #!/usr/bin/env hydra
          # deploys and waits
          let replicas = 2
          service add hello1 --image hydra-hello --replicas $replicas --node-port 8001 --service-port 8000
          wait until service(hello1).ready == $replicas within 30s
          print "ready: ${service(hello1).ready}"; service remove hello1
          """
        let file = cluster.tool.state.appending(path: "deploy.hydra")
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path())
        for words in [["run", file.path()], [file.path()], ["-c", text]] {
          let outcome = try await cluster.tool.run(words + [])
          #expect(outcome.status == 0, "\(words): \(outcome.errors)")
          #expect(outcome.output.contains("ready: 2"))
        }
        let typed = try await cluster.tool.run([], input: text)
        #expect(typed.status == 0 && typed.output.contains("ready: 2"), "\(typed.errors)")
      }
    }

    @Test func wrongScriptDoesNothing() async throws {
      let outcome = try await Tool().run(["-c", "cluster start x --port 4001\nnode ad"])
      #expect(outcome.status == 2 && outcome.errors.contains("did you mean"))
    }

    @Test func connectedClusterTakesTheSameCommands() async throws {
      try await TestCluster.with(nodes: 1) { (cluster) async throws in
        let file = cluster.tool.state.appending(path: "hydra/clusters/\(cluster.name).json")
        let context = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        let token = try #require(context["token"] as? String)
        // Another account, without an engine.
        let elsewhere = try Tool()
        let noEngine = ["DOCKER_HOST": "unix:///nonexistent/docker.sock"]
        let wrong = try await elsewhere.run(
          ["cluster", "connect", cluster.summary.api, "--token", "wrong"], environment: noEngine)
        #expect(wrong.status == 4, "\(wrong.status) \(wrong.errors)")
        for words in [
          ["cluster", "connect", cluster.summary.api, "--token", token], ["node", "add"],
          ["service", "add", "r", "--image", "hydra-hello", "--node-port", "8001", "--service-port", "8000"],
          ["state"], ["node", "kill", "node-1"], ["cluster", "disconnect"],
        ] {
          let outcome = try await elsewhere.run(words, environment: noEngine)
          #expect(outcome.status == 0, "\(words): \(outcome.errors)")
        }
        let after = try await elsewhere.run(["state"], environment: noEngine)
        #expect(after.status != 0)
        #expect(try await cluster.state().nodes.count == 2)
      }
    }

    @Test func watchTellsWhatHappens() async throws {
      try await TestCluster.with(nodes: 2) { (cluster) async throws in
        try await cluster.hello(replicas: 1)
        let watch = try cluster.tool.start([
          "watch", "--cluster", cluster.name, "--until", "node(node-1).state == \"down\"", "--for", "30s",
        ])
        try await Task.sleep(for: .milliseconds(500))
        try await cluster.tool.ok("node", "kill", "node-1", "--cluster", cluster.name)
        let outcome = await watch.outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("node.down"), "\(outcome.output)")
      }
    }
  }
}
