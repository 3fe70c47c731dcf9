import Synchronization

/// Delivers each interruption to what runs now: the innermost piece of work that handles them.
package final class InterruptRouter: Sendable {
  package typealias Handler = @Sendable (Interruption) -> Void

  private struct State {
    var handlers: [(id: Int, handler: Handler)] = []
    var lastID = 0
    /// The last one, whatever came of it.
    var last: Interruption?
  }

  private let state = Mutex(State())
  /// How long cancelled work may take before the person learns that it is still being rolled back.
  private let patience: Duration

  /// A router without handlers.
  package init(patience: Duration = .milliseconds(400)) { self.patience = patience }

  /// The last interruption since the start; nil if there was none.
  var last: Interruption? { state.withLock { $0.last } }

  /// Delivers everything that `stream` brings, until cancelled.
  func run(_ stream: AsyncStream<Interruption>) async {
    for await interruption in stream { deliver(interruption) }
  }

  /// Delivers one interruption to the innermost handler.
  package func deliver(_ interruption: Interruption) {
    let handler = state.withLock { state in
      state.last = interruption
      return state.handlers.last?.handler
    }
    handler?(interruption)
  }

  /// Runs `body` with its interruptions delivered to `handler`.
  func handling<T: Sendable>(_ handler: @escaping Handler, _ body: () async -> T) async -> T {
    let id = state.withLock { state in
      state.lastID += 1
      state.handlers.append((state.lastID, handler))
      return state.lastID
    }
    defer { state.withLock { state in state.handlers.removeAll { $0.id == id } } }
    return await body()
  }

  /// A piece of work that can be cancelled. What is said about it is said under the lock that also ends it, so nothing is
  /// ever said when it is over.
  private final class Work: Sendable {
    private enum Phase {
      case running(cancel: (@Sendable () -> Void)?)
      /// Cancelled, and not over yet; the task says so after a while.
      case ending(reminder: Task<Void, Never>)
      case over
    }

    private let phase = Mutex(Phase.running(cancel: nil))

    /// From now on an interruption calls `cancel`, and so does one that came before.
    func start(cancel: @escaping @Sendable () -> Void) {
      phase.withLock { phase in
        if case .running = phase { phase = .running(cancel: cancel) } else { cancel() }
      }
    }

    func interrupt(
      patience: Duration, first: () -> Void, late: @escaping @Sendable () -> Void, again: () -> Void
    ) {
      phase.withLock { phase in
        switch phase {
        case .running(let cancel):
          first()
          cancel?()
          phase = .ending(
            reminder: Task {
              do { try await Task.sleep(for: patience) } catch { return }
              self.remind(late)
            })
        case .ending: again()
        case .over: break
        }
      }
    }

    private func remind(_ late: () -> Void) {
      phase.withLock { if case .ending = $0 { late() } }
    }

    func end() {
      phase.withLock { phase in
        if case .ending(let reminder) = phase { reminder.cancel() }
        phase = .over
      }
    }
  }

  /// Runs `work` in a task that the first interruption cancels, calling `first`, and `late` if the work takes a while to
  /// end; `again` is called for further interruptions. Waits for the end in any case: cancelled work undoes what it began.
  /// None of the three is called when it is over.
  package func cancelling<T: Sendable>(
    first: @escaping @Sendable () -> Void, late: @escaping @Sendable () -> Void,
    again: @escaping @Sendable () -> Void, _ work: @escaping @Sendable () async -> T
  ) async -> T {
    let state = Work()
    let patience = patience
    return await handling({ _ in state.interrupt(patience: patience, first: first, late: late, again: again) }) {
      let task = Task { await work() }
      state.start { task.cancel() }
      let result = await withTaskCancellationHandler {
        await task.value
      } onCancel: {
        task.cancel()
      }
      state.end()
      return result
    }
  }
}
