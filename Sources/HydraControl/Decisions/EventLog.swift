import FoundationEssentials
public import HydraModel

/// The latest events, and those that are still to be stored. A number is given out only once it was reserved in the store:
/// until then an event waits.
public struct EventLog: Sendable {
  /// How many events are kept for those who ask for earlier ones, and at most wait to be stored.
  public static let capacity = 2000
  /// How many numbers are reserved at a time.
  static let reservation: UInt64 = 1000

  /// The latest events, oldest first.
  public private(set) var recent: [ClusterEvent] = []
  /// The number of the latest event, 0 before the first.
  public private(set) var lastID: UInt64 = 0
  private(set) var unstored: [ClusterEvent] = []
  private var waiting: [ClusterEvent] = []
  private(set) var reserved: UInt64 = 0

  /// Continues after `events`, and after every number that an earlier process may have given out.
  mutating func restore(_ events: [ClusterEvent], reserved: UInt64) {
    recent = events
    lastID = max(events.last?.id ?? 0, reserved)
    self.reserved = lastID
  }

  /// Whether more numbers are to be reserved.
  var needsReservation: Bool { lastID + UInt64(waiting.count) + EventLog.reservation / 2 > reserved }

  /// The number up to which the next save is to reserve.
  var nextReservation: UInt64 { lastID + UInt64(waiting.count) + EventLog.reservation }

  /// Numbers up to `number` are reserved: returns the events that waited for that.
  mutating func reserve(upTo number: UInt64) -> [ClusterEvent] {
    reserved = max(reserved, number)
    let all = waiting
    waiting = []
    return all.compactMap { append($0) }
  }

  /// Numbers an event, and returns it to be told; nil if it has to wait for a number.
  mutating func append(_ event: ClusterEvent) -> ClusterEvent? {
    guard waiting.isEmpty, lastID < reserved else {
      waiting.append(event)
      if waiting.count > EventLog.capacity { waiting.removeFirst() }
      return nil
    }
    var event = event
    lastID += 1
    event.id = lastID
    recent.append(event)
    if recent.count > EventLog.capacity + EventLog.capacity / 4 {
      recent.removeFirst(recent.count - EventLog.capacity)
    }
    unstored.append(event)
    if unstored.count > EventLog.capacity { unstored.removeFirst() }
    return event
  }

  /// Forgets that the events up to number `id` are unstored.
  mutating func stored(upTo id: UInt64) { unstored.removeAll { $0.id <= id } }
}
