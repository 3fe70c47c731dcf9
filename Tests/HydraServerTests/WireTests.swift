import HydraModel
import HydraServer
import NIOCore
import Testing

/// What is not a well-behaved client.
@Suite(.timeLimit(.minutes(1))) struct WireTests {
  static func limits(_ change: (inout ServerLimits) -> Void) -> ServerLimits {
    var limits = ServerLimits()
    change(&limits)
    return limits
  }

  @Test func aHugeBodyIsRefusedWithoutReadingIt() async throws {
    try await TestServer.run { server in
      let answer = try await RawConnection.with(server.port) { connection in
        try await connection.send(
          "POST /node HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(TestServer.token)\r\nContent-Length: 9000000000\r\n\r\n{"
        )
        return try RawResponse(await connection.readToEnd())
      }
      #expect(answer.status == 413)
      #expect(try answer.error.error == "the body is larger than 1048576 bytes")
    }
  }

  @Test func aHugeChunkedBodyIsCutOff() async throws {
    try await TestServer.run { server in
      let answer = try await RawConnection.with(server.port) { connection in
        try await connection.send(
          "POST /node HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(TestServer.token)\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        // Goes on sending after the answer has come, as a client that does not look would.
        let chunk = "10000\r\n" + String(repeating: " ", count: 0x10000) + "\r\n"
        for _ in 0..<20 { try await connection.send(chunk) }
        return try RawResponse(await connection.readToEnd())
      }
      #expect(answer.status == 413)
      #expect(await server.cluster.calls.isEmpty)
    }
  }

  @Test func aBodyOfTheLargestSizeIsRead() async throws {
    try await TestServer.run { (server) async throws in
      let body = "{" + String(repeating: " ", count: ClusterLimits.maximumBody - 2) + "}"
      #expect(try await server.send("POST", "/node", body: body).status == 200)
      #expect(try await server.send("POST", "/node", body: body + " ").status == 413)
    }
  }

  @Test func whoIsNotLetInIsNotReadEither() async throws {
    try await TestServer.run { server in
      let answer = try await RawConnection.with(server.port) { connection in
        try await connection.send("POST /node HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n")
        return try RawResponse(await connection.readToEnd())
      }
      #expect(answer.status == 401)
    }
  }

  @Test func aSlowBodyIsNotWaitedFor() async throws {
    try await TestServer.run(limits: WireTests.limits { $0.bodyTime = .milliseconds(300) }) { server in
      let answer = try await RawConnection.with(server.port) { connection in
        try await connection.send(
          "POST /node HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(TestServer.token)\r\nContent-Length: 100\r\n\r\n"
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
          // One byte at a time, so that the connection is never idle.
          group.addTask {
            while !Task.isCancelled {
              try await connection.send("{")
              try await Task.sleep(for: .milliseconds(20))
            }
          }
          let text = await connection.read(until: "}")
          group.cancelAll()
          return try RawResponse(text)
        }
      }
      #expect(answer.status == 408)
      #expect(try answer.error.code == "timeout")
      #expect(await server.cluster.calls.isEmpty)
    }
  }

  @Test func slowHeadersAreNotWaitedFor() async throws {
    try await TestServer.run(limits: WireTests.limits { $0.idle = .milliseconds(300) }) { server in
      let start = ContinuousClock.now
      try await RawConnection.with(server.port) { connection in
        try await connection.send("GET /state HTTP/1.1\r\nHost: localhost\r\n")
        await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask {
            while !Task.isCancelled {
              try await connection.send("X-A: b\r\n")
              try await Task.sleep(for: .milliseconds(20))
            }
          }
          _ = await connection.readToEnd()
          group.cancelAll()
        }
      }
      #expect(ContinuousClock.now - start < .seconds(10))
    }
  }

  @Test func aBodyThatEndsEarlyIsNotTakenForWhole() async throws {
    try await TestServer.run { server in
      for framing in ["Content-Length: 10\r\n\r\n{}", "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"] {
        let text = try await RawConnection.with(server.port) { connection in
          try await connection.send(
            "POST /node HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(TestServer.token)\r\n\(framing)")
          connection.closeOutput()
          return await connection.readToEnd()
        }
        #expect(try RawResponse(text).status == 400, "\(framing)")
      }
      #expect(await server.cluster.calls.isEmpty)
    }
  }

  @Test(arguments: [
    "nonsense\r\n\r\n", "GET /state HTTP/9.9\r\nHost: localhost\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}",
    "GET /state HTTP/1.1\r\nHost: localhost\r\nBad Header : x\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
    "POST /node HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    "POST /node HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
  ])
  func whatIsNotHTTPIsToldSo(text: String) async throws {
    try await TestServer.run { server in
      let answer = try await RawConnection.with(server.port) { connection in
        try await connection.send(text)
        return try RawResponse(await connection.readToEnd())
      }
      #expect(answer.status == 400)
      #expect(try answer.error.code == "invalid_argument")
    }
  }

  @Test func headersAreBounded() async throws {
    try await TestServer.run { server in
      let answer = try await RawConnection.with(server.port) { connection in
        try await connection.send(
          "GET /state HTTP/1.1\r\nHost: localhost\r\nX-A: \(String(repeating: "a", count: 100_000))\r\n\r\n")
        return try RawResponse(await connection.readToEnd())
      }
      #expect(answer.status == 431)
    }
  }

  @Test func oneConnectionServesManyRequests() async throws {
    try await TestServer.run { server in
      try await RawConnection.with(server.port) { connection in
        for _ in 0..<3 {
          try await connection.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
          #expect(await connection.read(until: "}\n").contains("200 OK"))
        }
        // Pipelined, and the last one ends the connection.
        try await connection.send(
          "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        let text = await connection.readToEnd()
        #expect(text.contains("200 OK") && text.contains("404 Not Found"))
      }
    }
  }

  @Test func aClientThatAsksBeforeSendingIsToldToGoOn() async throws {
    try await TestServer.run { server in
      try await RawConnection.with(server.port) { connection in
        try await connection.send(
          "POST /node HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(TestServer.token)\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        )
        #expect(await connection.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100 Continue"))
        try await connection.send("{}")
        #expect(try RawResponse(await connection.readToEnd()).status == 200)
      }
    }
  }

  @Test func connectionsBeyondTheLimitWait() async throws {
    try await TestServer.run(limits: WireTests.limits { $0.connections = 2 }) { server in
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<20 { group.addTask { try await server.send("GET", "/state").status } }
        for try await status in group { #expect(status == 200) }
      }
    }
  }

  @Test func aPortThatIsTakenIsSaidSo() async throws {
    try await TestServer.run { server in
      await #expect(throws: HydraError(.failed, "can't listen on 127.0.0.1:\(server.port): address already in use")) {
        try await TestServer.run(port: server.port) { _ in }
      }
    }
  }

  @Test func whoReadsNothingDoesNotHoldUpTheEnd() async throws {
    let limits = WireTests.limits {
      $0.shutdownGrace = .milliseconds(50)
      $0.shutdownForce = .milliseconds(200)
    }
    try await TestServer.run(limits: limits) { server in
      let label = String(repeating: "x", count: 900_000)
      for _ in 0..<20 { _ = try await server.send("POST", "/node", body: #"{"labels":{"a":"\#(label)"}}"#) }
      try await RawConnection.with(server.port) { connection in
        try await connection.channel.setOption(.autoRead, value: false).get()
        try await connection.send("GET /nodes HTTP/1.1\r\nHost: localhost\r\n\r\n")
        // The answer is on its way: more of it than the sockets hold.
        try await Task.sleep(for: .milliseconds(200))
        await server.stop()
        let start = ContinuousClock.now
        while (try? await server.send("GET", "/healthz")) != nil {}
        #expect(ContinuousClock.now - start < .seconds(10))
      }
    }
  }

  @Test func cancelledItEndsAtOnce() async throws {
    let cluster = FakeCluster()
    await cluster.hold()
    let port = TestServer.lastingPort()
    let server = Task { try await TestServer.run(cluster, port: port) { _ in try await Task.sleep(for: .seconds(50)) } }
    let waiting = Task {
      while true {
        if let answer = try? await TestServer(port: port, cluster: cluster, group: nil).send("POST", "/node") {
          return answer
        }
      }
    }
    await cluster.someoneIsHeld()
    server.cancel()
    #expect(await waiting.value.status == 503)
    _ = await server.result
    await cluster.release()
  }

  /// Stopping while connections come in: none is left half open, and nothing breaks.
  @Test func stopsUnderLoad() async throws {
    for _ in 0..<40 {
      try await TestServer.run { server in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<8 {
            group.addTask {
              // Refused once it has stopped.
              while (try? await server.send("GET", "/healthz")) != nil {}
            }
          }
          _ = try await server.send("GET", "/healthz")
          await server.stop()
        }
      }
    }
  }
}
