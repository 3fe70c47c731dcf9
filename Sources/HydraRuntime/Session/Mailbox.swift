import HydraModel

/// Collects events until they are taken, and wakes the task that waits for them.
///
/// An `AsyncStream` will not do: giving up on its next element after a time limit ends the stream for good.
actor Mailbox {
  private var events: [ClusterEvent] = []
  private var waiter: CheckedContinuation<Void, Never>?
  private(set) var failure: (any Error)?
  private(set) var isClosed = false
  /// The number of the latest event received; 0 before the first.
  private(set) var last: UInt64 = 0
  private var reader: Task<Void, Never>?

  /// Events kept until they are taken; a condition that is evaluated again anyway needs no older ones.
  private static let capacity = 10_000

  /// Begins to read `stream`.
  func open(_ stream: AsyncThrowingStream<ClusterEvent, any Error>) {
    reader = Task { [weak self] in
      do {
        for try await event in stream { await self?.post(event) }
        await self?.close(nil)
      } catch {
        await self?.close(error)
      }
    }
  }

  /// Stops reading.
  func stop() {
    reader?.cancel()
    wake()
  }

  private func post(_ event: ClusterEvent) {
    events.append(event)
    last = event.id
    if events.count > Self.capacity { events.removeFirst(events.count - Self.capacity) }
    wake()
  }

  private func close(_ error: (any Error)?) {
    failure = error is CancellationError ? nil : error
    isClosed = true
    wake()
  }

  private func wake() {
    waiter?.resume()
    waiter = nil
  }

  /// Takes the events received so far.
  func take() -> [ClusterEvent] {
    defer { events.removeAll(keepingCapacity: true) }
    return events
  }

  /// Returns when an event has been received, after `limit`, or when the task is cancelled.
  func wait(upTo limit: Duration?, clock: any RuntimeClock) async throws {
    try Task.checkCancellation()
    guard events.isEmpty else { return }
    let timer = limit.map { limit in
      Task {
        try? await clock.sleep(for: limit)
        if !Task.isCancelled { self.wake() }
      }
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        // Cancelled before this ran: the handler found no waiter to wake.
        if Task.isCancelled { continuation.resume() } else { waiter = continuation }
      }
    } onCancel: {
      Task { await self.wake() }
    }
    timer?.cancel()
    try Task.checkCancellation()
  }
}
