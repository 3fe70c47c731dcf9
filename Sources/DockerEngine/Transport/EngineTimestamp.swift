/// A point in time as an engine tells it, in nanoseconds since 1970.
public struct EngineTimestamp: Sendable, Hashable, Comparable {
  /// Nanoseconds since 1970, UTC.
  public var nanoseconds: Int64

  /// The time `nanoseconds` after the beginning of 1970.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Reads RFC 3339, as in `2026-01-31T10:00:00.123456789Z` or with an offset such as `+02:00`. Nil for what is not a
  /// time, and for `0001-01-01T00:00:00Z`, with which engines say "never".
  public init?(rfc3339 text: String) {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int64? {
      guard range.upperBound <= bytes.count else { return nil }
      var value: Int64 = 0
      for byte in bytes[range] {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - UInt8(ascii: "0"))
      }
      return value
    }
    guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
      let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
      // The range that fits into nanoseconds in 64 bits.
      (1678...2261).contains(year), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    var index = 19
    var fraction: Int64 = 0
    if bytes[index] == UInt8(ascii: ".") {
      let end = bytes[(index + 1)...].firstIndex { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard let end, end - index - 1 <= 9, let digits = number(index + 1..<end) else { return nil }
      fraction = (end - index - 1..<9).reduce(digits) { value, _ in value * 10 }
      index = end
    }
    var offset: Int64 = 0
    if bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
      guard bytes.count == index + 6, let hours = number(index + 1..<index + 3),
        let minutes = number(index + 4..<index + 6)
      else { return nil }
      offset = (hours * 3600 + minutes * 60) * (bytes[index] == UInt8(ascii: "-") ? -1 : 1)
    } else if bytes[index] != UInt8(ascii: "Z") || bytes.count != index + 1 {
      return nil
    }
    let days = EngineTimestamp.days(year, month, day)
    nanoseconds = (days * 86_400 + hour * 3600 + minute * 60 + second - offset) * 1_000_000_000 + fraction
  }

  /// Days from 1970-01-01 in the Gregorian calendar. Years begin in March here, so that the leap day comes last.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// `<seconds>.<nine digits>`, as `since` and `until` take it.
  var query: String {
    let digits = String(nanoseconds % 1_000_000_000)
    return "\(nanoseconds / 1_000_000_000)." + String(repeating: "0", count: 9 - digits.count) + digits
  }

  /// Whether `left` is earlier.
  public static func < (left: EngineTimestamp, right: EngineTimestamp) -> Bool { left.nanoseconds < right.nanoseconds }
}
