public import FoundationEssentials

/// A moment: by the clock that only grows, which decides, and by the calendar, which people read and which may jump.
public struct Instant: Sendable, Equatable {
  /// Time since some fixed moment of this process.
  public var uptime: Duration
  /// The date.
  public var date: Date

  /// The moment at `uptime`, which people call `date`.
  public init(uptime: Duration, date: Date) {
    self.uptime = uptime
    self.date = date
  }
}
