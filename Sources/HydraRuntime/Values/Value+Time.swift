import FoundationEssentials
public import HydraLanguage

extension Value {
  /// The time that lies so many seconds after 1970-01-01T00:00:00Z, to the microsecond: a `Double` of today is exact to a
  /// quarter of one. Held within what a time reaches.
  public static func time(secondsSince1970 seconds: Double) -> Value {
    let microseconds = Int(exactly: (seconds * 1e6).rounded()) ?? (seconds < 0 ? .min : .max)
    let (nanoseconds, overflow) = microseconds.multipliedReportingOverflow(by: 1000)
    return .time(overflow ? (seconds < 0 ? .min : .max) : nanoseconds)
  }

  /// A time of the model.
  init(_ date: Date) { self = .time(secondsSince1970: date.timeIntervalSince1970) }
}
