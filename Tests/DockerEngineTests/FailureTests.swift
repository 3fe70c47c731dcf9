import DockerEngine
import Foundation
import HydraTestSupport
import Testing

/// Each way in which a call fails has its own reason, in bounded time, with the call in it.
@Suite(.timeLimit(.minutes(1)))
struct FailureTests {
  @Test("an error keeps status, message, method and path")
  func status() async throws {
    try await withEngine(answering: { $0.method == "POST" ? .failure(409, "the name is in use") : nil }) { engine, _ in
      let error = try await failure { try await engine.createContainer("a/b", ContainerSpec(image: "x")) }
      #expect(error.reason == .status(409))
      #expect(error.isConflict)
      #expect(error.message == "the name is in use")
      #expect(error.method == "POST")
      #expect(error.path == "/v1.41/containers/create?name=a%2Fb")
      #expect(error.description == "the name is in use [POST /v1.41/containers/create?name=a%2Fb (409)]")
    }
  }

  @Test("an error that is not JSON gives its text, and one without a body its reason")
  func plainErrors() async throws {
    let answers = [
      "/containers/a/start": "HTTP/1.1 500 Oops\r\nContent-Length: 6\r\n\r\nbroken",
      "/containers/b/start": "HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n",
    ]
    try await withEngine(answering: { answers[$0.path].map { StubAnswer([.text($0)]) } }) { engine, _ in
      try await expectFailure({ $0.message == "broken" }) { try await engine.startContainer("a") }
      try await expectFailure({ $0.message == "Service Unavailable" }) { try await engine.startContainer("b") }
    }
  }

  @Test("starting what runs, and stopping what does not, is no error")
  func notModified() async throws {
    let answer = StubAnswer([.text("HTTP/1.1 304 Not Modified\r\n\r\n")])
    try await withEngine(answering: { $0.method == "POST" ? answer : nil }) { engine, stub in
      try await engine.startContainer("a")
      try await engine.stopContainer("a")
      #expect(stub.requests.count == 2)
    }
  }

  @Test("no redirect is followed")
  func redirect() async throws {
    let answer = StubAnswer([.text("HTTP/1.1 301 Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")])
    try await withEngine(answering: { _ in answer }) { engine, stub in
      try await expectFailure({ $0.reason == .status(301) }) { try await engine.inspectContainer("a") }
    }
  }

  @Test("no socket, and nobody at the socket, are unreachable", arguments: [true, false])
  func unreachable(isThere: Bool) async throws {
    let path = try await withStubEngine(answering: { _ in nil }) { stub in isThere ? stub.path : stub.path + ".no" }
    let engine = try DockerEngine(.unix(path: path))
    let error = try await failure { try await engine.ping() }
    #expect(error.reason == .unreachable)
    #expect(error.message.contains(path))
    await engine.shutdown()
  }

  @Test("a socket that is not for us is permission denied", .enabled(if: geteuid() != 0, "root has all rights"))
  func notForUs() async throws {
    try await withEngine(answering: { _ in nil }) { engine, stub in
      try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: stub.path)
      let error = try await failure { try await engine.ping() }
      #expect(error.reason == .permissionDenied)
      #expect(error.message == "no rights to unix://\(stub.path)")
    }
  }

  @Test("a port that refuses is unreachable")
  func refused() async throws {
    let port = try await withStubEngine(.tcp, answering: { _ in nil }) { $0.port }
    let engine = try DockerEngine(.tcp(host: "127.0.0.1", port: port, tls: nil))
    try await expectFailure({ $0.reason == .unreachable }) { try await engine.ping() }
    await engine.shutdown()
  }

  @Test("a socket's path that is too long is a bad endpoint")
  func tooLong() async throws {
    let engine = try DockerEngine(.unix(path: "/" + String(repeating: "x", count: 200)))
    try await expectFailure({ $0.reason == .badEndpoint }) { try await engine.ping() }
    await engine.shutdown()
  }

  @Test("an engine that is silent, before and within its answer, is given up in time")
  func silence() async throws {
    let half = StubAnswer([.text("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{"), .hang])
    try await withEngine(answering: { request in
      switch request.path {
      case "/containers/json": half
      case "/containers/a/json": .hang
      default: nil
      }
    }) { engine, stub in
      try await engine.ping()
      let clock = ContinuousClock()
      let begun = clock.now
      try await expectFailure({ $0.reason == .timeout }) {
        try await engine.inspectContainer("a", within: .milliseconds(300))
      }
      try await expectFailure({ $0.reason == .timeout }) {
        try await engine.listContainers(labels: [:], within: .milliseconds(300))
      }
      #expect(begun.duration(to: clock.now) < .seconds(20))
      // What came to the engine at all is cut off there.
      for _ in stub.requests { await stub.waitFor { $0 == .disconnected } }
    }
  }

  @Test("a cancelled call ends at once and closes its connection", arguments: ["/containers/json", "/_ping"])
  func cancellation(hanging: String) async throws {
    try await withEngine(answering: { $0.path == hanging ? .hang : nil }) { engine, stub in
      let call = Task { try await engine.listContainers(labels: [:]) }
      await stub.waitFor { if case .request = $0 { true } else { false } }
      call.cancel()
      let error = try await failure { try await call.value }
      #expect(error.isCancelled)
      await stub.waitFor { $0 == .disconnected }
    }
  }

  @Test("an answer that breaks off is told apart from an engine that is away")
  func breaksOff() async throws {
    let cut = StubAnswer([.text("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{"), .close])
    let cutChunks = StubAnswer([.chunkedHead, .chunk("[{"), .close])
    for answer in [cut, cutChunks] {
      try await withEngine(answering: { $0.path == "/containers/json" ? answer : nil }) { engine, stub in
        try await expectFailure({ $0.reason == .unexpectedAnswer }) { try await engine.listContainers(labels: [:]) }
        #expect(stub.requests.count == 3)
      }
    }
  }

  @Test(
    "nonsense is an unexpected answer",
    arguments: [
      StubAnswer.json("{{{"), .json("null"), .json(#"[{"Names":[]}]"#), .json(""),
      StubAnswer([.text("SSH-2.0-OpenSSH\r\n\r\n"), .close]),
    ])
  func nonsense(answer: StubAnswer) async throws {
    try await withEngine(answering: { $0.path == "/containers/json" ? answer : nil }) { engine, _ in
      try await expectFailure({ $0.reason == .unexpectedAnswer }) { try await engine.listContainers(labels: [:]) }
    }
  }

  @Test("an answer that is too large is refused")
  func tooLarge() async throws {
    let body = "[" + String(repeating: " ", count: 5000) + "]"
    try await withEngine(largestAnswer: 4096, answering: { _ in .json(body) }) { engine, _ in
      let error = try await failure { try await engine.ping() }
      #expect(error.reason == .unexpectedAnswer, "no Api-Version")
    }
    try await withEngine(largestAnswer: 4096, answering: { $0.method == "GET" ? .json(body) : nil }) { engine, _ in
      let error = try await failure { try await engine.listContainers(labels: [:]) }
      #expect(error.reason == .unexpectedAnswer)
      #expect(error.message == "the response is larger than 4096 bytes")
    }
  }
}
