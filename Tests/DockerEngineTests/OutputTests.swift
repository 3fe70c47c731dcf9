import DockerEngine
import HydraTestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct OutputTests {
  private func answering(_ output: StubAnswer, tty: Bool = false, exit: [String] = [#"{"ExitCode":3}"#])
    -> StubEngine.Answering
  {
    { request in
      switch request.path {
      case "/containers/a/json": .json(#"{"Id":"a","Config":{"Tty":\#(tty)}}"#)
      case "/containers/a/logs", "/exec/e/start": output
      case "/containers/a/exec": .json(#"{"Id":"e"}"#, status: 201)
      case "/exec/e/json": .json(exit[0])
      default: nil
      }
    }
  }

  /// Ends as engines end an exec: with the connection.
  private func raw(_ bytes: [UInt8]) -> StubAnswer {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n"
    return StubAnswer([.text(head), .bytes(bytes), .close])
  }

  @Test("the two streams are taken apart, wherever the chunks are cut")
  func frames() async throws {
    let bytes = frame(1, "out\n") + frame(2, "error\n") + frame(1, "") + frame(1, String(repeating: "x", count: 300))
    for size in [1, 3, 8, 13, 1000] {
      let chunks = stride(from: 0, to: bytes.count, by: size).map { offset in
        StubAnswer.Step.chunk(Array(bytes[offset..<min(offset + size, bytes.count)]))
      }
      try await withEngine(answering: answering(.stream(chunks))) { engine, stub in
        var seen: [OutputFrame] = []
        for try await frame in try await engine.logs("a", LogOptions(follow: true, tail: 5, timestamps: true)) {
          seen.append(frame)
        }
        #expect(seen.map(\.source) == [.output, .error, .output, .output])
        #expect(seen.map(\.bytes.count) == [4, 6, 0, 300])
        #expect(
          stub.requests.last?.query == "stdout=true&stderr=true&follow=true&tail=5&timestamps=true")
      }
    }
  }

  @Test("a terminal's output is one stream as it is")
  func terminal() async throws {
    try await withEngine(answering: answering(.stream([.chunk("$ ls\r\n")]), tty: true)) { engine, _ in
      let lines = try await engine.lastLog("a", lines: 9)
      #expect(lines == ["$ ls"])
    }
  }

  @Test("the last lines, of both streams")
  func lastLines() async throws {
    let bytes = frame(1, "one\ntw") + frame(1, "o\n") + frame(2, "three\n")
    try await withEngine(answering: answering(.stream([.chunk(bytes)]))) { engine, _ in
      let lines = try await engine.lastLog("a", lines: 2)
      #expect(lines == ["two", "three"])
    }
  }

  @Test("a log that breaks off within a frame, or is none, is an error", arguments: [0, 1, 2])
  func broken(kind: Int) async throws {
    let cases: [([UInt8], EngineError.Reason)] = [
      (Array(frame(1, "half").dropLast(2)), .unexpectedAnswer), (Array("no frames at all".utf8), .unexpectedAnswer),
      (frame(3, "error grabbing logs\n"), .inBand),
    ]
    let (bytes, reason) = cases[kind]
    try await withEngine(answering: answering(.stream([.chunk(bytes)]))) { engine, _ in
      try await expectFailure({ $0.reason == reason }) { try await engine.lastLog("a", lines: 2) }
    }
  }

  @Test("a followed log is not given up for being silent")
  func followed() async throws {
    let gate = StubGate()
    let answer = StubAnswer.stream([.chunk(frame(1, "x")), .wait(gate), .chunk(frame(1, "y"))])
    try await withEngine(answering: answering(answer)) { engine, _ in
      let limit = Duration.seconds(1)
      var text = ""
      for try await frame in try await engine.logs("a", LogOptions(follow: true), within: limit) {
        text += String(decoding: frame.bytes, as: UTF8.self)
        // The silence itself is what is tested: longer than the limit of the call.
        if text == "x" {
          Task {
            try await Task.sleep(for: limit * 1.5)
            gate.open()
          }
        }
      }
      #expect(text == "xy")
    }
  }

  @Test("reading ends when its reader is cancelled, and the connection with it")
  func readerIsCancelled() async throws {
    let answer = StubAnswer([.chunkedHead, .chunk(frame(1, "x")), .hang])
    try await withEngine(answering: answering(answer)) { engine, stub in
      let reader = Task { for try await _ in try await engine.logs("a", LogOptions(follow: true)) {} }
      await stub.waitFor { if case .request(let request) = $0 { request.path.hasSuffix("logs") } else { false } }
      reader.cancel()
      try await expectFailure({ $0.isCancelled }) { try await reader.value }
      await stub.waitFor { $0 == .disconnected }
    }
  }

  @Test("a log that is not followed is given up when it falls silent")
  func silent() async throws {
    let answer = StubAnswer([.chunkedHead, .chunk(frame(1, "x")), .hang])
    try await withEngine(answering: answering(answer)) { engine, _ in
      try await expectFailure({ $0.reason == .timeout }) {
        for try await _ in try await engine.logs("a", within: .milliseconds(500)) {}
      }
    }
  }

  @Test("a command's exit status and both its streams")
  func exec() async throws {
    try await withEngine(answering: answering(raw(frame(1, "o") + frame(2, "e")))) { engine, stub in
      let result = try await engine.exec("a", ["sh", "-c", "x"], env: ["K": "v"], user: "u")
      #expect((result.exitCode, result.output, result.errorOutput) == (3, "o", "e"))
      let body = try #require(stub.requests.first { $0.path == "/containers/a/exec" }?.text)
      #expect(body.contains(#""Cmd":["sh","-c","x"]"#) && body.contains(#""Env":["K=v"]"#))
    }
  }

  @Test("a command that does not end is given up in time")
  func execHangs() async throws {
    let answer = StubAnswer([.text("HTTP/1.1 200 OK\r\n\r\n"), .bytes(frame(1, "x")), .hang])
    try await withEngine(answering: answering(answer)) { engine, _ in
      try await expectFailure({ $0.reason == .timeout }) {
        try await engine.exec("a", ["x"], within: .milliseconds(200))
      }
    }
  }

  @Test("a command that the engine calls running for ever is given up in time")
  func execNeverEnds() async throws {
    let answer = answering(raw([]), exit: [#"{"Running":true,"ExitCode":null}"#])
    try await withEngine(answering: answer) { engine, _ in
      try await expectFailure({ $0.reason == .timeout }) {
        try await engine.exec("a", ["x"], within: .milliseconds(200))
      }
    }
  }

  @Test("no such container, no such command")
  func execRefused() async throws {
    try await withEngine(answering: { $0.method == "POST" ? .failure(404, "No such container: a") : nil }) {
      engine, _ in
      try await expectFailure({ $0.isNotFound }) { try await engine.exec("a", ["x"]) }
    }
  }
}
