import DockerEngine
import HydraTestSupport
import Synchronization
import Testing

/// What changes nothing is asked again when its connection is lost; nothing else is.
@Suite(.timeLimit(.minutes(1)))
struct RetryTests {
  private final class Countdown: Sendable {
    private let left: Mutex<Int>
    init(_ count: Int) { left = Mutex(count) }
    /// Whether it was not over yet.
    func tick() -> Bool {
      left.withLock { left in
        left -= 1
        return left >= 0
      }
    }
  }

  @Test("a list comes through after two lost connections")
  func again() async throws {
    let failures = Countdown(2)
    try await withEngine(answering: { request in
      guard request.method == "GET" else { return nil }
      return failures.tick() ? .close : .json("[\(containerJSON("a"))]")
    }) { engine, stub in
      let found = try await engine.listContainers(labels: [:])
      #expect(found.map(\.name) == ["a"])
      #expect(stub.requests.count == 3)
    }
  }

  @Test("after the third lost connection the engine is unreachable")
  func givesUp() async throws {
    try await withEngine(answering: { $0.method == "GET" ? .close : nil }) { engine, stub in
      try await expectFailure({ $0.reason == .unreachable }) { try await engine.listContainers(labels: [:]) }
      #expect(stub.requests.count == 3)
    }
  }

  @Test("a container is made once, whatever happens to the answer")
  func onlyOnce() async throws {
    try await withEngine(answering: { $0.method == "POST" ? .close : nil }) { engine, stub in
      let spec = ContainerSpec(image: "x")
      try await expectFailure({ $0.reason == .unreachable }) { try await engine.createContainer("a", spec) }
      #expect(stub.requests.count == 1)
    }
  }

  @Test("an error status is an answer: it is not asked again")
  func statusStands() async throws {
    try await withEngine(answering: { $0.method == "GET" ? .failure(500, "no") : nil }) { engine, stub in
      _ = try await failure { try await engine.listContainers(labels: [:]) }
      #expect(stub.requests.count == 1)
    }
  }
}
