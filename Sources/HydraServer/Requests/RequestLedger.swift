import HydraModel

/// Owns the work of changing requests: it outlives the connection it came on, runs once per `Idempotency-Key`, can be
/// cancelled by that key, and its response is remembered for repeats.
package actor RequestLedger {
  /// What a request asked for; a repeat has to ask for the same.
  package typealias Fingerprint = String
  package typealias Work = @Sendable () async -> Answer

  private struct Execution {
    let fingerprint: Fingerprint
    let task: Task<Void, Never>
    var waiters: [CheckedContinuation<Answer, Never>] = []
  }

  private struct Memory {
    /// Nil for a request that was cancelled before it arrived.
    let fingerprint: Fingerprint?
    let answer: Answer
    let finished: ContinuousClock.Instant
  }

  private let limits: ServerLimits
  private let now: @Sendable () -> ContinuousClock.Instant
  private var running: [String: Execution] = [:]
  private var remembered: [String: Memory] = [:]
  /// Keys of `remembered`, the least recently finished first.
  private var order: [String] = []
  private var anonymous = 0
  private var isClosed = false
  private var idle: [CheckedContinuation<Void, Never>] = []

  package init(limits: ServerLimits, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
    self.limits = limits
    self.now = now
  }

  /// Returns the response of `work`: run now, already running, or remembered.
  package func perform(key: String?, fingerprint: Fingerprint, _ work: @escaping Work) async -> Answer {
    if let key {
      if let execution = running[key] {
        guard execution.fingerprint == fingerprint else { return RequestLedger.reused(key) }
        return await result(of: key)
      }
      if let memory = recall(key) {
        guard memory.fingerprint == nil || memory.fingerprint == fingerprint else { return RequestLedger.reused(key) }
        return memory.answer
      }
    }
    guard !isClosed else { return RequestLedger.stopping }
    guard running.count < limits.executions else {
      return .error(
        HydraError(.unavailable, "\(running.count) requests are already in progress", remedy: "try again later"))
    }
    anonymous += 1
    // A key of a client's has no blank.
    let id = key ?? "anonymous \(anonymous)"
    let task = RequestContext.$idempotencyKey.withValue(key) {
      Task { self.finish(id, with: await work()) }
    }
    running[id] = Execution(fingerprint: fingerprint, task: task)
    return await result(of: id)
  }

  /// How a cancellation went.
  package enum Cancellation: Sendable, Equatable {
    /// The work has ended with this answer; what it had done is undone when that is `cancelled`.
    case ended(Answer)
    /// It had finished before.
    case finished
    /// No such request was seen; should it still arrive, it is refused.
    case unknown
  }

  /// Cancels the work of `key` and returns when it has ended.
  package func cancel(_ key: String) async -> Cancellation {
    if let execution = running[key] {
      execution.task.cancel()
      return .ended(await result(of: key))
    }
    if let memory = recall(key), memory.fingerprint != nil { return .finished }
    // The cancellation may have overtaken its request on another connection.
    remember(key, Memory(fingerprint: nil, answer: RequestLedger.cancelled, finished: now()))
    return .unknown
  }

  /// Takes no new work, gives running work `grace` to finish, then answers whoever still waits with `unavailable`.
  ///
  /// Work that is still running is not cancelled: that would undo it, while the client repeats its request, with the same
  /// key, once the management node is back.
  package func drain(grace: Duration) async {
    isClosed = true
    let timer = Task {
      try await Task.sleep(for: grace)
      self.abandon()
    }
    if !running.isEmpty { await withCheckedContinuation { idle.append($0) } }
    timer.cancel()
  }

  /// How many requests are being worked on.
  package var runningCount: Int { running.count }

  private func result(of id: String) async -> Answer {
    await withCheckedContinuation { continuation in
      guard running[id] != nil else { return continuation.resume(returning: RequestLedger.stopping) }
      running[id]?.waiters.append(continuation)
    }
  }

  private func finish(_ id: String, with answer: Answer) {
    guard let execution = running.removeValue(forKey: id) else { return }
    if RequestLedger.isFinal(answer), !id.contains(" ") {
      remember(id, Memory(fingerprint: execution.fingerprint, answer: answer, finished: now()))
    }
    for waiter in execution.waiters { waiter.resume(returning: answer) }
    if running.isEmpty { resumeIdle() }
  }

  private func abandon() {
    for execution in running.values {
      for waiter in execution.waiters { waiter.resume(returning: RequestLedger.stopping) }
    }
    running = [:]
    resumeIdle()
  }

  private func resumeIdle() {
    for continuation in idle { continuation.resume() }
    idle = []
  }

  /// Whether a repeat gets the same answer. Where a component was not there, a repeat tries again.
  private static func isFinal(_ answer: Answer) -> Bool {
    switch answer.code {
    case .unavailable, .unreachable, .internal: false
    default: true
    }
  }

  private func recall(_ key: String) -> Memory? {
    guard let memory = remembered[key] else { return nil }
    guard memory.finished.duration(to: now()) < limits.rememberedFor else {
      remembered[key] = nil
      order.removeAll { $0 == key }
      return nil
    }
    return memory
  }

  private func remember(_ key: String, _ memory: Memory) {
    if remembered.updateValue(memory, forKey: key) != nil { order.removeAll { $0 == key } }
    order.append(key)
    while order.count > limits.rememberedRequests { remembered[order.removeFirst()] = nil }
  }

  private static func reused(_ key: String) -> Answer {
    .error(
      HydraError(
        .conflict, "idempotency key '\(key)' was used for another request", remedy: "use a new key for each request"))
  }

  static let stopping = Answer.error(
    HydraError(
      .unavailable, "the management node is stopping", remedy: "repeat the request with the same Idempotency-Key"))

  private static let cancelled = Answer.error(HydraError(.cancelled, "the request was cancelled before it arrived"))
}
