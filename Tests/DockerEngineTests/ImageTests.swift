import DockerEngine
import HydraTestSupport
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ImageTests {
  private struct Broken: Error {}

  private func archive(_ chunks: [String], failing error: (any Error)? = nil)
    -> AsyncThrowingStream<ByteBuffer, any Error>
  {
    AsyncThrowingStream { continuation in
      for chunk in chunks { continuation.yield(ByteBuffer(string: chunk)) }
      continuation.finish(throwing: error)
    }
  }

  @Test("an image that is not there is nil; any other failure is one")
  func inspection() async throws {
    try await withEngine(answering: { request in
      switch request.path {
      case "/images/here%2Fx%3A1/json": .json(#"{"Id":"sha256:1","Size":5,"RepoTags":null,"Config":null}"#)
      case "/images/broken/json": .failure(500, "no")
      default: nil
      }
    }) { engine, _ in
      #expect(try await engine.inspectImage("here/x:1")?.size == 5)
      #expect(try await engine.inspectImage("gone") == nil)
      try await expectFailure({ $0.status == 500 }) { try await engine.inspectImage("broken") }
    }
  }

  @Test(
    "a reference is a name and a tag",
    arguments: [
      ("x", "fromImage=x&tag=latest"), ("x:1", "fromImage=x&tag=1"),
      ("r:5000/a/x", "fromImage=r%3A5000%2Fa%2Fx&tag=latest"),
      ("r:5000/x:1", "fromImage=r%3A5000%2Fx&tag=1"), ("x@sha256:ab", "fromImage=x%40sha256%3Aab"),
    ])
  func references(reference: String, query: String) async throws {
    try await withEngine(answering: { $0.method == "POST" ? .json("{}") : nil }) { engine, stub in
      try await engine.pullImage(reference)
      #expect(stub.requests.last?.query == query)
    }
  }

  @Test("a pull tells how far it is")
  func progress() async throws {
    let lines = #"""
      {"status":"Pulling from x","id":"latest"}
      {"status":"Downloading","id":"l1","progressDetail":{"current":1,"total":2}}
      {"status":"Pull complete","id":"l1","progressDetail":{}}
      """#
    try await withEngine(answering: { $0.method == "POST" ? .stream([.chunk(lines)]) : nil }) { engine, _ in
      var seen: [PullProgress] = []
      try await engine.pullImage("x") { seen.append($0) }
      #expect(seen.map(\.status) == ["Pulling from x", "Downloading", "Pull complete"])
      #expect(seen[1].bytes?.total == 2 && seen[2].bytes == nil)
    }
  }

  @Test("an error after status 200 is an error")
  func inBand() async throws {
    let lines =
      #"{"status":"Downloading"}"# + "\r\n" + #"{"errorDetail":{"message":"no space"},"error":"no space"}"# + "\r\n"
    try await withEngine(answering: { $0.method == "POST" ? .stream([.chunk(lines)]) : nil }) { engine, _ in
      let pulled = try await failure { try await engine.pullImage("x") }
      #expect(pulled.reason == .inBand && pulled.message == "no space" && pulled.method == "POST")
      try await expectFailure({ $0.reason == .inBand }) { try await engine.loadImage(archive(["x"])) }
    }
  }

  @Test("a pull that stands still is given up")
  func still() async throws {
    let answer = StubAnswer([.chunkedHead, .chunk("{\"status\":\"x\"}\n"), .hang])
    try await withEngine(answering: { $0.method == "POST" ? answer : nil }) { engine, _ in
      try await expectFailure({ $0.reason == .timeout }) { try await engine.pullImage("x", within: .milliseconds(200)) }
    }
  }

  @Test("what is loaded is streamed, and its names come back")
  func load() async throws {
    let answer = #"{"stream":"Loaded image: a:1\n"}"# + "\n" + #"{"stream":"Loaded image ID: sha256:2\n"}"#
    try await withEngine(answering: { $0.method == "POST" ? .json(answer) : nil }) { engine, stub in
      let loaded = try await engine.loadImage(archive(["12", "", "3"]))
      #expect(loaded == ["a:1", "sha256:2"])
      #expect(stub.requests.last?.text == "123")
      #expect(stub.requests.last?.headers["transfer-encoding"] == "chunked")
    }
  }

  @Test("an archive that fails on the way is told so, and the engine is not left waiting")
  func loadBreaks() async throws {
    try await withEngine(answering: { $0.method == "POST" ? .json("{}") : nil }) { engine, stub in
      try await engine.ping()
      let cause = EngineError(.timeout, "the source is gone")
      let error = try await failure { try await engine.loadImage(archive(["1"], failing: cause)) }
      #expect(error.reason == .timeout && error.message == "the source is gone")
      try await expectFailure({ $0.method == "POST" }) { try await engine.loadImage(archive(["1"], failing: Broken())) }
      await stub.waitFor { $0 == .disconnected }
      #expect(stub.requests.isEmpty, "no whole request came")
    }
  }

  @Test("an image is saved as it comes, at the reader's pace, and a cut is told")
  func save() async throws {
    let gate = StubGate()
    let whole = StubAnswer.stream([.chunk("one"), .wait(gate), .chunk("two")])
    let cut = StubAnswer([.chunkedHead, .chunk("one"), .close])
    try await withEngine(answering: { request in
      request.path == "/images/x/get" ? whole : request.path == "/images/get" ? cut : nil
    }) { engine, stub in
      var text = ""
      for try await chunk in try await engine.saveImage("x") {
        text += String(buffer: chunk)
        gate.open()
      }
      #expect(text == "onetwo")
      let broken = try await engine.saveImages(["a", "b/c"])
      #expect(stub.requests.last?.query == "names=a&names=b%2Fc")
      try await expectFailure({ $0.reason == .unexpectedAnswer }) { for try await _ in broken {} }
    }
  }

  @Test("names of all images, without those that lost theirs")
  func names() async throws {
    let list =
      #"[{"Id":"1","RepoTags":["b:1","a:1"]},{"Id":"2","RepoTags":null},{"Id":"3","RepoTags":["<none>:<none>"]}]"#
    try await withEngine(answering: { $0.method == "GET" ? .json(list) : nil }) { engine, _ in
      let names = try await engine.listImages()
      #expect(names == ["a:1", "b:1"])
      let images = try await engine.imageSummaries()
      #expect(images.map(\.id) == ["1", "2", "3"])
    }
  }
}
