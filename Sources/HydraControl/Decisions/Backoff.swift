import HydraModel

/// What failed last, how often in a row, and when it may be tried again.
struct Failure: Sendable, Equatable {
  var error: HydraError
  var count: Int
  var retryAt: Duration

  /// The failure after `previous`, at uptime `now`: pauses double from ``Timings/firstPause`` to ``Timings/longestPause``.
  init(_ error: HydraError, after previous: Failure?, now: Duration, _ timings: Timings) {
    self.error = error
    count = (previous?.count ?? 0) + 1
    retryAt = now + min(timings.firstPause * (1 << min(count - 1, 10)), timings.longestPause)
  }
}
