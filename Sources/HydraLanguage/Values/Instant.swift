/// Instants as text: RFC 3339 in UTC, which is ISO 8601 as JSON has it, and formats of one's own. Works on nanoseconds since
/// 1970, without a calendar of the system: UTC has none of its surprises but leap days.
public enum Instant {
  static let second = 1_000_000_000
  private static let secondsPerDay = 86_400

  /// `nanoseconds` as `2026-01-31T09:05:00.250Z`: with milliseconds, or with as many groups of three digits as tell it exactly.
  public static func text(_ nanoseconds: Int) -> String {
    let parts = Parts(nanoseconds)
    let digits = parts.nanosecond % 1_000_000 == 0 ? 3 : parts.nanosecond % 1_000 == 0 ? 6 : 9
    return "\(padded(parts.year, 4))-\(padded(parts.month, 2))-\(padded(parts.day, 2))T"
      + "\(padded(parts.hour, 2)):\(padded(parts.minute, 2)):\(padded(parts.secondOfMinute, 2))."
      + padded(parts.nanosecond, 9).prefix(digits) + "Z"
  }

  /// Reads `2026-01-31T09:05:00Z`, with or without a fraction (digits beyond nanoseconds are cut), `Z` or an offset such as
  /// `+02:00` at the end. Nil when `text` is none, or is out of the range of a time (1677-09-21 to 2262-04-11).
  public static func read(_ text: String) -> Int? {
    var reader = Reader(bytes: Array(text.utf8))
    guard let year = reader.digits(4), reader.take("-"), let month = reader.digits(2), (1...12).contains(month),
      reader.take("-"), let day = reader.digits(2), day >= 1, day <= days(inMonth: month, of: year),
      reader.take("Tt "), let hour = reader.digits(2), hour < 24, reader.take(":"), let minute = reader.digits(2),
      minute < 60, reader.take(":"), let second = reader.digits(2), second < 60, let fraction = reader.fraction(),
      let offset = reader.offset(), reader.isAtEnd
    else { return nil }
    let seconds =
      dayNumber(year: year, month: month, day: day) * secondsPerDay + hour * 3600 + minute * 60 + second - offset
    // Before 1970 the product alone may be just out of range while the sum is in it.
    let (whole, rest) = seconds < 0 && fraction > 0 ? (seconds + 1, fraction - Self.second) : (seconds, fraction)
    let (product, overflow) = whole.multipliedReportingOverflow(by: Self.second)
    let (sum, carry) = product.addingReportingOverflow(rest)
    return overflow || carry ? nil : sum
  }

  /// What is wrong with a format.
  public struct UnknownDirective: Error, Equatable {
    /// The directive as written, such as `%Q`.
    public var text: String

    /// The directive `text`.
    public init(text: String) { self.text = text }
  }

  /// The directives of ``text(_:format:)``, with what each stands for.
  public static let directives: [(Character, String)] = [
    ("Y", "year"), ("m", "month, 01 to 12"), ("d", "day of the month, 01 to 31"), ("H", "hour, 00 to 23"),
    ("M", "minute"), ("S", "second"), ("L", "millisecond, 000 to 999"), ("j", "day of the year, 001 to 366"),
    ("a", "Mon"), ("b", "Jan"), ("F", "%Y-%m-%d"), ("T", "%H:%M:%S"), ("s", "seconds since 1970"),
    ("%", "a percent sign"),
  ]

  /// `nanoseconds` written as `format` says, in UTC; see ``directives``.
  public static func text(_ nanoseconds: Int, format: String) throws(UnknownDirective) -> String {
    let parts = Parts(nanoseconds)
    var out = ""
    var rest = format[...]
    while let character = rest.popFirst() {
      guard character == "%" else {
        out.append(character)
        continue
      }
      guard let letter = rest.popFirst() else { throw UnknownDirective(text: "%") }
      switch letter {
      case "Y": out += padded(parts.year, 4)
      case "m": out += padded(parts.month, 2)
      case "d": out += padded(parts.day, 2)
      case "H": out += padded(parts.hour, 2)
      case "M": out += padded(parts.minute, 2)
      case "S": out += padded(parts.secondOfMinute, 2)
      case "L": out += padded(parts.nanosecond / 1_000_000, 3)
      case "j": out += padded(parts.dayNumber - dayNumber(year: parts.year, month: 1, day: 1) + 1, 3)
      case "a": out += ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][modulo(parts.dayNumber, 7)]
      case "b":
        out += ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][parts.month - 1]
      case "F": out += "\(padded(parts.year, 4))-\(padded(parts.month, 2))-\(padded(parts.day, 2))"
      case "T": out += "\(padded(parts.hour, 2)):\(padded(parts.minute, 2)):\(padded(parts.secondOfMinute, 2))"
      case "s": out += String(parts.seconds)
      case "%": out += "%"
      default: throw UnknownDirective(text: "%\(letter)")
      }
    }
    return out
  }

  /// An instant in parts, in UTC.
  private struct Parts {
    /// Whole seconds since 1970, rounded down.
    let seconds: Int
    let nanosecond: Int
    /// Days since 1970-01-01.
    let dayNumber: Int
    let hour: Int, minute: Int, secondOfMinute: Int
    let year: Int, month: Int, day: Int

    init(_ nanoseconds: Int) {
      nanosecond = modulo(nanoseconds, Instant.second)
      seconds = nanoseconds / Instant.second - (nanoseconds < 0 && nanosecond != 0 ? 1 : 0)
      let secondOfDay = modulo(seconds, secondsPerDay)
      dayNumber = (seconds - secondOfDay) / secondsPerDay
      (hour, minute, secondOfMinute) = (secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60)
      // The year is found by stepping from a guess, which is at most one too far.
      var year = 1970 + Int((Double(dayNumber) / 365.2425).rounded(.down))
      while Instant.dayNumber(year: year + 1, month: 1, day: 1) <= dayNumber { year += 1 }
      while Instant.dayNumber(year: year, month: 1, day: 1) > dayNumber { year -= 1 }
      var month = 12
      while Instant.dayNumber(year: year, month: month, day: 1) > dayNumber { month -= 1 }
      (self.year, self.month) = (year, month)
      day = dayNumber - Instant.dayNumber(year: year, month: month, day: 1) + 1
    }
  }

  /// Days from 1970-01-01 to a date of the Gregorian calendar, from the year 1 on.
  private static func dayNumber(year: Int, month: Int, day: Int) -> Int {
    let past = year - 1
    let daysBeforeYear = past * 365 + past / 4 - past / 100 + past / 400
    let daysBeforeMonth = (1..<month).reduce(0) { $0 + days(inMonth: $1, of: year) }
    // 719,162 days lie between 0001-01-01 and 1970-01-01.
    return daysBeforeYear + daysBeforeMonth + day - 1 - 719_162
  }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func modulo(_ number: Int, _ divisor: Int) -> Int {
    let rest = number % divisor
    return rest < 0 ? rest + divisor : rest
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

/// Takes the parts of an instant from the front of its text.
private struct Reader {
  let bytes: [UInt8]
  var position = 0

  var isAtEnd: Bool { position == bytes.count }

  /// Takes one byte when it is one of `choices`.
  mutating func take(_ choices: String) -> Bool {
    guard position < bytes.count, choices.utf8.contains(bytes[position]) else { return false }
    position += 1
    return true
  }

  /// A number of exactly `count` digits.
  mutating func digits(_ count: Int) -> Int? {
    guard position + count <= bytes.count else { return nil }
    var number = 0
    for byte in bytes[position..<(position + count)] {
      guard Lexeme.isDigit(byte) else { return nil }
      number = number * 10 + Int(byte - 0x30)
    }
    position += count
    return number
  }

  /// Nanoseconds of `.25`; 0 when there is no fraction, nil when no digit stands behind the point.
  mutating func fraction() -> Int? {
    guard take(".,") else { return 0 }
    var weight = Instant.second / 10
    var sum = 0
    let start = position
    while position < bytes.count, Lexeme.isDigit(bytes[position]) {
      sum += Int(bytes[position] - 0x30) * weight
      weight /= 10
      position += 1
    }
    return position > start ? sum : nil
  }

  /// Seconds east of UTC: 0 for `Z`.
  mutating func offset() -> Int? {
    if take("Zz") { return 0 }
    let sign = take("+") ? 1 : take("-") ? -1 : 0
    guard sign != 0, let hours = digits(2), hours < 24, take(":"), let minutes = digits(2), minutes < 60 else {
      return nil
    }
    return sign * (hours * 3600 + minutes * 60)
  }
}
