import HeapModule

/// When something is due, by key: one time for each key, the earliest first.
struct Timers<Key: Hashable & Sendable>: Sendable {
  private struct Entry: Comparable, Sendable {
    let due: Duration
    let number: UInt64
    let key: Key
    static func < (left: Entry, right: Entry) -> Bool { (left.due, left.number) < (right.due, right.number) }
    static func == (left: Entry, right: Entry) -> Bool { left.number == right.number }
  }

  private var current: [Key: UInt64] = [:]
  private var heap = Heap<Entry>()
  private var number: UInt64 = 0

  /// Sets the time of `key`, in place of an earlier one.
  mutating func set(_ key: Key, at due: Duration) {
    number += 1
    current[key] = number
    heap.insert(Entry(due: due, number: number, key: key))
  }

  /// Forgets the time of `key`.
  mutating func clear(_ key: Key) { current[key] = nil }

  /// Whether `key` has a time.
  func isSet(_ key: Key) -> Bool { current[key] != nil }

  /// The earliest time; nil when nothing is due ever.
  mutating func next() -> Duration? {
    dropStale()
    return heap.min?.due
  }

  /// Takes the earliest key whose time has come.
  mutating func takeDue(_ now: Duration) -> Key? {
    dropStale()
    guard let first = heap.min, first.due <= now else { return nil }
    heap.removeMin()
    current[first.key] = nil
    return first.key
  }

  private mutating func dropStale() {
    while let first = heap.min, current[first.key] != first.number { heap.removeMin() }
  }
}
