import HydraModel

extension Controller {
  /// Returns the first value that `check` answers, asking after each change; throws what it throws, `timeout` after
  /// `limit`, and CancellationError when cancelled. `what` completes "waited … for ".
  @discardableResult
  func until<T: Sendable>(
    _ what: String, within limit: Duration, _ check: (isolated Controller) throws -> T?
  ) async throws -> T {
    let deadline = time.uptime() + limit
    while true {
      try Task.checkCancellation()
      if let value = try check(self) { return value }
      let left = deadline - time.uptime()
      guard left > .zero else {
        throw HydraError(.timeout, "waited \(limit.components.seconds) s for \(what)")
      }
      await nextChange(within: left)
    }
  }

  /// Waits until something changed, `limit` is over or the task is cancelled.
  private func nextChange(within limit: Duration) async {
    let id = nextWaiter
    nextWaiter += 1
    let timer = Task { [time] in
      try await time.sleep(limit)
      self.resume(id)
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if Task.isCancelled { continuation.resume() } else { waiters[id] = continuation }
      }
    } onCancel: {
      Task { await self.resume(id) }
    }
    timer.cancel()
  }

  private func resume(_ id: Int) { waiters.removeValue(forKey: id)?.resume() }

  /// Lets everybody who waits look again.
  func notify() {
    let current = waiters
    waiters = [:]
    for waiter in current.values { waiter.resume() }
  }

  /// Runs `body` to its end even if the caller is cancelled: undoing must not be stopped half-way.
  func shielded(_ body: @escaping @Sendable () async -> Void) async {
    await Task { await body() }.value
  }
}
