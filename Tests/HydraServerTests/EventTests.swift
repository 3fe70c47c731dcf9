import HydraModel
import HydraServer
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(1))) struct EventTests {
  private static func open(_ connection: RawConnection, _ path: String = "/events", _ headers: String = "") async throws
  {
    try await connection.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n")
  }

  @Test func eventsAsTheyHappen() async throws {
    try await TestServer.run { server in
      let hub = server.cluster.hub
      hub.emit(.nodeAdded, "before")
      try await RawConnection.with(server.port) { connection in
        try await EventTests.open(connection)
        await hub.listeners(1)
        hub.emit(.nodeDown, "node-2 is \"down\"\n(die)")
        let text = await connection.read(until: "(die)")
        #expect(text.lowercased().contains("content-type: text/event-stream"))
        #expect(text.contains("id: 2\nevent: node.down\ndata: {"))
        #expect(text.contains(#"\"down\"\n(die)"#))
        #expect(!text.contains("before"))
      }
      await hub.listeners(0)
    }
  }

  /// A reader that loses the connection before its first event knows where to resume.
  @Test func aStreamOpensWithItsNumber() async throws {
    try await TestServer.run { server in
      for message in ["one", "two"] { server.cluster.hub.emit(.nodeReady, message) }
      try await RawConnection.with(server.port) { connection in
        try await EventTests.open(connection)
        let text = await connection.read(until: "\n\n")
        #expect(text.contains(": events\nretry: 1000\nid: 2\n\n") && !text.contains("two"))
      }
    }
  }

  @Test(arguments: [
    ("/events?after=1", ""), ("/events", "Last-Event-ID: 1\r\n"), ("/events?after=0", "Last-Event-ID: 1\r\n"),
  ])
  func aReaderResumes(path: String, headers: String) async throws {
    try await TestServer.run { server in
      for message in ["one", "two", "three"] { server.cluster.hub.emit(.nodeReady, message) }
      try await RawConnection.with(server.port) { connection in
        try await EventTests.open(connection, path, headers)
        let text = await connection.read(until: "three")
        #expect(text.contains("two") && !text.contains("one"))
      }
    }
  }

  @Test func aQuietStreamBeats() async throws {
    try await TestServer.run(limits: WireTests.limits { $0.heartbeat = .milliseconds(50) }) { server in
      try await RawConnection.with(server.port) { connection in
        try await EventTests.open(connection)
        #expect(await connection.read(until: ": heartbeat\n\n").contains(": events\n"))
        _ = await connection.read(until: ": heartbeat\n\n")
      }
    }
  }

  @Test func aStreamEndsWithTheServer() async throws {
    try await TestServer.run { server in
      try await RawConnection.with(server.port) { connection in
        try await EventTests.open(connection)
        await server.cluster.hub.listeners(1)
        await server.stop()
        // The last chunk: an end, not a break.
        #expect(await connection.readToEnd().hasSuffix("0\r\n\r\n"))
      }
      await server.cluster.hub.listeners(0)
    }
  }

  @Test func aStreamEndsWithTheClusters() async throws {
    try await TestServer.run { server in
      try await RawConnection.with(server.port) { connection in
        try await EventTests.open(connection)
        await server.cluster.hub.listeners(1)
        server.cluster.hub.finish()
        #expect(await connection.readToEnd().hasSuffix("0\r\n\r\n"))
      }
    }
  }

  @Test func aReaderThatTakesNothingIsCutOff() async throws {
    let limits = WireTests.limits {
      $0.heartbeat = .milliseconds(50)
      $0.stalledReader = .milliseconds(200)
    }
    try await TestServer.run(limits: limits) { server in
      let hub = server.cluster.hub
      try await RawConnection.with(server.port) { connection in
        try await connection.channel.setOption(.autoRead, value: false).get()
        try await EventTests.open(connection)
        await hub.listeners(1)
        // More than the sockets' buffers hold.
        let message = String(repeating: "x", count: 1 << 16)
        for _ in 0..<400 { hub.emit(.errorReported, message) }
        await hub.listeners(0)
      }
    }
  }

  @Test func manyReadersComeAndGo() async throws {
    try await TestServer.run { server in
      let hub = server.cluster.hub
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<50 {
          group.addTask {
            try await RawConnection.with(server.port) { connection in
              try await EventTests.open(connection)
              _ = await connection.read(until: "hello")
            }
          }
        }
        await hub.listeners(50)
        hub.emit(.clusterStarted, "hello")
        try await group.waitForAll()
      }
      await hub.listeners(0)
    }
  }
}
