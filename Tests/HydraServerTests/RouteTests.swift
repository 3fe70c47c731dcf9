import FoundationEssentials
import HydraModel
import HydraServer
import Testing

@Suite(.timeLimit(.minutes(1))) struct RouteTests {
  @Test func theThreeEndpointsOfTheOriginal() async throws {
    try await TestServer.run { server in
      for body in [nil, "", "{}", " \n"] {
        let node = try await server.send("POST", "/node", body: body)
        #expect(node.status == 200)
        #expect(try node.decode(Seed.Node.self).state == "ready")
      }
      let added = try await server.send(
        "POST", "/service",
        body: #"{"alias":"hello1","image":"hydra-hello","replicas":3,"node_port":8001,"service_port":8000}"#)
      #expect(added.status == 200)
      let service = try added.decode(Seed.Service.self)
      #expect(service.name == "hello1")
      #expect(service.nodes.map(\.name) == ["node-1", "node-2", "node-3"])
      #expect(service.nodes[0].service_image == "hydra-hello")
      #expect(service.nodes[0].node_port == 8001)
      #expect(service.nodes[0].service_port == 8000)
      #expect(service.endpoints == ["http://localhost:8888/hello1"])
      let answer = try await server.send("GET", "/state", token: nil)
      #expect(answer.headers["content-type"] == "application/json; charset=utf-8")
      let state = try answer.decode(Seed.State.self)
      #expect(state.name == "test")
      #expect(state.nodes.count == 4)
      #expect(state.nodes[0].ip == "10.0.0.2")
      #expect(state.services == [service])
      #expect(state.api.state == "http://localhost:4000/state")
    }
  }

  @Test func replicasAreOneUnlessGiven() async throws {
    try await TestServer.run { server in
      let added = try await server.send(
        "POST", "/service", body: #"{"alias":"a","image":"i","node_port":1,"service_port":2}"#)
      #expect(try added.decode(ServiceState.self).replicas == 1)
    }
  }

  @Test func nodesAsResources() async throws {
    try await TestServer.run { server in
      _ = try await server.send("POST", "/node", body: #"{"cpus":0.5,"memory":67108864,"labels":{"zone":"a"}}"#)
      let one = try await server.send("GET", "/nodes/node-1").decode(NodeState.self)
      #expect(one.memory == 64 << 20)
      #expect(one.cpus == 0.5)
      #expect(one.labels == ["zone": "a"])
      #expect(try await server.send("GET", "/nodes").decode([NodeState].self) == [one])
      #expect(try await server.send("GET", "/nodes/node%2D1").status == 200)
      #expect(try await server.send("POST", "/nodes/node-1/kill").decode(NodeState.self).state == .down)
      #expect(try await server.send("POST", "/nodes/node-1/start").decode(NodeState.self).state == .ready)
      #expect(try await server.send("DELETE", "/nodes/node-1?force=true").status == 200)
      #expect(try await server.send("GET", "/nodes/node-1").status == 404)
      #expect(await server.cluster.calls.last == "removeNode node-1 force=true")
    }
  }

  @Test func servicesAsResources() async throws {
    try await TestServer.run { server in
      let body = #"{"alias":"a","image":"i","node_port":1,"service_port":2}"#
      let added = try await server.send("POST", "/service", body: body).decode(ServiceState.self)
      #expect(try await server.send("GET", "/services").decode([ServiceState].self) == [added])
      #expect(try await server.send("GET", "/services/a").decode(ServiceState.self) == added)
      let moved = try await server.send("POST", "/services/a/migrate", body: #"{"to":"node-7"}"#)
      #expect(try moved.decode(Migration.self).to == "node-7")
      #expect(try await server.send("POST", "/services/a/migrate").status == 200)
      #expect(try await server.send("DELETE", "/services/a").status == 200)
      #expect(try await server.send("DELETE", "/services/a").status == 404)
      #expect(
        await server.cluster.calls == [
          "addService a", "migrate a - node-7", "migrate a - -", "removeService a", "removeService a",
        ])
    }
  }

  @Test func healthTellsWhatIsWrong() async throws {
    try await TestServer.run { server in
      let answer = try await server.send("GET", "/healthz", token: nil)
      #expect(answer.status == 200)
      #expect(
        try answer.decode(HealthReport.self) == HealthReport(data: .init(nil), proxy: .init(nil), engine: .init(nil)))
    }
    let health = FakeHealth(data: HydraError(.unreachable, "no data node"))
    try await TestServer.run(health: health) { server in
      let answer = try await server.send("GET", "/healthz")
      #expect(answer.status == 503)
      #expect(try answer.decode(HealthReport.self).components.data.message == "no data node")
      #expect(try answer.decode(HealthReport.self).status == .degraded)
      #expect(try answer.error.error == "data: no data node")
    }
  }

  @Test func theRootSaysWhatThisIs() async throws {
    try await TestServer.run { server in
      let answer = try await server.send("GET", "/", token: nil)
      #expect(answer.status == 200)
      #expect(answer.body.contains("hydra cluster 'test'"))
      let routes = answer.body.split(separator: "\n").map { $0.split(separator: " ", maxSplits: 2) }
      for request in ClusterRequests.all {
        let endpoint = request.endpoint
        #expect(
          routes.contains {
            $0.count == 3 && $0[0] == endpoint.method.rawValue && $0[1] == endpoint.path
              && $0[2].hasSuffix(endpoint.summary)
          }, "\(endpoint)")
      }
    }
  }

  @Test(arguments: ["/", "/state", "/healthz", "/nodes", "/services", "/events"])
  func headAnswersWithoutABody(path: String) async throws {
    try await TestServer.run { server in
      let answer = try await server.send("HEAD", path, token: nil)
      #expect(answer.status == 200)
      #expect(answer.body.isEmpty)
    }
  }

  @Test func whatIsNotThere() async throws {
    try await TestServer.run { server in
      for path in ["/nothing", "/node/x/y", "/nodes/a/b/c", "/services/a/kill"] {
        let answer = try await server.send("GET", path)
        #expect(answer.status == 404, "\(path)")
        #expect(try answer.error.code == "not_found")
      }
      let wrong = try await server.send("GET", "/node")
      #expect(wrong.status == 405)
      #expect(wrong.headers["allow"] == "POST")
      #expect(try wrong.error.error == "'/node' does not take GET, only POST")
      let patch = try await server.send("PATCH", "/nodes/node-1", body: "{}")
      #expect(patch.status == 405)
      #expect(patch.headers["allow"] == "DELETE, GET, HEAD")
      #expect(try await server.send("MKCOL", "/state").status == 405)
    }
  }

  @Test func errorsOfTheClusterKeepCodeAndRemedy() async throws {
    try await TestServer.run { server in
      for code in HydraError.Code.allCases {
        await server.cluster.fail(with: HydraError(code, "no \(code)", remedy: "do"))
        let answer = try await server.send("POST", "/node")
        #expect(answer.status == code.httpStatus)
        #expect(try answer.error == ErrorPayload(HydraError(code, "no \(code)", remedy: "do")))
        #expect(try await server.send("GET", "/state").status == code.httpStatus)
      }
    }
  }

  @Test func defectsLeakNothing() async throws {
    struct Secret: Error { var password = "hunter2" }
    try await TestServer.run { server in
      await server.cluster.fail(with: Secret())
      for (method, path) in [("POST", "/node"), ("GET", "/state")] {
        let answer = try await server.send(method, path)
        #expect(answer.status == 500)
        #expect(try answer.error.code == "internal")
        #expect(!answer.body.contains("hunter2") && !answer.body.contains("Secret"))
      }
    }
  }
}

/// Exactly what a client of the original reads.
private enum Seed {
  struct Node: Decodable { var name, image, state: String }
  struct Replica: Decodable, Equatable {
    var name, service_image: String
    var node_port, service_port: Int
  }
  struct Service: Decodable, Equatable {
    var name: String
    var nodes: [Replica]
    var endpoints: [String]
  }
  struct Address: Decodable { var name, ip: String }
  struct Links: Decodable { var node, state, service: String }
  struct State: Decodable {
    var name: String
    var nodes: [Address]
    var services: [Service]
    var api: Links
  }
}
