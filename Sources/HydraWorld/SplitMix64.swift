/// A generator of numbers that looks random and is not: the same seed gives the same numbers everywhere (SplitMix64, Steele,
/// Lea and Flood 2014).
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The sequence of `seed`.
  public init(_ seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

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
