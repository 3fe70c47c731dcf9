import HydraLanguage

/// Functions on numbers.
extension Library {
  static func whole(_ value: Value) throws(Problem) -> Int {
    switch value {
    case .int(let number), .size(let number): return number
    case .float(let number):
      guard let whole = Int(exactly: number.rounded(.towardZero)) else {
        throw tooLarge(number)
      }
      return whole
    case .duration(let nanoseconds): return nanoseconds / 1_000_000_000
    case .time(let nanoseconds):
      let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
      return rest < 0 ? seconds - 1 : seconds
    case .bool(let truth): return truth ? 1 : 0
    case .string(let text):
      guard let number = Int(text) else { throw Problem("\(Value.quoted(text)) is not an integer") }
      return number
    default: throw wrong(.int, "a number, a duration, a time or a string", value)
    }
  }

  static func float(_ value: Value) throws(Problem) -> Double {
    switch value {
    case .int(let number), .size(let number): return Double(number)
    case .float(let number): return number
    case .duration(let nanoseconds), .time(let nanoseconds): return Double(nanoseconds) / 1e9
    case .string(let text):
      guard let number = Double(text), number.isFinite else { throw Problem("\(Value.quoted(text)) is not a number") }
      return number
    default: throw wrong(.float, "a number, a duration, a time or a string", value)
    }
  }

  /// To the nearest integer; with digits, to so many behind the point; a duration to a multiple of another. Halves are
  /// rounded away from zero.
  static func rounded(_ value: Value, _ precision: Value?) throws(Problem) -> Value {
    switch (value, precision) {
    case (.int, nil): return value
    case (.float(let number), nil):
      guard let whole = Int(exactly: number.rounded()) else { throw tooLarge(number) }
      return .int(whole)
    case (.int, .int(let digits)?) where mostDigits.contains(digits): return value
    case (.float(let number), .int(let digits)?) where mostDigits.contains(digits):
      let scale = (0..<digits).reduce(1.0) { product, _ in product * 10 }
      // From 2^52 on a float has no fraction.
      return number.magnitude * scale < 0x1p52 ? .float((number * scale).rounded() / scale) : value
    case (.duration(let length), .duration(let unit)?) where unit > 0:
      return .duration(try rounded(length, toMultipleOf: unit))
    case (.int, _?), (.float, _?): throw wrong(.round, "0 to 15 digits", precision ?? .null)
    case (.duration, _): throw wrong(.round, "a unit such as 1ms for a duration", precision ?? .null)
    default: throw wrong(.round, "a number, or a duration and a unit", value)
    }
  }

  /// Digits behind the point that ``rounded(_:_:)`` can tell apart.
  private static let mostDigits = 0...15

  private static func rounded(_ length: Int, toMultipleOf unit: Int) throws(Problem) -> Int {
    let rest = length % unit
    let down = length - rest
    guard rest.magnitude >= (unit - Int(rest.magnitude)).magnitude else { return down }
    let (up, overflow) = down.addingReportingOverflow(length < 0 ? -unit : unit)
    guard !overflow else { throw Problem("the result is too large for 64 bits") }
    return up
  }

  private static func tooLarge(_ number: Double) -> Problem { Problem("\(number) is too large for 64 bits") }

  static func absolute(_ value: Value) throws(Problem) -> Value {
    switch value {
    case .int(let number) where number < 0, .duration(let number) where number < 0:
      _ = number
      return try Operators.negate(value)
    case .float(let number): return .float(number.magnitude)
    case .int, .duration, .size: return value
    default: throw wrong(.abs, "a number", value)
    }
  }
}
