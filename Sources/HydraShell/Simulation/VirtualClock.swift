import HydraRuntime
import Synchronization

/// Time that passes only when it is told to.
final class VirtualClock: RuntimeClock {
  private struct Sleeper {
    var due: Duration
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var now: Duration = .zero
    var sleepers: [Int: Sleeper] = [:]
    var next = 0
  }

  private let state = Mutex(State())
  private let beginning: Double

  /// A clock that begins at `beginning`, in seconds since 1970.
  init(beginning: Double) { self.beginning = beginning }

  var now: Duration { state.withLock { $0.now } }
  var wallTime: Double { beginning + now / .seconds(1) }

  /// Until the first sleeper is due; nil if nobody sleeps.
  var timeToNext: Duration? {
    state.withLock { state in state.sleepers.values.map(\.due).min().map { max(.zero, $0 - state.now) } }
  }

  /// Lets this much time pass, and wakes who is due, in the order in which they are.
  func pass(_ time: Duration) {
    let due = state.withLock { state in
      state.now += time
      let due = state.sleepers.filter { $0.value.due <= state.now }
        .sorted { ($0.value.due, $0.key) < ($1.value.due, $1.key) }
      for (number, _) in due { state.sleepers[number] = nil }
      return due.map(\.value.continuation)
    }
    for continuation in due { continuation.resume() }
  }

  func sleep(for duration: Duration) async throws {
    try Task.checkCancellation()
    let number = state.withLock { state in
      state.next += 1
      return state.next
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isCancelled = state.withLock { state in
          // Cancelled before this ran: the handler found nobody to wake.
          guard !Task.isCancelled else { return true }
          state.sleepers[number] = Sleeper(due: state.now + max(.zero, duration), continuation: continuation)
          return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      let sleeper = state.withLock { $0.sleepers.removeValue(forKey: number) }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }
}
