import HeapModule

/// What is still to happen, the earliest first. The heap has small entries: moving what happens itself around costs most.
struct Agenda<What: Sendable>: Sendable {
  private struct Entry: Comparable, Sendable {
    let due: Duration
    let number: UInt64
    let place: Int
    static func < (left: Entry, right: Entry) -> Bool { (left.due, left.number) < (right.due, right.number) }
    static func == (left: Entry, right: Entry) -> Bool { left.number == right.number }
  }

  private var heap = Heap<Entry>()
  private var places: [What?] = []
  private var free: [Int] = []
  private var number: UInt64 = 0

  /// When the next thing happens; nil when nothing is left.
  var next: Duration? { heap.min?.due }

  /// Adds `what`; of two for the same time the one that was added first happens first.
  mutating func add(_ what: What, at due: Duration) {
    number += 1
    let place: Int
    if let last = free.popLast() {
      place = last
      places[place] = what
    } else {
      place = places.count
      places.append(what)
    }
    heap.insert(Entry(due: due, number: number, place: place))
  }

  /// Takes the next thing out.
  mutating func take() -> (due: Duration, what: What)? {
    guard let entry = heap.popMin(), let what = places[entry.place].take() else { return nil }
    free.append(entry.place)
    return (entry.due, what)
  }
}
