import HydraModel
import HydraServer
import HydraSimulation
import Testing

/// The rules about `Idempotency-Key`, over HTTP, as the control core has them.
@Suite(.timeLimit(.minutes(1))) struct KeyTests {
  /// A server over a simulated cluster.
  private struct Served: Sendable {
    let port: Int
    let cluster: SimulatedCluster

    static func run(nodes: Int = 0, _ body: @escaping @Sendable (Served) async throws -> Void) async throws {
      let cluster = SimulatedCluster(nodes: nodes)
      try await TestServer.serve(cluster) { port, _ in try await body(Served(port: port, cluster: cluster)) }
      #expect(await cluster.violations == [])
    }

    func send(_ method: String, _ path: String, _ body: String? = nil, key: String? = nil) async throws -> RawResponse {
      try await TestServer.send(method, path, to: port, body: body, headers: key.map(RequestTests.key) ?? [])
    }

    /// How many nodes there are, joining ones included.
    var nodes: Int { get async throws { try await cluster.state().nodes.count } }

    /// Waits until the cluster was sent `count` requests of this kind.
    func asked(_ kind: (some ClusterRequest).Type, _ count: Int = 1) async {
      while await cluster.count(kind) < count { await Task.yield() }
    }

    /// Begins the addition of a node under `key`, and lets time pass until the node joins; then time stands.
    func nodeJoins(_ key: String) async throws -> Task<RawResponse, any Error> {
      await cluster.hold()
      let adding = Task { try await send("POST", "/node", key: key) }
      await asked(AddNode.self)
      while try await nodes == 0 { await cluster.pass(.milliseconds(10)) }
      return adding
    }
  }

  private static let service = #"{"alias":"web","image":"nginx","replicas":2,"node_port":80,"service_port":80}"#

  @Test func repeatsShareOneExecutionAndItsAnswer() async throws {
    try await Served.run { served in
      await served.cluster.hold()
      try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<8 { group.addTask { try await served.send("POST", "/node", "{}", key: "k1").body } }
        await served.asked(AddNode.self, 8)
        #expect(await served.cluster.underWay.count == 1)
        await served.cluster.release()
        var bodies: Set<String> = []
        for try await body in group { bodies.insert(body) }
        #expect(bodies.count == 1)
        #expect(try await served.send("POST", "/node", "{}", key: "k1").body == bodies.first)
      }
      #expect(try await served.cluster.state().nodes.map(\.name) == ["node-1"])
    }
  }

  @Test func aKeyIsForOneRequestOnly() async throws {
    try await Served.run { served in
      _ = try await served.send("POST", "/node", "{}", key: "k")
      for (method, path, body) in [
        ("POST", "/node", #"{"cpus":1}"#), ("DELETE", "/nodes/node-1", "{}"),
        ("DELETE", "/nodes/node-1?force=true", "{}"),
      ] {
        let answer = try await served.send(method, path, body, key: "k")
        #expect(answer.status == 409)
        #expect(try answer.error.error == "idempotency key 'k' was used for another request")
      }
      #expect(try await served.cluster.state().nodes.map(\.state) == [.ready])
    }
  }

  @Test func refusalsAreRemembered() async throws {
    try await Served.run(nodes: 1) { served in
      for (path, body, code, obstacle) in [
        ("/service", KeyTests.service, HydraError.Code.noCapacity, "/node"),
        ("/nodes/node-3/kill", "{}", .notFound, "/node"),
        ("/nodes/node-1/start", "{}", .conflict, "/nodes/node-1/kill"),
      ] {
        let answer = try await served.send("POST", path, body, key: code.rawValue)
        #expect(try answer.status == code.httpStatus && answer.error.code == code.rawValue, "\(answer.body)")
        // What stood in the way is gone; the answer stays.
        #expect(try await served.send("POST", obstacle).status == 200)
        #expect(try await served.send("POST", path, body, key: code.rawValue).body == answer.body)
        #expect(try await served.send("POST", path, body, key: "new-\(code)").status == 200)
      }
    }
  }

  @Test func absencesAreNot() async throws {
    try await Served.run { served in
      await served.cluster.hold()
      await served.cluster.restartManagement()
      let answer = try await served.send("POST", "/node", key: "k")
      #expect(try answer.status == 503 && answer.error.code == HydraError.Code.unavailable.rawValue, "\(answer.body)")
      await served.cluster.release()
      #expect(try await served.send("POST", "/node", key: "k").decode(NodeState.self).name == "node-1")
    }
  }

  @Test(arguments: [false, true])
  func cancellingUndoesAndAnswersWhenThatIsDone(afterARestart: Bool) async throws {
    try await Served.run { served in
      let adding = try await served.nodeJoins("k")
      if afterARestart {
        await served.cluster.restartManagement()
        // Its connection broke with the management node.
        #expect(try await adding.value.status == HydraError.Code.unreachable.httpStatus)
        while await served.cluster.underWay.isEmpty { await served.cluster.pass(.milliseconds(10)) }
      }
      let cancelling = Task { try await served.send("DELETE", "/requests/k") }
      await served.asked(CancelRequest.self)
      #expect(try await served.nodes == 1)
      await served.cluster.release()
      let cancelled = try await cancelling.value
      #expect(cancelled.status == 200)
      #expect(cancelled.body.contains(#""outcome":"cancelled""#))
      #expect(try await served.nodes == 0)
      if !afterARestart { #expect(try await adding.value.status == 499) }
      #expect(try await served.send("DELETE", "/requests/k").status == 404)
      // A repeat that was still on its way does not do it after all; nor does one after another restart.
      #expect(try await served.send("POST", "/node", key: "k").status == 499)
      await served.cluster.restartManagement()
      #expect(try await served.send("POST", "/node", key: "k").status == 499)
      #expect(try await served.send("DELETE", "/requests/k").status == 404)
      #expect(try await served.nodes == 0)
    }
  }

  @Test func cancellingWhatIsNotThere() async throws {
    try await Served.run { served in
      let unknown = try await served.send("DELETE", "/requests/early")
      #expect(unknown.status == 404)
      #expect(try unknown.error.error == "there is no request 'early'")
      // The cancellation had overtaken its request.
      #expect(try await served.send("POST", "/node", key: "early").status == 499)
      _ = try await served.send("POST", "/node", key: "done")
      for _ in 0..<2 {
        let finished = try await served.send("DELETE", "/requests/done")
        #expect(finished.status == 404)
        #expect(finished.body.contains(#""outcome":"finished""#))
        await served.cluster.restartManagement()
      }
      #expect(try await served.send("DELETE", "/requests/a%20b").status == 400)
      #expect(try await served.nodes == 1)
    }
  }

  @Test func whatWasBegunOrAnsweredBeforeARestartIsDoneOnce() async throws {
    try await Served.run { served in
      let adding = try await served.nodeJoins("k")
      await served.cluster.restartManagement()
      #expect(try await adding.value.status == HydraError.Code.unreachable.httpStatus)
      await served.cluster.release()
      let answer = try await served.send("POST", "/node", key: "k")
      #expect(try answer.decode(NodeState.self).name == "node-1")
      await served.cluster.restartManagement()
      #expect(try await served.send("POST", "/node", key: "k").body == answer.body)
      #expect(try await served.nodes == 1)
    }
  }
}
