import DockerEngine
import HydraTestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ConnectionTests {
  private static let client = EngineTLS(
    authority: StubCertificates.authority, certificate: StubCertificates.client, key: StubCertificates.clientKey,
    address: "127.0.0.1")

  private func overTLS<R>(
    _ host: String = "node-1.test", _ tls: EngineTLS = client, _ body: (DockerEngine) async throws -> R
  ) async throws -> R {
    try await withStubEngine(.tls, answering: { $0.method == "GET" ? .json("[]") : nil }) { stub in
      let engine = try DockerEngine(.tcp(host: host, port: stub.port, tls: tls))
      do {
        let result = try await body(engine)
        await engine.shutdown()
        return result
      } catch {
        await engine.shutdown()
        throw error
      }
    }
  }

  @Test("the name is verified, the address connected to")
  func mutualTLS() async throws {
    try await overTLS { engine in
      let found = try await engine.listContainers(labels: [:])
      #expect(found.isEmpty)
    }
  }

  @Test("a certificate for another name is refused")
  func otherName() async throws {
    try await overTLS("node-2.test") { engine in
      try await expectFailure({ $0.reason == .unreachable }) { try await engine.ping() }
    }
  }

  @Test("a certificate of another authority is refused")
  func otherAuthority() async throws {
    var tls = ConnectionTests.client
    tls.authority = StubCertificates.otherAuthority
    try await overTLS("node-1.test", tls) { engine in
      try await expectFailure({ $0.reason == .unreachable }) { try await engine.ping() }
    }
  }

  @Test("a client that the engine does not know is not let in")
  func stranger() async throws {
    var tls = ConnectionTests.client
    (tls.certificate, tls.key) = (StubCertificates.stranger, StubCertificates.strangerKey)
    try await overTLS("node-1.test", tls) { engine in
      try await expectFailure({ $0.reason == .unreachable }) { try await engine.ping() }
    }
  }

  @Test("no TLS where TLS is expected is no engine")
  func plainText() async throws {
    try await withStubEngine(.tls, answering: { _ in nil }) { stub in
      let engine = try DockerEngine(.tcp(host: "127.0.0.1", port: stub.port, tls: nil))
      _ = try await failure { try await engine.ping(within: .seconds(2)) }
      await engine.shutdown()
    }
  }

  @Test("damaged certificates are a bad endpoint")
  func damaged() throws {
    var tls = ConnectionTests.client
    tls.key = "-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n"
    let error = #expect(throws: EngineError.self) {
      _ = try DockerEngine(.tcp(host: "node-1.test", port: 1, tls: tls))
    }
    #expect(error?.reason == .badEndpoint)
    #expect(error?.description.contains("nonsense") == false)
  }

  @Test("the newest version of both sides is spoken, and asked for once")
  func negotiation() async throws {
    for (theirs, chosen) in [("1.41", "1.41"), ("1.47", "1.47"), ("1.52", "1.47"), ("2.0", "1.47")] {
      let ping = StubAnswer([.text("HTTP/1.1 200 OK\r\nApi-Version: \(theirs)\r\nContent-Length: 0\r\n\r\n")])
      try await withEngine(answering: { $0.method == "HEAD" ? ping : .json("[]") }) { engine, stub in
        for _ in 0..<2 { _ = try await engine.listContainers(labels: [:]) }
        #expect(stub.requests.map(\.version) == [nil, chosen, chosen])
        try await engine.ping()
      }
    }
  }

  @Test("something that is no engine is told so")
  func notAnEngine() async throws {
    let answers = ["HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nApi-Version: new\r\n"]
    for head in answers {
      let answer = StubAnswer([.text(head + "Content-Length: 0\r\n\r\n")])
      try await withEngine(answering: { _ in answer }) { engine, _ in
        try await expectFailure({ $0.reason == .unexpectedAnswer }) { try await engine.listContainers(labels: [:]) }
      }
    }
  }

  @Test("a client that was shut down fails, and may be shut down twice")
  func afterShutdown() async throws {
    try await withEngine(answering: { _ in nil }) { engine, _ in
      await engine.shutdown()
      try await expectFailure({ $0.reason == .unreachable }) { try await engine.ping() }
    }
  }

  @Test("a client that was forgotten closes its connections itself")
  func forgotten() async throws {
    try await withStubEngine(answering: { _ in nil }) { stub in
      do {
        let engine = try DockerEngine(.unix(path: stub.path))
        try await engine.ping()
      }
      await stub.waitFor { $0 == .disconnected }
    }
  }

  @Test("many calls at once, each with its own answer")
  func atOnce() async throws {
    try await withEngine(answering: { request in
      guard request.method == "GET" else { return nil }
      let id = request.path.split(separator: "/").dropLast().last ?? ""
      return .json(#"{"Id":"\#(id)","Mounts":null}"#)
    }) { engine, _ in
      try await withThrowingTaskGroup(of: (String, String).self) { group in
        for number in 0..<300 {
          group.addTask { ("c\(number)", try await engine.inspectContainer("c\(number)").id) }
        }
        for try await (asked, answered) in group { #expect(asked == answered) }
      }
    }
  }
}
