import Synchronization

/// What the shell is doing, which decides where news of the cluster are shown, and the cluster's last known state.
final class Activity: Sendable {
  enum Kind: Sendable { case idle, running, watching }

  private let state = Mutex(Kind.idle)
  private let view = Mutex(ClusterMonitor.View())

  var now: Kind { state.withLock { $0 } }
  func set(_ kind: Kind) { state.withLock { $0 = kind } }

  /// The cluster as last seen.
  var cluster: ClusterMonitor.View { view.withLock { $0 } }
  func set(_ new: ClusterMonitor.View) { view.withLock { $0 = new } }
}

/// Returns when `task` is finished or `limit` is over, whichever comes first; the task continues.
func finished(_ task: Task<Void, Never>, within limit: Duration) async {
  let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
  let waiter = Task {
    await task.value
    continuation.finish()
  }
  let timer = Task {
    do { try await Task.sleep(for: limit) } catch { return }
    continuation.finish()
  }
  for await _ in stream {}
  waiter.cancel()
  timer.cancel()
}

extension String {
  /// The text without white space at both ends.
  var trimmingWhitespace: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
