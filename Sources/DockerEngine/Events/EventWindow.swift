/// Remembers which events were delivered, so that a replay delivers none twice.
///
/// Engines take an event's time before they publish it, so that events of the same moment can come out of order: an
/// event older than the newest one is no repetition. Hence a replay begins a little before the newest event, and what
/// was delivered is known by identity, not by time.
struct EventWindow {
  /// How far before the newest event a replay begins, in nanoseconds.
  static let overlap: Int64 = 1_000_000_000
  /// Engines keep 256 events for a replay; these are more.
  static let capacity = 1024

  private struct Identity: Hashable {
    var time: Int64
    var id: String
    var action: String
    var type: String
  }

  /// Where the following began; nothing older is requested.
  private var start: Int64?
  private var newest: Int64?
  private var delivered: Set<Identity> = []
  private var order: [Identity?] = []
  private var next = 0

  init(start: Int64?) { self.start = start }

  /// Whether it is known where to begin.
  var hasStart: Bool { start != nil }

  mutating func begin(at time: Int64) { if start == nil { start = time } }

  /// Where the next connection's replay begins.
  var replayFrom: Int64? {
    guard let newest else { return start }
    return max(newest - EventWindow.overlap, start ?? .min)
  }

  /// Whether `event` is new; it counts as delivered from now on.
  mutating func admit(_ event: EngineEvent) -> Bool {
    let identity = Identity(time: event.time, id: event.id, action: event.action, type: event.type)
    guard delivered.insert(identity).inserted else { return false }
    if order.count < EventWindow.capacity {
      order.append(identity)
    } else {
      if let oldest = order[next] { delivered.remove(oldest) }
      order[next] = identity
      next = (next + 1) % EventWindow.capacity
    }
    newest = max(newest ?? .min, event.time)
    return true
  }
}
