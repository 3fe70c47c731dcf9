import AsyncSupport

/// How long a request is repeated, and with which pauses.
package struct Patience {
  private let configuration: ClientConfiguration
  private let start: ContinuousClock.Instant
  private var lostSince: ContinuousClock.Instant?
  private var wasReached = false
  private var backoff: Backoff
  private let now: @Sendable () -> ContinuousClock.Instant

  package init(_ configuration: ClientConfiguration, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now })
  {
    self.configuration = configuration
    self.now = now
    start = now()
    backoff = Backoff(configuration.pauses)
  }

  /// How long to wait before the next try after one that failed; nil when it is time to give up. `reached` tells whether
  /// the last try reached the API at all; `isUnavailable`, whether that said that a component behind it does not work.
  package mutating func pause(reached: Bool, isUnavailable: Bool = false) -> Duration? {
    let now = now()
    // A try that was long on its way was in contact all that time.
    if reached { wasReached = true }
    let since = lostSince ?? (wasReached ? now : start)
    lostSince = since
    let contact = wasReached ? configuration.lostContact : configuration.firstContact
    let limit = isUnavailable ? min(contact, configuration.unavailable) : contact
    guard since.duration(to: now) < limit else { return nil }
    // Not all clients at the same moment.
    return backoff.next() * Double.random(in: 0.5...1)
  }

  /// Contact was made again.
  package mutating func reset() {
    lostSince = nil
    wasReached = true
    backoff.reset()
  }
}
