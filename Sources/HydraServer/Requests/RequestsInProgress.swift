import HydraModel

/// The requests that change something and are being worked on. Each outlives the connection it came on.
actor RequestsInProgress {
  private let limit: Int
  private var waiting: [Int: CheckedContinuation<Answer, Never>] = [:]
  private var next = 0
  private var isClosed = false
  private var idle: CheckedContinuation<Void, Never>?

  /// At most `limit` at the same time.
  init(limit: Int) { self.limit = limit }

  /// Returns the response of `work`, which runs to its end even if nobody waits for it any more.
  func perform(_ work: @escaping @Sendable () async -> Answer) async -> Answer {
    guard !isClosed else { return RequestsInProgress.stopping }
    guard waiting.count < limit else {
      return .error(
        HydraError(.unavailable, "\(waiting.count) requests are already in progress", remedy: "try again later"))
    }
    next += 1
    let number = next
    return await withCheckedContinuation { continuation in
      waiting[number] = continuation
      Task { self.finish(number, with: await work()) }
    }
  }

  /// Takes no new work, gives running work `grace` to finish, then answers whoever still waits with `unavailable`.
  ///
  /// Work that is still running is not cancelled: that would undo it, while the client repeats its request, with the same
  /// key, once the management node is back.
  func drain(grace: Duration) async {
    isClosed = true
    let timer = Task {
      try await Task.sleep(for: grace)
      self.abandon()
    }
    if !waiting.isEmpty { await withCheckedContinuation { idle = $0 } }
    timer.cancel()
  }

  private func finish(_ number: Int, with answer: Answer) {
    waiting.removeValue(forKey: number)?.resume(returning: answer)
    resumeIdle()
  }

  private func abandon() {
    for continuation in waiting.values { continuation.resume(returning: RequestsInProgress.stopping) }
    waiting = [:]
    resumeIdle()
  }

  private func resumeIdle() {
    guard waiting.isEmpty else { return }
    idle?.resume()
    idle = nil
  }

  static let stopping = Answer.error(
    HydraError(
      .unavailable, "the management node is stopping", remedy: "repeat the request with the same Idempotency-Key"))
}
