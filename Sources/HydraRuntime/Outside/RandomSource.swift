import HydraModel
import Synchronization

/// The randomness of a session: a generator with a seed, so that a run can be repeated.
final class RandomSource: Sendable {
  /// The seed of the session's generator.
  let seed: UInt64

  /// Whether any source of the session has been used since that was last asked.
  private final class Use: Sendable {
    let isMade = Atomic(false)
  }

  private let generator: Mutex<SplitMix64>
  private let use: Use

  /// A source with `seed`; without one a seed of its own choice, which is short enough to be typed.
  init(seed: UInt64?) {
    let seed = seed ?? UInt64(UInt32.random(in: 0 ... .max))
    self.seed = seed
    generator = Mutex(SplitMix64(seed))
    use = Use()
  }

  private init(seed: UInt64, generator: SplitMix64, use: Use) {
    self.seed = seed
    self.generator = Mutex(generator)
    self.use = use
  }

  /// A source of its own for one branch of a `parallel`: its numbers do not depend on how fast the other branches are.
  func branch() -> RandomSource {
    RandomSource(seed: seed, generator: SplitMix64(generator.withLock { $0.next() }), use: use)
  }

  /// A number from 0 to `count` - 1, each as likely as any other. `count` is at least 1.
  func next(below count: UInt64) -> UInt64 {
    use.isMade.store(true, ordering: .relaxed)
    return generator.withLock { $0.next(below: count) }
  }

  /// Any number of 64 bits.
  func next() -> UInt64 {
    use.isMade.store(true, ordering: .relaxed)
    return generator.withLock { $0.next() }
  }

  /// Whether a number was taken since this was asked last.
  func takeUse() -> Bool { use.isMade.exchange(false, ordering: .relaxed) }
}

extension SplitMix64 {
  /// A number below `count`. Numbers at the upper end, of which there are too few for all to be equally likely, are thrown away.
  mutating func next(below count: UInt64) -> UInt64 {
    let excess = (UInt64.max % count + 1) % count
    while true {
      let number = next()
      if number <= UInt64.max - excess { return number % count }
    }
  }
}
