import HTTPTypes
import HydraModel
import HydraServer
import Testing

/// Changing requests: once per key, cancellable, outliving their connection.
@Suite(.timeLimit(.minutes(1))) struct RequestTests {
  static func key(_ key: String) -> [String] { ["Idempotency-Key: \(key)"] }

  @Test func repeatsShareOneExecutionAndItsAnswer() async throws {
    try await TestServer.run { server in
      let cluster = server.cluster
      await cluster.hold()
      try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<8 {
          group.addTask { try await server.send("POST", "/node", body: "{}", headers: RequestTests.key("k1")).body }
        }
        await cluster.someoneIsHeld()
        await cluster.release()
        var bodies: Set<String> = []
        for try await body in group { bodies.insert(body) }
        #expect(bodies.count == 1)
      }
      let late = try await server.send("POST", "/node", body: "{}", headers: RequestTests.key("k1"))
      #expect(try late.decode(NodeState.self).name == "node-1")
      #expect(await cluster.calls.count == 1)
      #expect(await cluster.keys == ["k1"])
    }
  }

  @Test func withoutAKeyEveryRequestIsItsOwn() async throws {
    try await TestServer.run { server in
      _ = try await server.send("POST", "/node")
      _ = try await server.send("POST", "/node")
      #expect(await server.cluster.keys == [nil, nil])
    }
  }

  @Test func aKeyIsForOneRequestOnly() async throws {
    try await TestServer.run { server in
      _ = try await server.send("POST", "/node", body: "{}", headers: RequestTests.key("k"))
      for (method, path, body) in [
        ("POST", "/node", #"{"cpus":1}"#), ("DELETE", "/nodes/node-1", "{}"),
        ("DELETE", "/nodes/node-1?force=true", "{}"),
      ] {
        let answer = try await server.send(method, path, body: body, headers: RequestTests.key("k"))
        #expect(answer.status == 409)
        #expect(try answer.error.error == "idempotency key 'k' was used for another request")
      }
      #expect(await server.cluster.calls.count == 1)
    }
  }

  @Test func refusalsAreRememberedAbsencesAreNot() async throws {
    try await TestServer.run { (server) async throws in
      let cluster = server.cluster
      for (code, isRemembered) in [
        (HydraError.Code.conflict, true), (.noCapacity, true), (.failed, true), (.timeout, true), (.unavailable, false),
        (.unreachable, false), (.internal, false),
      ] {
        let headers = RequestTests.key("k-\(code)")
        await cluster.fail(with: HydraError(code, "no"))
        #expect(try await server.send("POST", "/node", headers: headers).status == code.httpStatus)
        await cluster.fail(with: nil)
        #expect(
          try await server.send("POST", "/node", headers: headers).status == (isRemembered ? code.httpStatus : 200))
      }
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

  @Test func cancellingUndoesAndAnswersWhenThatIsDone() async throws {
    try await TestServer.run { server in
      let cluster = server.cluster
      await cluster.hold()
      async let running = server.send("POST", "/node", headers: RequestTests.key("k"))
      await cluster.someoneIsHeld()
      let cancelled = try await server.send("DELETE", "/requests/k")
      #expect(cancelled.status == 200)
      #expect(cancelled.body.contains(#""outcome":"cancelled""#))
      #expect(await cluster.undone.count == 1)
      #expect(try await running.status == 499)
      #expect(try await server.send("DELETE", "/requests/k").status == 404)
      // A repeat that was still on its way does not do it after all.
      #expect(try await server.send("POST", "/node", headers: RequestTests.key("k")).status == 499)
      #expect(await cluster.calls.count == 1)
    }
  }

  @Test func cancellingWhatIsNotThere() async throws {
    try await TestServer.run { server in
      let unknown = try await server.send("DELETE", "/requests/early")
      #expect(unknown.status == 404)
      #expect(try unknown.error.error == "there is no request 'early'")
      // The cancellation had overtaken its request.
      #expect(try await server.send("POST", "/node", headers: RequestTests.key("early")).status == 499)
      _ = try await server.send("POST", "/node", headers: RequestTests.key("done"))
      let finished = try await server.send("DELETE", "/requests/done")
      #expect(finished.status == 404)
      #expect(finished.body.contains(#""outcome":"finished""#))
      #expect(try await server.send("DELETE", "/requests/a%20b").status == 400)
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
      let answer = try await server.send("POST", "/node", headers: RequestTests.key("k"))
      #expect(try answer.decode(NodeState.self).name == "node-1")
      #expect(await cluster.calls.count == 1)
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

/// The memory of the ledger, with a clock of the test's.
@Suite struct RequestLedgerTests {
  private func answer(_ text: String) -> Answer { Answer(status: .ok, body: Array(text.utf8)) }

  @Test func forgetsTheOldestFirst() async {
    let ledger = RequestLedger(limits: WireTests.limits { $0.rememberedRequests = 2 })
    for key in ["a", "b", "c"] { _ = await ledger.perform(key: key, fingerprint: "f") { answer("1") } }
    #expect(await ledger.perform(key: "a", fingerprint: "f") { answer("2") } == answer("2"))
    #expect(await ledger.perform(key: "c", fingerprint: "f") { answer("2") } == answer("1"))
  }

  @Test func forgetsAfterAnHour() async {
    let start = ContinuousClock.now
    let time = TestTime(start)
    let ledger = RequestLedger(limits: ServerLimits()) { time.now }
    _ = await ledger.perform(key: "a", fingerprint: "f") { answer("1") }
    time.advance(by: .seconds(3599))
    #expect(await ledger.perform(key: "a", fingerprint: "f") { answer("2") } == answer("1"))
    time.advance(by: .seconds(1))
    #expect(await ledger.perform(key: "a", fingerprint: "f") { answer("2") } == answer("2"))
  }

  @Test func aThousandRacersAndOneRunner() async {
    let ledger = RequestLedger(limits: ServerLimits())
    let runs = TestCounter()
    await withTaskGroup(of: Answer.self) { group in
      for _ in 0..<1000 {
        group.addTask {
          await ledger.perform(key: "k", fingerprint: "f") {
            runs.increment()
            await Task.yield()
            return Answer(status: .ok, body: [1])
          }
        }
      }
      for await answer in group { #expect(answer.body == [1]) }
    }
    #expect(runs.value == 1)
    #expect(await ledger.runningCount == 0)
  }
}
