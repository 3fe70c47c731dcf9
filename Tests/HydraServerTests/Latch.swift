import Synchronization

/// A value that a closure leaves for its surroundings.
final class Latch<Value: Sendable>: Sendable {
  private let held = Mutex<Value?>(nil)

  var value: Value? { held.withLock { $0 } }

  func set(_ value: Value) { held.withLock { $0 = value } }
}
