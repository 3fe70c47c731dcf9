import Synchronization

/// Gives each interruption to what runs now: the innermost piece of work that asked for them.
final class InterruptRouter: Sendable {
  typealias Handler = @Sendable (Interruption) -> Void

  private struct State {
    var handlers: [(id: Int, handler: Handler)] = []
    var lastID = 0
    /// The last one, whatever became of it.
    var last: Interruption?
  }

  private let state = Mutex(State())

  /// The last interruption since the start; nil when there was none.
  var last: Interruption? { state.withLock { $0.last } }

  /// Passes on everything that `stream` brings, until cancelled.
  func run(_ stream: AsyncStream<Interruption>) async {
    for await interruption in stream { deliver(interruption) }
  }

  /// Gives one interruption to the innermost handler.
  func deliver(_ interruption: Interruption) {
    let handler = state.withLock { state in
      state.last = interruption
      return state.handlers.last?.handler
    }
    handler?(interruption)
  }

  /// Runs `body` with its interruptions given to `handler`.
  func handling<T: Sendable>(_ handler: @escaping Handler, _ body: () async -> T) async -> T {
    let id = state.withLock { state in
      state.lastID += 1
      state.handlers.append((state.lastID, handler))
      return state.lastID
    }
    defer { state.withLock { state in state.handlers.removeAll { $0.id == id } } }
    return await body()
  }

  /// How long cancelled work may take to end before the person is told that it goes on.
  private static let patience = Duration.milliseconds(400)

  /// Runs `work` in a task that the first interruption cancels, saying `first`, and `late` when the work takes a while to
  /// end; further interruptions are given to `again`. Waits for the end in any case: cancelled work undoes what it began.
  func cancelling<T: Sendable>(
    first: @escaping @Sendable () -> Void, late: @escaping @Sendable () -> Void,
    again: @escaping @Sendable () -> Void, _ work: @escaping @Sendable () async -> T
  ) async -> T {
    let task = Task { await work() }
    let reminder = Mutex<Task<Void, Never>?>(nil)
    defer { reminder.withLock { $0?.cancel() } }
    let isCancelled = Mutex(false)
    let wasCancelled: @Sendable () -> Bool = {
      isCancelled.withLock { value in
        defer { value = true }
        return value
      }
    }
    return await handling({ _ in
      if wasCancelled() {
        again()
      } else {
        first()
        task.cancel()
        let telling = Task {
          do { try await Task.sleep(for: Self.patience) } catch { return }
          late()
        }
        reminder.withLock { $0 = telling }
      }
    }) {
      await withTaskCancellationHandler {
        await task.value
      } onCancel: {
        task.cancel()
      }
    }
  }
}
