import HydraModel

/// The cluster as `watch --live` follows it: its state is read after an event, and at intervals.
struct LiveWatch: Sendable {
  /// How often the picture is redrawn when nothing happens, so that a resized window is filled again soon.
  static let tick = Duration.milliseconds(200)
  /// How old the state may be.
  private static let freshness = Duration.seconds(1)
  /// Events that are kept: more than any window shows.
  private static let capacity = 200

  private let operations: any ClusterOperations
  private var lookedAt: Duration?
  private(set) var frame: LiveFrame

  init(_ operations: any ClusterOperations, what: String?) {
    self.operations = operations
    frame = LiveFrame(what: what)
  }

  /// Adds the events since the last time, and reads the state of the cluster if they may have changed it.
  mutating func update(_ events: [ClusterEvent], somethingHappened: Bool, at now: Duration) async throws {
    frame.events += events
    frame.events.removeFirst(max(0, frame.events.count - Self.capacity))
    if !somethingHappened, let lookedAt, now - lookedAt < Self.freshness { return }
    lookedAt = now
    do {
      frame.state = try await operations.state()
      frame.problem = nil
    } catch {
      try Task.checkCancellation()
      // A management node that restarts is part of what people watch; the end of the events ends the watching.
      frame.problem = (error as? HydraError)?.message ?? "\(error)"
    }
  }
}
