import FoundationEssentials
import HydraModel

/// The latest events, their subscribers, and the events that are still to be stored.
struct EventLog {
  /// How many events are kept for `events(after:)`.
  static let capacity = 2000

  private(set) var recent: [ClusterEvent] = []
  private(set) var unstored: [ClusterEvent] = []
  private(set) var lastID: UInt64 = 0
  private var subscribers: [Int: AsyncThrowingStream<ClusterEvent, any Error>.Continuation] = [:]
  private var nextSubscriber = 0

  /// How many numbers are reserved at a time. At least half as many events can come while the store is away, without a number
  /// that a later process might use again.
  static let reservation: UInt64 = 1000

  /// Continues after `events`, which an earlier process stored, and after every number up to `reserved`, which it may have
  /// given out without storing the event.
  mutating func restore(_ events: [ClusterEvent], reserved: UInt64) {
    recent = events
    lastID = max(events.last?.id ?? 0, reserved)
  }

  mutating func append(
    _ kind: ClusterEvent.Kind, at time: Date, node: String?, service: String?, migration: String?, message: String
  ) {
    lastID += 1
    let event = ClusterEvent(
      id: lastID, time: time, kind: kind, node: node, service: service, migration: migration, message: message)
    recent.append(event)
    if recent.count > EventLog.capacity { recent.removeFirst(recent.count - EventLog.capacity) }
    unstored.append(event)
    for subscriber in subscribers.values { subscriber.yield(event) }
  }

  mutating func subscribe(
    after id: UInt64?, _ continuation: AsyncThrowingStream<ClusterEvent, any Error>.Continuation
  ) -> Int {
    if let id { for event in recent where event.id > id { continuation.yield(event) } }
    nextSubscriber += 1
    subscribers[nextSubscriber] = continuation
    return nextSubscriber
  }

  mutating func unsubscribe(_ subscriber: Int) { subscribers[subscriber] = nil }

  mutating func finish() {
    for subscriber in subscribers.values { subscriber.finish() }
    subscribers = [:]
  }

  /// Forgets that `count` of the oldest unstored events are unstored.
  mutating func stored(_ count: Int) { unstored.removeFirst(count) }

  /// Bounds what is kept while the store does not answer.
  mutating func dropUnstored(beyond limit: Int) {
    if unstored.count > limit { unstored.removeFirst(unstored.count - limit) }
  }
}
