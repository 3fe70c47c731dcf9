import HTTPTypes
import HydraModel
import HydraServer
import Testing

/// Changing requests: once per key, cancellable, outliving their connection.
@Suite(.timeLimit(.minutes(1))) struct RequestTests {
  static func key(_ key: String) -> [String] { ["Idempotency-Key: \(key)"] }

  @Test func withoutAKeyEveryRequestIsItsOwn() async throws {
    try await TestServer.run { server in
      _ = try await server.send("POST", "/node")
      _ = try await server.send("POST", "/node")
      #expect(await server.cluster.keys == [nil, nil])
    }
  }

  @Test func wrongInputIsNotRemembered() async throws {
    try await TestServer.run { (server) async throws in
      #expect(try await server.send("POST", "/node", body: "{", headers: RequestTests.key("k")).status == 400)
      #expect(try await server.send("POST", "/node", body: "{}", headers: RequestTests.key("k")).status == 200)
    }
  }

  @Test(arguments: ["", "a b", "ä", String(repeating: "k", count: 256)])
  func keysAreChecked(key: String) async throws {
    try await TestServer.run { (server) async throws in
      #expect(try await server.send("POST", "/node", headers: RequestTests.key(key)).status == 400)
    }
  }

  @Test func twoKeysAreOneTooMany() async throws {
    try await TestServer.run { server in
      let answer = try await server.send("POST", "/node", headers: RequestTests.key("a") + RequestTests.key("b"))
      #expect(answer.status == 400)
    }
  }

  @Test func aLostConnectionDoesNotCancel() async throws {
    try await TestServer.run { server in
      let cluster = server.cluster
      await cluster.hold()
      try await RawConnection.with(server.port) { connection in
        try await connection.send(
          "POST /node HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(TestServer.token)\r\nIdempotency-Key: k\r\n\r\n"
        )
        await cluster.someoneIsHeld()
      }
      await cluster.release()
      await cluster.finished(1)
      #expect(await cluster.undone.isEmpty)
    }
  }

  @Test func onShutdownRunningWorkMayFinish() async throws {
    let cluster = FakeCluster()
    await cluster.hold()
    try await TestServer.run(cluster) { (server) async throws in
      async let running = server.send("POST", "/node")
      await cluster.someoneIsHeld()
      await server.stop()
      await cluster.release()
      #expect(try await running.status == 200)
    }
  }

  @Test func onShutdownWhatTakesTooLongIsToBeRepeated() async throws {
    let cluster = FakeCluster()
    await cluster.hold()
    try await TestServer.run(cluster, limits: WireTests.limits { $0.shutdownGrace = .milliseconds(100) }) { server in
      async let running = server.send("POST", "/node")
      await cluster.someoneIsHeld()
      await server.stop()
      let answer = try await running
      #expect(answer.status == 503)
      #expect(try answer.error.code == "unavailable")
      #expect(await cluster.undone.isEmpty)
    }
    await cluster.release()
  }

  @Test func workIsBounded() async throws {
    let cluster = FakeCluster()
    await cluster.hold()
    try await TestServer.run(cluster, limits: WireTests.limits { $0.executions = 1 }) { (server) async throws in
      async let running = server.send("POST", "/node")
      await cluster.someoneIsHeld()
      #expect(try await server.send("POST", "/node").status == 503)
      await cluster.release()
      #expect(try await running.status == 200)
      #expect(try await server.send("POST", "/node").status == 200)
    }
  }
}
