public import HydraModel

/// What failed last on a subject, and when it may be tried again.
public struct Failure: Sendable {
  /// What went wrong.
  public var error: HydraError
  /// How many times in a row.
  public var count: Int
  /// Uptime before which it is not tried again.
  public var retryAt: Duration

  /// The first pause.
  public static let firstPause: Duration = .milliseconds(250)
  /// The longest pause.
  public static let longestPause: Duration = .seconds(15)

  /// The failure after `previous`, at uptime `now`: pauses double from 250 ms to 15 s.
  public init(_ error: HydraError, after previous: Failure?, now: Duration) {
    self.error = error
    count = (previous?.count ?? 0) + 1
    let factor = 1 << min(count - 1, 10)
    retryAt = now + min(Failure.firstPause * factor, Failure.longestPause)
  }
}
