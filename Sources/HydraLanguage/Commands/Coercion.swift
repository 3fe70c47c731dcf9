/// Why a value does not match a parameter. Data only; worded in `CommandProblem+Wording.swift`.
public enum CoercionProblem: Error, Sendable, Equatable {
  /// It is of another kind.
  case expected(ParameterType, actual: Value)
  /// It is of the right kind, but out of bounds.
  case outOfRange(ParameterType, actual: Value)
  /// It is a number that 64 bits do not hold.
  case tooLarge(String)
  /// It is none of the words it may be.
  case notAChoice([String], actual: String)
  /// It is empty.
  case empty
}

extension ParameterType {
  /// `value` as this type: the same rules for a literal that the checker sees and a value that the runtime computed.
  /// A string is read as it would be read in a command line.
  public func coerce(_ value: Value) throws(CoercionProblem) -> Value {
    switch self {
    case .any, .expression: return value
    case .flag: return .bool(value.isTrue)
    case .string, .path: return .string(try word(value))
    case .name:
      let text = try word(value)
      guard !text.isEmpty else { throw .empty }
      return .string(text)
    case .int(let bounds): return .int(try integer(value, in: bounds))
    case .port(let zeroAllowed): return .int(try integer(value, in: (zeroAllowed ? 0 : 1)...65535))
    case .float(let bounds): return .float(try number(value, in: bounds))
    case .duration:
      guard case .duration(let length) = try literal(value) else { throw .expected(self, actual: value) }
      guard length >= 0 else { throw .outOfRange(self, actual: value) }
      return .duration(length)
    case .size:
      switch try literal(value) {
      case .size(let bytes) where bytes >= 0: return .size(bytes)
      case .int(let bytes) where bytes >= 0: return .size(bytes)
      default: throw .expected(self, actual: value)
      }
    case .urlPath:
      guard case .string(let text) = value, text.hasPrefix("/") else { throw .expected(self, actual: value) }
      return value
    case .url:
      guard case .string(let text) = value,
        let prefix = ["http://", "https://"].first(where: { text.hasPrefix($0) }), text.count > prefix.count
      else { throw .expected(self, actual: value) }
      return value
    case .keyValue: return try pairs(value)
    case .choice(let words):
      let text = try word(value)
      guard words.contains(text) else { throw .notAChoice(words, actual: text) }
      return .string(text)
    }
  }

  /// The text of a scalar; names such as `5` may come as numbers.
  private func word(_ value: Value) throws(CoercionProblem) -> String {
    switch value {
    case .string(let text): return text
    case .int, .float, .bool, .duration, .time, .size: return value.text
    case .null, .list, .record, .range: throw .expected(self, actual: value)
    }
  }

  /// A string read as a literal; another value as it is.
  private func literal(_ value: Value) throws(CoercionProblem) -> Value {
    guard case .string(let text) = value else { return value }
    let isNegative = text.utf8.first == 0x2D
    let reading = isNegative ? Literal.read(Substring(text.utf8.dropFirst()), isNegative: true) : Literal.read(text)
    switch reading {
    case .value(let read): return read
    case .tooLarge: throw .tooLarge(text)
    case .unknownUnit, nil: throw .expected(self, actual: value)
    }
  }

  private func integer(_ value: Value, in bounds: ClosedRange<Int>) throws(CoercionProblem) -> Int {
    guard case .int(let number) = try literal(value) else { throw .expected(self, actual: value) }
    guard bounds.contains(number) else { throw .outOfRange(self, actual: value) }
    return number
  }

  private func number(_ value: Value, in bounds: ClosedRange<Double>) throws(CoercionProblem) -> Double {
    let number: Double
    switch try literal(value) {
    case .int(let whole): number = Double(whole)
    case .float(let fraction): number = fraction
    default: throw .expected(self, actual: value)
    }
    guard bounds.contains(number) else { throw .outOfRange(self, actual: value) }
    return number
  }

  private func pairs(_ value: Value) throws(CoercionProblem) -> Value {
    switch value {
    case .record: return value
    case .string(let text):
      guard let equals = text.utf8.firstIndex(of: 0x3D), equals > text.startIndex else {
        throw .expected(self, actual: value)
      }
      let rest = text[text.utf8.index(after: equals)...]
      return .record(Record(unique: [String(text[..<equals])], [.string(String(rest))]))
    default: throw .expected(self, actual: value)
    }
  }
}

extension Value {
  /// The value with the other sign; nil for what has none, or when it overflows.
  public var negated: Value? {
    switch self {
    case .int(let number) where number != .min: .int(-number)
    case .float(let number): .float(-number)
    case .duration(let length) where length != .min: .duration(-length)
    default: nil
    }
  }
}
