import HydraModel

extension SplitMix64 {
  /// Whether something happens that has this probability.
  mutating func happens(_ probability: Double) -> Bool {
    probability > 0 && Double(next() >> 11) * 0x1p-53 < probability
  }

  /// A time between the two.
  mutating func time(_ least: Duration, _ most: Duration) -> Duration {
    let nanoseconds = Int64((most - least) / .nanoseconds(1))
    return least + .nanoseconds(Int64.random(in: 0...max(0, nanoseconds), using: &self))
  }

  /// A number below `count`.
  mutating func index(_ count: Int) -> Int { Int(next() % UInt64(count)) }
}
