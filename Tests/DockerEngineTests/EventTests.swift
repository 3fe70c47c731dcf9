import DockerEngine
import HydraTestSupport
import Synchronization
import Testing

/// The stream of events loses nothing and repeats nothing across lost connections.
@Suite(.timeLimit(.minutes(1)))
struct EventTests {
  private static let info = StubAnswer.json(#"{"SystemTime":"1970-01-01T00:00:05.000000007Z"}"#)

  private func event(_ action: String, at time: Int64, id: String = "a") -> String {
    #"{"Type":"container","Action":"\#(action)","Actor":{"ID":"\#(id)","Attributes":{"name":"n"}},"timeNano":\#(time)}"#
      + "\n"
  }

  /// Answers `/info` and, in turn, the requests for events; hangs when they are used up.
  private func script(_ answers: [StubAnswer]) -> StubEngine.Answering {
    let count = Counter()
    return { request in
      switch request.path {
      case "/info": return EventTests.info
      case "/events":
        let index = count.next()
        return index < answers.count ? answers[index] : StubAnswer([.chunkedHead, .hang])
      default: return nil
      }
    }
  }

  private final class Counter: Sendable {
    private let value = Mutex(0)
    func next() -> Int {
      value.withLock { value in
        defer { value += 1 }
        return value
      }
    }
  }

  private func signals(_ engine: DockerEngine, _ count: Int) async -> [String] {
    var seen: [String] = []
    for await signal in engine.followEvents(labels: ["hydra.cluster": "x y"]) {
      switch signal {
      case .connected: seen.append("connected")
      case .event(let event): seen.append("\(event.action) \(event.id)")
      }
      if seen.count == count { break }
    }
    return seen
  }

  @Test("events come as they are sent, wherever the chunks are cut")
  func pieces() async throws {
    let text = event("start", at: 1) + "\n" + event("die", at: 2) + event("destroy", at: 3)
    let pieces = stride(from: 0, to: text.count, by: 7).map { offset in
      StubAnswer.Step.chunk(String(text.dropFirst(offset).prefix(7)))
    }
    try await withEngine(answering: script([.stream(pieces)])) { engine, stub in
      var actions: [String] = []
      for try await event in try await engine.events(labels: ["hydra.cluster": "x y"], since: 1_000_000_002) {
        actions.append(event.action)
        #expect(event.attributes == ["name": "n"])
      }
      #expect(actions == ["start", "die", "destroy"])
      #expect(
        stub.requests.last?.query
          == "since=1.000000002&filters=%7B%22label%22%3A%5B%22hydra.cluster%3Dx%20y%22%5D%2C%22type%22%3A%5B%22container%22%5D%7D"
      )
    }
  }

  @Test("following begins at the engine's own time, so that nothing falls between asking and subscribing")
  func begins() async throws {
    try await withEngine(answering: script([])) { engine, stub in
      #expect(await signals(engine, 1) == ["connected"])
      #expect(stub.requests.last?.query.hasPrefix("since=5.000000007&") == true)
    }
  }

  @Test("after a cut it asks for what it missed, tells none twice and drops none that came out of order")
  func cutAndReplay() async throws {
    let (one, two, early, three) = (
      event("start", at: 6_000_000_100), event("die", at: 6_000_000_300),
      event("die", at: 6_000_000_200, id: "b"), event("start", at: 6_000_000_400)
    )
    let answers = [
      StubAnswer([.chunkedHead, .chunk(one + two + early), .close]),
      StubAnswer([.chunkedHead, .chunk(one + two), .chunk(String(three.prefix(20))), .close]),
      .stream([.chunk(one + two + early + three)]),
    ]
    try await withEngine(answering: script(answers)) { engine, stub in
      #expect(
        await signals(engine, 7)
          == ["connected", "start a", "die a", "die b", "connected", "connected", "start a"])
      let since = stub.requests.filter { $0.path == "/events" }.map { $0.query.prefix { $0 != "&" } }
      // A second before the newest event, but not before the beginning.
      #expect(since == ["since=5.000000007", "since=5.000000300", "since=5.000000300"])
    }
  }

  @Test("events of the same moment are told apart")
  func sameMoment() async throws {
    let both = event("die", at: 7_000_000_000, id: "a") + event("die", at: 7_000_000_000, id: "b")
    let answers = [StubAnswer([.chunkedHead, .chunk(both), .close]), .stream([.chunk(both), .hang])]
    try await withEngine(answering: script(answers)) { engine, _ in
      #expect(await signals(engine, 4) == ["connected", "die a", "die b", "connected"])
    }
  }

  @Test("nonsense, an error status and a refused connection are got over")
  func gotOver() async throws {
    let answers = [
      StubAnswer.stream([.chunk("nonsense\n")]), .failure(500, "not now"), .close, .close, .close,
      .stream([.chunk(event("die", at: 6_000_000_000)), .hang]),
    ]
    let lost = Mutex<[EngineError.Reason]>([])
    try await withEngine(answering: script(answers)) { engine, _ in
      let follow = engine.followEvents(labels: [:]) { error in lost.withLock { $0.append(error.reason) } }
      for await signal in follow { if case .event = signal { break } }
      #expect(lost.withLock { $0 } == [.unexpectedAnswer, .status(500), .unreachable])
    }
  }

  @Test("who stops listening ends the connection")
  func stops() async throws {
    try await withEngine(answering: script([])) { engine, stub in
      let task = Task { for await _ in engine.followEvents(labels: [:]) {} }
      await stub.waitFor { if case .request(let request) = $0 { request.path == "/events" } else { false } }
      task.cancel()
      await task.value
      await stub.waitFor { $0 == .disconnected }
    }
  }
}
