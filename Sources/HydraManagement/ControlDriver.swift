import FoundationEssentials
import HydraControl
import HydraModel
import Logging

/// Performs what the control core wants, and tells it how that ended. It decides nothing.
public actor ControlDriver {
  var core: ControlCore
  let performer: Performer
  private let logger: Logger
  private let begin = ContinuousClock.now

  private var running: [EffectID: Task<Void, Never>] = [:]
  private var timer: Task<Void, Never>?
  private var followed: [String: (address: NodeAddress, task: Task<Void, Never>)] = [:]
  private var nextRequest: UInt64 = 0
  private var waiting: [RequestID: CheckedContinuation<Reply, any Error>] = [:]
  var subscribers: [Int: AsyncThrowingStream<ClusterEvent, any Error>.Continuation] = [:]
  var nextSubscriber = 0

  /// A driver of `core`; ``run()`` sets it to work.
  init(core: ControlCore, engines: DockerPlatform, proxy: HAProxyControl, store: RedisStore, logger: Logger) {
    self.core = core
    performer = Performer(engines: engines, proxy: proxy, store: store)
    self.logger = logger
  }

  /// Works until cancelled.
  public func run() async {
    feed(.begin)
    for await event in performer.engines.hostEvents() { feed(.host(event)) }
    timer?.cancel()
    for task in running.values { task.cancel() }
    for followed in followed.values { followed.task.cancel() }
    await close()
    for subscriber in subscribers.values { subscriber.finish() }
    subscribers = [:]
  }

  private var now: Instant { Instant(uptime: ContinuousClock.now - begin, date: Date()) }

  /// Gives the core an input, and starts what it wants.
  private func feed(_ input: Input) {
    for effect in core.step(input, at: now) { start(effect) }
  }

  private func start(_ effect: Effect) {
    switch effect.kind {
    case .wake(let due): wake(at: due)
    case .answer(let id, let result): waiting.removeValue(forKey: id)?.resume(with: result.mapError { $0 })
    case .tell(let event):
      logger.info("\(event.kind.rawValue): \(event.message)")
      for subscriber in subscribers.values { subscriber.yield(event) }
    case .cancel(let id): running.removeValue(forKey: id)?.cancel()
    default:
      if case .probe(let address, _) = effect.kind { follow(address) }
      running[effect.id] = Task {
        let outcome = await performer.perform(effect.kind) { line in
          Task { await self.feed(.progress(effect.id, line)) }
        }
        self.ended(effect.id, outcome)
      }
    }
  }

  private func ended(_ id: EffectID, _ outcome: Outcome) {
    guard running.removeValue(forKey: id) != nil else { return }
    feed(.result(id, outcome))
  }

  private func wake(at due: Duration) {
    timer?.cancel()
    timer = Task { [begin] in
      do {
        try await Task.sleep(until: begin + due, clock: .continuous)
      } catch {
        return
      }
      self.feed(.tick)
    }
  }

  /// Follows the events of a node's engine, in this run of the node.
  private func follow(_ address: NodeAddress) {
    if let known = followed[address.name] {
      if known.address == address { return }
      known.task.cancel()
    }
    let task = Task { [performer] in
      while !Task.isCancelled {
        for await event in performer.engines.replicaEvents(on: address) { self.feed(.replica(address, event)) }
        // The stream ends while the engine starts and when it dies; probes tell which.
        try? await Task.sleep(for: .milliseconds(200))
      }
    }
    followed[address.name] = (address, task)
  }

  // MARK: Requests

  /// Gives the core an input that it answers, and returns the answer. Cancelling the task cancels the request: what it did is undone.
  func wait(for input: @Sendable (RequestID) -> Input) async throws -> Reply {
    nextRequest += 1
    let id = RequestID(nextRequest)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        waiting[id] = continuation
        feed(input(id))
        if Task.isCancelled { feed(.cancel(id)) }
      }
    } onCancel: {
      Task { await self.feed(.cancel(id)) }
    }
  }

  // MARK: The end

  /// How long the last events may take when the management node is stopped; `docker stop` kills it after 10 s.
  private static var lastStoreLimit: Duration { .seconds(2) }

  /// Stores what is not stored yet, and gives back the numbers of events that were not used.
  private func close() async {
    guard let (state, events) = core.closing() else { return }
    let storing = Task { [performer] in
      try await performer.store.append(events)
      try await performer.store.save(state)
    }
    let limit = Task {
      try await Task.sleep(for: ControlDriver.lastStoreLimit)
      storing.cancel()
    }
    if case .failure(let error) = await storing.result {
      logger.warning("the last events were not stored: \(HydraError.wrapping(error))")
    }
    limit.cancel()
  }
}
