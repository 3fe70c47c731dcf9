/// Lets callers in one at a time, in the order in which they came. A caller that is cancelled leaves the queue.
actor Turns {
  private var isTaken = false
  private var queue: [(number: UInt64, continuation: CheckedContinuation<Void, any Error>)] = []
  private var last: UInt64 = 0

  /// Runs `work` when it is this caller's turn.
  nonisolated func take<Value: Sendable>(_ work: @Sendable () async throws -> Value) async throws -> Value {
    try await enter()
    do {
      let value = try await work()
      await leave()
      return value
    } catch {
      await leave()
      throw error
    }
  }

  private func enter() async throws {
    try Task.checkCancellation()
    guard isTaken else {
      isTaken = true
      return
    }
    last += 1
    let number = last
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
        queue.append((number, continuation))
      }
    } onCancel: {
      Task { await self.forget(number) }
    }
  }

  private func leave() {
    guard !queue.isEmpty else {
      isTaken = false
      return
    }
    queue.removeFirst().continuation.resume()
  }

  private func forget(_ number: UInt64) {
    guard let index = queue.firstIndex(where: { $0.number == number }) else { return }
    queue.remove(at: index).continuation.resume(throwing: CancellationError())
  }
}
