import HydraClient
import HydraModel
import Testing

@Suite(.timeLimit(.minutes(1))) struct ProbeTests {
  private func probe(
    _ steps: [ScriptedServer.Step], timeout: Duration = .seconds(5),
    _ check: @escaping @Sendable (HTTPProbeResult) throws -> Void
  ) async throws {
    try await ScriptedServer.run({ _, _ in steps }) { server in
      try check(await HTTPProbeClient().get("http://127.0.0.1:\(server.port)/hello1?x=y", timeout: timeout))
      #expect(server.requests.allSatisfy { $0.hasPrefix("GET /hello1?x=y HTTP/1.1\r\n") })
    }
  }

  @Test func theAnswerAsItIs() async throws {
    let text = "HTTP/1.1 200 OK\r\nX-Replica: a\r\nx-replica: b\r\nContent-Length: 5\r\n\r\nhello"
    try await probe([.send(text)]) {
      #expect($0.status == 200)
      #expect($0.headers["x-replica"] == "a, b")
      #expect($0.body == "hello")
      #expect($0.error == nil && !$0.isTruncated)
      #expect($0.duration > .zero)
    }
  }

  @Test func whateverTheStatus() async throws {
    try await probe([.send("HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno")]) {
      #expect($0.status == 503 && $0.error == nil)
    }
    try await probe([.send("HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n")]) {
      #expect($0.status == 302 && $0.headers["location"] == "/other")
    }
  }

  @Test func failuresAreAnswers() async throws {
    try await probe([.reset]) { #expect($0.status == nil && $0.error != nil) }
    try await probe([.hang], timeout: .milliseconds(200)) { #expect($0.error == "no response within 200ms") }
    try await probe([.send("garbage\r\n\r\n")]) { #expect($0.status == nil && $0.error != nil) }
    try await probe([.send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhe")]) {
      #expect($0.status == 200 && $0.error == "the connection was closed in the middle of an answer")
      #expect($0.body == "he" && $0.isTruncated)
    }
    let stream = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nfirst"
    try await probe([.send(stream), .hang], timeout: .milliseconds(300)) {
      #expect($0.status == 200 && $0.body == "first" && $0.isTruncated && $0.error == "no response within 300ms")
    }
    let answer = try await HTTPProbeClient().get("http://127.0.0.1:1/")
    #expect(answer.error == "connection refused")
  }

  @Test func bodiesAreBounded() async throws {
    let endless = "HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + String(repeating: "x", count: 2 << 20)
    try await probe([.send(endless), .hang]) {
      #expect($0.isTruncated && $0.body.utf8.count == HTTPProbeClient.maximumBody && $0.error == nil)
    }
  }

  @Test(arguments: ["", "hello1", "localhost:8888/hello1", "ftp://localhost/", "http://", "file:///etc/passwd"])
  func urlsAreChecked(url: String) async {
    let error = await #expect(throws: HydraError.self) { try await HTTPProbeClient().get(url) }
    #expect(error?.code == .invalidArgument)
  }

  @Test func methodHeadersAndBodyAreSent() async throws {
    let answer = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
    try await ScriptedServer.run({ _, _ in [.send(answer)] }) { server in
      let result = try await HTTPProbeClient().send(
        "POST", "http://127.0.0.1:\(server.port)/x", headers: [("X-A", "b"), ("User-Agent", "mine")],
        body: Array("{}".utf8))
      #expect(result.status == 201)
      let request = try #require(server.requests.first)
      #expect(request.hasPrefix("POST /x HTTP/1.1\r\n"))
      for line in ["X-A: b", "User-Agent: mine", "Connection: close"] {
        #expect(request.lowercased().contains(line.lowercased() + "\r\n"), "\(line)")
      }
      #expect(request.lowercased().contains("content-length: 2\r\n"))
    }
  }

  @Test func cancelling() async throws {
    try await ScriptedServer.run({ _, _ in [.hang] }) { server in
      let call = Task { try await HTTPProbeClient().get("http://127.0.0.1:\(server.port)/") }
      while server.requests.isEmpty { await Task.yield() }
      call.cancel()
      await #expect(throws: CancellationError.self) { try await call.value }
    }
  }
}
