import HydraModel

/// The cluster as `watch --live` follows it: looked at when an event tells of a change, and now and then.
struct LiveWatch: Sendable {
  /// How often the picture is drawn anew when nothing happens: a window that changed its size is filled again soon.
  static let tick = Duration.milliseconds(200)
  /// How old a look may be.
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

  /// Takes what happened since the last time, and looks at the cluster if that may have changed it.
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
