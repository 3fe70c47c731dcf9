import HydraClient
import HydraModel
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct EventStreamTests {
  private func ids(_ client: APIClient, after: UInt64? = nil, count: Int) async throws -> [UInt64] {
    var ids: [UInt64] = []
    for try await event in client.events(after: after) {
      ids.append(event.id)
      if ids.count == count { break }
    }
    return ids
  }

  @Test func goesOnAfterTheLastEventSeen() async throws {
    try await ScriptedServer.run({ number, _ in
      switch number {
      case 0: [.send(Wire.eventStream + ": hi\n\n" + Wire.event(1) + Wire.event(2)), .reset]
      case 1: [.send(Wire.eventStream + "id: 3\nevent: node.down\nda")]
      case 2: [.send(Wire.json("503 Service Unavailable", #"{"error":"stopping","code":"unavailable"}"#))]
      default: [.send(Wire.eventStream + Wire.event(3) + Wire.event(4)), .hang]
      }
    }) { server in
      let client = try NonsenseTests.patientClient(server.port)
      #expect(try await ids(client, count: 4) == [1, 2, 3, 4])
      #expect(server.requests.map { $0.contains("/events?after=2") } == [false, true, true, true])
      #expect(server.requests[3].lowercased().contains("last-event-id: 2"))
    }
  }

  /// What happens between the opening of a stream and its first event is not lost with the connection.
  @Test func resumesAfterTheNumberOfTheOpening() async throws {
    try await ScriptedServer.run({ number, _ in
      number == 0
        ? [.send(Wire.eventStream + ": events\nretry: 1000\nid: 41\n\n"), .reset]
        : [.send(Wire.eventStream + Wire.event(42)), .hang]
    }) { server in
      let client = try NonsenseTests.patientClient(server.port)
      #expect(try await ids(client, count: 1) == [42])
      #expect(server.requests.map { $0.contains("/events?after=41") } == [false, true])
    }
  }

  @Test func lostContactIsToldOnceAndItsReturnToo() async throws {
    try await ScriptedServer.run({ number, _ in
      switch number {
      case 0: [.send(Wire.eventStream + Wire.event(1)), .reset]
      case 1...3: [.reset]
      case 4: [.send(Wire.eventStream + Wire.event(2)), .reset]
      // Opened again at once: nothing to speak of.
      default: [.send(Wire.eventStream + Wire.event(3)), .hang]
      }
    }) { server in
      let client = try NonsenseTests.patientClient(server.port)
      let contacts = Mutex<[Contact]>([])
      var ids: [UInt64] = []
      for try await event in client.events(after: nil, contact: { contact in contacts.withLock { $0.append(contact) } })
      {
        ids.append(event.id)
        if ids.count == 3 { break }
      }
      #expect(ids == [1, 2, 3])
      let told = contacts.withLock { $0 }
      #expect(told.count == 2 && told.last == .restored)
    }
  }

  @Test func silenceCountsAsLost() async throws {
    try await ScriptedServer.run({ number, _ in
      [.send(Wire.eventStream + Wire.event(number + 1)), .hang]
    }) { server in
      let client = try NonsenseTests.client(server.port) {
        $0.silence = .milliseconds(200)
        $0.lostContact = .seconds(30)
      }
      #expect(try await ids(client, count: 3) == [1, 2, 3])
    }
  }

  @Test func heartbeatsAreSignsOfLife() async throws {
    try await ScriptedServer.run({ number, _ in
      var steps: [ScriptedServer.Step] = [.send(Wire.eventStream)]
      steps += (0..<5).flatMap { _ in [ScriptedServer.Step.pause(.milliseconds(500)), .send(": heartbeat\n\n")] }
      return steps + [.send(Wire.event(1)), .hang]
    }) { server in
      let client = try NonsenseTests.client(server.port) { $0.silence = .seconds(2) }
      #expect(try await ids(client, count: 1) == [1])
      #expect(server.requests.count == 1)
    }
  }

  @Test func kindsOfANewerClusterArePassedOver() async throws {
    try await ScriptedServer.run({ _, _ in
      [.send(Wire.eventStream + Wire.event(1, "node.painted") + Wire.event(2)), .hang]
    }) { server in
      let client = try NonsenseTests.patientClient(server.port)
      #expect(try await ids(client, count: 1) == [2])
    }
  }

  @Test(arguments: [
    Wire.json("200 OK", "{}"), Wire.eventStream + "id: 1\nevent: node.down\ndata: {\"x\":1}\n\n",
    Wire.eventStream + "data: " + String(repeating: "x", count: 2 << 20),
    Wire.json("404 Not Found", "no"),
  ])
  func nonsenseEndsTheStream(answer: String) async throws {
    try await ScriptedServer.run({ _, _ in [.send(answer), .hang] }) { server in
      let client = try NonsenseTests.patientClient(server.port)
      let error = await #expect(throws: HydraError.self) { try await ids(client, count: 1) }
      #expect(error?.code == .unreachable)
      #expect(server.requests.count == 1)
    }
  }

  @Test func refusalsEndTheStream() async throws {
    try await ScriptedServer.run({ _, _ in
      [.send(Wire.json("403 Forbidden", #"{"error":"not from there","code":"forbidden"}"#))]
    }) { server in
      let client = try NonsenseTests.patientClient(server.port)
      await #expect(throws: HydraError(.forbidden, "not from there")) { try await ids(client, count: 1) }
    }
  }

  @Test func nobodyThereForLongEndsTheStream() async throws {
    try await ScriptedServer.run({ _, _ in [.reset] }) { server in
      let client = try NonsenseTests.client(server.port)
      let start = ContinuousClock.now
      let error = await #expect(throws: HydraError.self) { try await ids(client, count: 1) }
      #expect(error?.code == .unreachable)
      #expect(ContinuousClock.now - start >= .milliseconds(600))
      #expect(server.requests.count > 1)
    }
  }
}
