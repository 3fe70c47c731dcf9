/// Pauses between tries that fail in a row: they double, up to a longest one.
package struct Backoff: Sendable {
  private let range: ClosedRange<Duration>
  private var upcoming: Duration

  /// Pauses from the shortest to the longest of `range`.
  package init(_ range: ClosedRange<Duration>) {
    self.range = range
    upcoming = range.lowerBound
  }

  /// The next pause.
  package mutating func next() -> Duration {
    defer { upcoming = min(upcoming * 2, range.upperBound) }
    return upcoming
  }

  /// Waits for the next pause; throws when the task is cancelled.
  package mutating func pause() async throws { try await Task.sleep(for: next()) }

  /// A try went well: the next pause is the shortest.
  package mutating func reset() { upcoming = range.lowerBound }
}
