import Synchronization

/// Holds a stub's answer until a test opens it.
public final class StubGate: Sendable {
  private let state = Mutex<(isOpen: Bool, waiting: [Int: AsyncStream<Void>.Continuation], next: Int)>((false, [:], 0))

  /// A closed gate.
  public init() {}

  /// Lets everybody through, now and later.
  public func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for continuation in waiting { continuation.finish() }
  }

  /// Waits until the gate is open or the task is cancelled.
  public func wait() async {
    let (stream, continuation) = AsyncStream<Void>.makeStream()
    state.withLock { state in
      if state.isOpen {
        continuation.finish()
      } else {
        state.waiting[state.next] = continuation
        state.next += 1
      }
    }
    for await _ in stream {}
  }
}
