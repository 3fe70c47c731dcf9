import FoundationEssentials
import HydraModel

/// The last events, their subscribers, and those that are still to be stored.
struct EventLog {
  /// How many events are kept for `events(after:)`.
  static let capacity = 2000

  private(set) var recent: [ClusterEvent] = []
  private(set) var unstored: [ClusterEvent] = []
  private var lastID: UInt64 = 0
  private var subscribers: [Int: AsyncThrowingStream<ClusterEvent, any Error>.Continuation] = [:]
  private var nextSubscriber = 0

  /// Goes on after events that were stored by an earlier process. Numbers that process may have given out without
  /// storing them are left out, so that no number means two events.
  mutating func restore(_ events: [ClusterEvent]) {
    recent = events
    if let last = events.last?.id { lastID = last + 100 }
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
