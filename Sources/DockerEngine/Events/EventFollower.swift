import AsyncSupport
import NIOHTTP1
import Synchronization

/// Keeps one stream of events connected.
final class EventFollower: Sendable {
  private let engine: DockerEngine
  private let labels: [String: String]
  private let types: [String]
  private let window: Mutex<EventWindow>
  private let tell: @Sendable (EventSignal) -> Void
  private let lost: @Sendable (EngineError) -> Void

  /// Pauses between tries to connect.
  private static let pauses: ClosedRange<Duration> = .milliseconds(50) ... .seconds(2)
  /// How often, and how long, an engine behind a network is asked whether it is still there. A host that vanishes
  /// closes nothing: its stream would be silent for ever.
  private static let probePause: Duration = .seconds(5)
  private static let probeLimit: Duration = .seconds(3)

  init(
    _ engine: DockerEngine, labels: [String: String], types: [String], since: Int64?,
    tell: @escaping @Sendable (EventSignal) -> Void, lost: @escaping @Sendable (EngineError) -> Void
  ) {
    self.engine = engine
    self.labels = labels
    self.types = types
    window = Mutex(EventWindow(start: since))
    self.tell = tell
    self.lost = lost
  }

  /// Follows until cancelled.
  func run() async {
    var backoff = Backoff(EventFollower.pauses)
    while !Task.isCancelled {
      let clock = ContinuousClock()
      let begun = clock.now
      do {
        try await followOnce()
        lost(EngineError(.unreachable, "\(engine.endpoint) closed the stream of events"))
      } catch {
        if Task.isCancelled { return }
        lost(engine.transport.wrap(error, .GET, "/events"))
      }
      // A stream that held was well: only tries that fail in a row are made less and less often.
      if begun.duration(to: clock.now) > EventFollower.pauses.upperBound { backoff.reset() }
      do { try await backoff.pause() } catch { return }
    }
  }

  /// Follows one connection until it ends.
  private func followOnce() async throws {
    if !window.withLock({ $0.hasStart }) {
      // The head of the response comes before the engine subscribes: what happens in between would be lost without a
      // time, by its own clock, to begin at.
      let now = try await engine.info(within: .seconds(10)).systemTime
      if let now { window.withLock { $0.begin(at: now.nanoseconds) } }
    }
    let since = window.withLock { $0.replayFrom }
    let events = try await engine.events(labels: labels, types: types, since: since)
    tell(.connected)
    try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      group.addTask { [self] in
        for try await event in events where window.withLock({ $0.admit(event) }) { tell(.event(event)) }
      }
      if case .tcp = engine.endpoint { group.addTask { [self] in try await probe() } }
      try await group.next()
    }
  }

  /// Fails when the engine does not respond twice in a row.
  private func probe() async throws {
    var missed = 0
    while true {
      try await Task.sleep(for: EventFollower.probePause)
      do {
        try await engine.ping(within: EventFollower.probeLimit)
        missed = 0
      } catch {
        missed += 1
        if missed == 2 || Task.isCancelled { throw error }
      }
    }
  }
}
