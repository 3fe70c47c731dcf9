/// Time, injected so that waiting can be tested in no time.
public protocol RuntimeClock: Sendable {
  /// Time since some fixed moment; never goes back.
  var now: Duration { get }
  /// Seconds since 1970.
  var wallTime: Double { get }
  /// Returns after `duration`, or throws `CancellationError` when the task is cancelled before.
  func sleep(for duration: Duration) async throws
}

/// The machine's clocks.
public struct SystemClock: RuntimeClock {
  private let start = ContinuousClock.now
  private let date: @Sendable () -> Double

  /// The system's clocks; `date` gives seconds since 1970.
  public init(date: @escaping @Sendable () -> Double) { self.date = date }

  /// Time since this clock was made.
  public var now: Duration { ContinuousClock.now - start }
  /// Seconds since 1970.
  public var wallTime: Double { date() }
  /// Sleeps on the continuous clock.
  public func sleep(for duration: Duration) async throws {
    try await ContinuousClock().sleep(until: ContinuousClock.now.advanced(by: duration), tolerance: nil)
  }
}
