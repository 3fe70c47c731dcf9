import DockerEngine
import Foundation
import HydraModel
import TerminalTestSupport
import Testing

extension HydraFunctionalTests {
  /// Each a clear error with the right exit status, and nothing half done.
  @Suite(.serialized, .timeLimit(.minutes(5))) struct BadInput {
    struct Case: Sendable {
      var words: [String]
      var status: Int32
      var says: [String]

      init(_ line: String, _ status: Int32, _ says: String...) {
        words = line.split(separator: " ").map(String.init)
        self.status = status
        self.says = says
      }
    }

    /// Wrong as text: found before anything is asked.
    static let texts = [
      Case("cluster start x --port 99999", 2, "99999"),
      Case("cluster start x --port -1", 2, "-1"),
      Case("cluster start x --port abc", 2, "abc"),
      Case("cluster start x --port", 2, "--port"),
      Case("cluster start x --port 4001 --port 4002", 2, "--port"),
      Case("cluster start --port 4001", 2, "NAME"),
      Case("cluster start x --prot 4001", 2, "--prot", "--port"),
      Case("clutser list", 2, "clutser", "cluster"),
      Case("node ad", 2, "ad", "add"),
      Case("service add x --image hydra-hello --replicas 0 --node-port 8001 --service-port 8000", 2, "0"),
      Case("service add x --image hydra-hello --replicas -3 --node-port 8001 --service-port 8000", 2, "-3"),
      Case("service add x --image hydra-hello --node-port 70000 --service-port 8000", 2, "70000"),
      Case("service add x --node-port 8001 --service-port 8000", 2, "--image"),
    ]

    @Test(arguments: texts) func wrongTextDoesNothing(_ wrong: Case) async throws {
      let outcome = try await Tool().run(wrong.words)
      #expect(outcome.status == wrong.status, "\(wrong.words): \(outcome.errors)")
      for text in wrong.says { #expect(outcome.errors.contains(text), "\(wrong.words): \(outcome.errors)") }
    }

    @Test func withoutAnEngine() async throws {
      let tool = try Tool()
      for words in [["cluster", "list"], ["cluster", "start", "x", "--port", "4001"], ["node", "list"]] {
        let outcome = try await tool.run(words, environment: ["DOCKER_HOST": "unix:///nonexistent/docker.sock"])
        #expect(outcome.status == 4, "\(words): \(outcome.status) \(outcome.errors)")
        #expect(outcome.errors.contains("/nonexistent/docker.sock"))
      }
    }

    @Test func againstACluster() async throws {
      try await TestCluster.with(nodes: 2) { (cluster) async throws in
        try await cluster.hello(replicas: 1)
        let name = cluster.name
        let port = try #require(URL(string: cluster.summary.api)?.port)
        let tooLong = String(repeating: "x", count: 60)
        let cases = [
          Case("cluster start \(name) --port 0", 1, "already"),
          Case(
            "cluster start \(TestCluster.freshName()) --port \(port) --proxy-port 0 --stats-port 0", 1, "\(port)",
            "in use"),
          Case("cluster start \(tooLong) --port 0", 2, "long"),
          Case("cluster start Not_Allowed! --port 0", 2, "not allowed"),
          Case("cluster destroy nonesuch", 1, "nonesuch"),
          Case("state --cluster nonesuch", 1, "nonesuch"),
          Case("node inspect node-9 --cluster \(name)", 1, "node-9"),
          Case("node kill node-9 --cluster \(name)", 1, "node-9"),
          Case("service inspect nope --cluster \(name)", 1, "nope"),
          Case("service remove nope --cluster \(name)", 1, "nope"),
          Case(
            "service add two --image nosuchimage --node-port 8002 --service-port 80 --cluster \(name)", 1, "nosuchimage"
          ),
          Case(
            "service add two --image hydra-hello --replicas 3 --node-port 8002 --service-port 8000 --cluster \(name)",
            1,
            "3", "2"),
          Case(
            "service add two --image hydra-hello --replicas 2 --node-port 8001 --service-port 8000 --cluster \(name)",
            1,
            "8001", "hello1"),
          Case(
            "service add hello1 --image hydra-hello --node-port 8003 --service-port 8000 --cluster \(name)", 1,
            "hello1",
            "already"),
          Case("migrate hello1 --to node-1 --cluster \(name)", 1, "node-1"),
          Case("migrate nope --to node-2 --cluster \(name)", 1, "nope"),
        ]
        let before = try await TestCluster.leftovers(name, cluster.engine)
        for wrong in cases {
          let outcome = try await cluster.tool.run(wrong.words)
          #expect(outcome.status == wrong.status, "\(wrong.words): \(outcome.status) \(outcome.errors)")
          for text in wrong.says { #expect(outcome.errors.contains(text), "\(wrong.words): \(outcome.errors)") }
        }
        #expect(try await TestCluster.leftovers(name, cluster.engine).sorted() == before.sorted())
        #expect(try await cluster.state().services.map(\.name) == ["hello1"])
      }
    }

    @Test func atTheAPI() async throws {
      try await TestCluster.with(nodes: 1) { (cluster) async throws in
        let url = cluster.summary.api
        let unauthorized = try await post("\(url)/node", "{}", nil)
        #expect(unauthorized.status == 401)
        let file = cluster.tool.state.appending(path: "hydra/clusters/\(cluster.name).json")
        let context = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        let token = try #require(context["token"] as? String)
        let permissions = try FileManager.default.attributesOfItem(atPath: file.path())[.posixPermissions] as? Int
        #expect(permissions == 0o600)
        let bodies = [
          #"{"alias": "#, #"[]"#, #"{"alias": 3, "image": "x", "node_port": 1, "service_port": 1}"#,
          #"{"alias": "x", "image": "x", "node_port": "8001", "service_port": 1}"#,
          #"{"alias": "x", "image": "x", "node_port": 8001, "service_port": 1, "replica": 1}"#,
          #"{"alias": "x", "image": "x", "node_port": 8001}"#,
          #"{"alias": "x", "image": "x", "node_port": 0, "service_port": 70000, "replicas": 0}"#,
        ]
        for body in bodies {
          let answer = try await post("\(url)/service", body, token)
          #expect(answer.status == 400, "\(body): \(answer)")
          #expect(answer.body.contains(#""error""#) && answer.body.contains(#""code""#), "\(answer)")
        }
        let foreign = try await Tool.command(
          "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Host: evil.example", "\(url)/state")
        #expect(foreign.output == "403")
        #expect(try await cluster.state().services.isEmpty)
      }
    }

    @Test func seedsOwnClientsNeedNoTokenWithoutAuth() async throws {
      try await TestCluster.with(nodes: 0, auth: "none") { (cluster) async throws in
        let node = try await post("\(cluster.summary.api)/node", "{}", nil)
        #expect(node.status == 200, "\(node)")
        for key in ["name", "image", "state"] { #expect(node.body.contains("\"\(key)\"")) }
        let service = try await post(
          "\(cluster.summary.api)/service",
          #"{"alias": "h", "image": "hydra-hello", "node_port": 8001, "service_port": 8000}"#, nil)
        #expect(service.status == 200, "\(service)")
        #expect(try await cluster.get("/h")?.contains("hello from h.1 on node-1") == true)
      }
    }

    private func post(_ url: String, _ body: String, _ token: String?) async throws -> (status: Int, body: String) {
      var words = [
        "curl", "-s", "-m", "60", "-w", "\n%{http_code}", "-X", "POST", "-H", "Content-Type: application/json",
      ]
      if let token { words += ["-H", "Authorization: Bearer \(token)"] }
      let outcome = await (try RunningProcess("/usr/bin/env", words + ["-d", body, url], input: nil, environment: [:]))
        .outcome()
      let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
      return (lines.last.flatMap { Int($0) } ?? 0, lines.dropLast().joined(separator: "\n"))
    }
  }
}
