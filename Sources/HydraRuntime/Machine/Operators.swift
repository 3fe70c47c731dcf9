import HydraDiagnostics
import HydraLanguage

/// Operators on values. Each returns a value or throws a ``Problem``; numbers never wrap around.
enum Operators {
  /// The result of ``apply(_:_:_:)`` for two ints; nil for the cases that need it: overflow, division by zero, `in`.
  @inline(__always) static func quick(_ op: BinaryOperator, _ a: Int, _ b: Int) -> Value? {
    func checked(_ result: (partialValue: Int, overflow: Bool)) -> Value? {
      result.overflow ? nil : .int(result.partialValue)
    }
    switch op {
    case .add: return checked(a.addingReportingOverflow(b))
    case .subtract: return checked(a.subtractingReportingOverflow(b))
    case .multiply: return checked(a.multipliedReportingOverflow(by: b))
    case .divide: return b == 0 ? nil : checked(a.dividedReportingOverflow(by: b))
    case .remainder: return b == 0 ? nil : checked(a.remainderReportingOverflow(dividingBy: b))
    case .equal: return .bool(a == b)
    case .notEqual: return .bool(a != b)
    case .less: return .bool(a < b)
    case .lessOrEqual: return .bool(a <= b)
    case .greater: return .bool(a > b)
    case .greaterOrEqual: return .bool(a >= b)
    case .contained: return nil
    }
  }

  static func apply(_ op: BinaryOperator, _ left: Value, _ right: Value) throws(Problem) -> Value {
    switch op {
    case .add: try add(left, right)
    case .subtract: try subtract(left, right)
    case .multiply: try multiply(left, right)
    case .divide: try divide(left, right)
    case .remainder: try remainder(left, right)
    case .equal: .bool(equal(left, right))
    case .notEqual: .bool(!equal(left, right))
    case .less: .bool(try compare(left, right) < 0)
    case .lessOrEqual: .bool(try compare(left, right) <= 0)
    case .greater: .bool(try compare(left, right) > 0)
    case .greaterOrEqual: .bool(try compare(left, right) >= 0)
    case .contained: .bool(try contains(right, left))
    }
  }

  private static func mismatch(_ verb: String, _ left: Value, _ right: Value) -> Problem {
    Problem("can't \(verb) \(describe(left)) and \(describe(right))")
  }

  static func describe(_ value: Value) -> String {
    switch value {
    case .null: "null"
    case .list, .record: "a \(value.typeName)"
    default: "\(value.typeName) \(short(value.source))"
    }
  }

  /// `text` on one line, at most 80 characters of it.
  static func short(_ text: String) -> String {
    text.count > 80 ? String(text.prefix(79)) + "…" : text
  }

  private static func whole(_ result: (partialValue: Int, overflow: Bool)) throws(Problem) -> Int {
    guard !result.overflow else { throw Problem("the result is too large for 64 bits") }
    return result.partialValue
  }

  private static func instant(_ result: (partialValue: Int, overflow: Bool)) throws(Problem) -> Int {
    guard !result.overflow else { throw Problem("the result is not between the years 1677 and 2262") }
    return result.partialValue
  }

  private static func whole(_ number: Double) throws(Problem) -> Int {
    guard let value = Int(exactly: number.rounded()) else { throw Problem("the result is too large for 64 bits") }
    return value
  }

  private static func finite(_ number: Double) throws(Problem) -> Double {
    guard number.isFinite else { throw Problem("the result is too large for a float") }
    return number
  }

  static func add(_ left: Value, _ right: Value) throws(Problem) -> Value {
    switch (left, right) {
    case (.int(let a), .int(let b)): return .int(try whole(a.addingReportingOverflow(b)))
    case (.duration(let a), .duration(let b)): return .duration(try whole(a.addingReportingOverflow(b)))
    case (.time(let a), .duration(let b)), (.duration(let b), .time(let a)):
      return .time(try instant(a.addingReportingOverflow(b)))
    case (.size(let a), .size(let b)): return .size(try whole(a.addingReportingOverflow(b)))
    case (.string(let a), .string(let b)):
      try Limits.check(text: a.utf8.count + b.utf8.count)
      return .string(a + b)
    case (.list(let a), .list(let b)):
      try Limits.check(elements: a.count + b.count)
      return .list(a + b)
    case (.record(var a), .record(let b)):
      // The right side wins where both have a key.
      for (key, value) in zip(b.keys, b.values) { a[key] = value }
      return .record(a)
    default: break
    }
    guard let a = number(left), let b = number(right) else { throw mismatch("add", left, right) }
    return .float(try finite(a + b))
  }

  static func subtract(_ left: Value, _ right: Value) throws(Problem) -> Value {
    switch (left, right) {
    case (.int(let a), .int(let b)): return .int(try whole(a.subtractingReportingOverflow(b)))
    case (.duration(let a), .duration(let b)): return .duration(try whole(a.subtractingReportingOverflow(b)))
    case (.time(let a), .time(let b)): return .duration(try whole(a.subtractingReportingOverflow(b)))
    case (.time(let a), .duration(let b)): return .time(try instant(a.subtractingReportingOverflow(b)))
    case (.size(let a), .size(let b)): return .size(try whole(a.subtractingReportingOverflow(b)))
    default: break
    }
    guard let a = number(left), let b = number(right) else { throw mismatch("subtract", left, right) }
    return .float(try finite(a - b))
  }

  static func multiply(_ left: Value, _ right: Value) throws(Problem) -> Value {
    switch (left, right) {
    case (.int(let a), .int(let b)): return .int(try whole(a.multipliedReportingOverflow(by: b)))
    case (.duration(let a), .int(let b)), (.int(let b), .duration(let a)):
      return .duration(try whole(a.multipliedReportingOverflow(by: b)))
    case (.size(let a), .int(let b)), (.int(let b), .size(let a)):
      return .size(try whole(a.multipliedReportingOverflow(by: b)))
    case (.duration(let a), .float(let b)), (.float(let b), .duration(let a)):
      return .duration(try whole(Double(a) * b))
    case (.size(let a), .float(let b)), (.float(let b), .size(let a)): return .size(try whole(Double(a) * b))
    default: break
    }
    guard let a = number(left), let b = number(right) else { throw mismatch("multiply", left, right) }
    return .float(try finite(a * b))
  }

  static func divide(_ left: Value, _ right: Value) throws(Problem) -> Value {
    if isZero(right) { throw Problem("division by zero") }
    switch (left, right) {
    case (.int(let a), .int(let b)): return .int(try whole(a.dividedReportingOverflow(by: b)))
    case (.duration(let a), .duration(let b)), (.size(let a), .size(let b)): return .float(Double(a) / Double(b))
    case (.duration(let a), .int(let b)): return .duration(try whole(a.dividedReportingOverflow(by: b)))
    case (.size(let a), .int(let b)): return .size(try whole(a.dividedReportingOverflow(by: b)))
    case (.duration(let a), .float(let b)): return .duration(try whole(Double(a) / b))
    case (.size(let a), .float(let b)): return .size(try whole(Double(a) / b))
    default: break
    }
    guard let a = number(left), let b = number(right) else { throw mismatch("divide", left, right) }
    return .float(try finite(a / b))
  }

  static func remainder(_ left: Value, _ right: Value) throws(Problem) -> Value {
    if isZero(right) { throw Problem("division by zero") }
    switch (left, right) {
    // The smallest number overflows as a quotient, not as a remainder.
    case (.int(let a), .int(let b)): return .int(b == -1 ? 0 : a % b)
    case (.duration(let a), .duration(let b)):
      return .duration(try whole(a.remainderReportingOverflow(dividingBy: b)))
    case (.size(let a), .size(let b)): return .size(try whole(a.remainderReportingOverflow(dividingBy: b)))
    default: break
    }
    guard let a = number(left), let b = number(right) else { throw mismatch("divide", left, right) }
    return .float(a.truncatingRemainder(dividingBy: b))
  }

  private static func isZero(_ value: Value) -> Bool {
    switch value {
    case .int(0), .duration(0), .size(0): true
    case .float(let number): number == 0
    default: false
    }
  }

  static func number(_ value: Value) -> Double? {
    switch value {
    case .int(let number): Double(number)
    case .float(let number): number
    default: nil
    }
  }

  /// Numbers are equal by value whatever their type; other values of different types are not.
  static func equal(_ left: Value, _ right: Value) -> Bool {
    switch (left, right) {
    // Beyond 53 bits two ints may have one float.
    case (.int(let a), .float(let b)), (.float(let b), .int(let a)): return Int(exactly: b) == a
    case (.string(let a), .string(let b)): return Text.same(a, b)
    case (.list(let a), .list(let b)):
      return a.count == b.count && zip(a, b).allSatisfy { equal($0, $1) }
    case (.record(let a), .record(let b)):
      return a.count == b.count
        && zip(a.keys, a.values).allSatisfy { key, value in b[key].map { equal($0, value) } ?? false }
    default: return left == right
    }
  }

  /// Negative if `left` sorts before `right`, 0 if they are equal, positive otherwise.
  static func compare(_ left: Value, _ right: Value) throws(Problem) -> Int {
    func order<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : a == b ? 0 : 1 }
    switch (left, right) {
    case (.int(let a), .int(let b)): return order(a, b)
    case (.string(let a), .string(let b)): return Text.order(a, b)
    case (.int(let a), .float(let b)): return exactOrder(a, b)
    case (.float(let a), .int(let b)): return -exactOrder(b, a)
    case (.duration(let a), .duration(let b)), (.size(let a), .size(let b)), (.time(let a), .time(let b)):
      return order(a, b)
    default: break
    }
    guard let a = number(left), let b = number(right) else {
      let absent = left == .null || right == .null
      throw Problem(
        "can't compare \(describe(left)) and \(describe(right))", nature: absent ? .absent : .final)
    }
    return order(a, b)
  }

  /// The order of an int and a float by value: beyond 53 bits an int as a float would be another number.
  private static func exactOrder(_ a: Int, _ b: Double) -> Int {
    // 2 to the 63rd, which no int reaches.
    if b >= 0x1p63 { return -1 }
    if b < -0x1p63 { return 1 }
    let whole = Int(b.rounded(.towardZero))
    if a != whole { return a < whole ? -1 : 1 }
    let fraction = b - b.rounded(.towardZero)
    return fraction > 0 ? -1 : fraction < 0 ? 1 : 0
  }

  static func contains(_ whole: Value, _ part: Value) throws(Problem) -> Bool {
    switch (whole, part) {
    case (.list(let elements), _): return elements.contains { equal($0, part) }
    case (.record(let record), .string(let key)): return record[key] != nil
    // By bytes, as everything that looks into texts: a line end is found whatever stands before it.
    case (.string(let text), .string(let piece)): return piece.isEmpty || text.utf8.contains(piece.utf8)
    case (.range(let first, let last), .int(let number)): return first <= number && number <= last
    default: throw Problem("can't look for \(describe(part)) in \(describe(whole))")
    }
  }

  static func member(_ base: Value, _ name: String) throws(Problem) -> Value {
    switch base {
    case .record(let record):
      if let value = record[name] { return value }
      let near = EditDistance.nearest(to: name, among: record.keys)
      let known = record.keys.isEmpty ? "it is empty" : "it has \(short(record.keys.joined(separator: ", ")))"
      throw Problem(
        "the record has no '\(name)'", remedy: near.map { "did you mean '\($0)'?" } ?? known,
        // A record of the model never gets another field: the name is wrong, and waiting does not help.
        nature: RecordShape.isFixed(keys: record.keys) ? .final : .absent)
    case .null: throw Problem("null has no '\(name)'", nature: .absent)
    case .list:
      throw Problem(
        "a list has no '\(name)'", remedy: "take one element, as in list[0].\(name), or map(list, x => x.\(name))")
    default: throw Problem("\(describe(base)) has no '\(name)'")
    }
  }

  static func element(_ base: Value, _ index: Value) throws(Problem) -> Value {
    switch (base, index) {
    case (.list(let list), .int(let number)):
      return list[try place(number, inListOf: list.count)]
    case (.list(let list), .range(let first, let last)): return .list(Array(list[slice(first, last, of: list.count)]))
    case (.record, .string(let key)): return try member(base, key)
    case (.string(let text), .int(let number)):
      let characters = Array(text)
      let place = number < 0 ? number &+ characters.count : number
      guard characters.indices.contains(place) else {
        throw Problem("no character \(number) in a string of \(characters.count)", nature: .absent)
      }
      return .string(String(characters[place]))
    case (.string(let text), .range(let first, let last)):
      let characters = Array(text)
      return .string(String(characters[slice(first, last, of: characters.count)]))
    case (.null, _): throw Problem("null has no elements", nature: .absent)
    default: throw Problem("\(describe(base)) has no element \(short(index.source))")
    }
  }

  /// Where element `number` stands in a list; a negative one counts from the end.
  static func place(_ number: Int, inListOf count: Int) throws(Problem) -> Int {
    let place = number < 0 ? number &+ count : number
    guard place >= 0, place < count else {
      throw Problem(
        "there is no element \(number) in a list of \(count)",
        remedy: count == 0
          ? "the list is empty" : "valid indexes are 0 to \(count - 1), or -1 to -\(count) from the end",
        nature: .absent)
    }
    return place
  }

  /// The places from `first` to `last`, both included, of `count`: negative ones count from the end, and what is not there
  /// is left out.
  private static func slice(_ first: Int, _ last: Int, of count: Int) -> Range<Int> {
    let start = max(0, first < 0 ? first &+ count : first)
    let end = min(count - 1, last < 0 ? last &+ count : last)
    return start <= end ? start..<(end + 1) : 0..<0
  }

  static func negate(_ value: Value) throws(Problem) -> Value {
    guard let negated = value.negated else { throw Problem("can't negate \(describe(value))") }
    return negated
  }

  /// The truth of a condition: `true`, `false` or `null`.
  static func condition(_ value: Value) throws(Problem) -> Bool {
    switch value {
    case .bool(let truth): return truth
    case .null: return false
    default:
      throw Problem(
        "a condition must be true or false, not \(describe(value))", remedy: "compare it with something")
    }
  }

  static func range(_ first: Value, _ last: Value) throws(Problem) -> Value {
    guard case .int(let lower) = first, case .int(let upper) = last else {
      throw Problem("the ends of a range must be ints, not \(describe(first)) and \(describe(last))")
    }
    return .range(lower, upper)
  }
}

/// Limits on the values of a program.
enum Limits {
  /// Deepest nesting of calls. Calls take no native stack; the limit detects endless recursion.
  static let calls = 10_000
  /// Most branches of `parallel` at the same time, nested ones included: each holds a task and may hold a connection.
  static let branches = 1000
  /// Longest string, in bytes.
  static let text = 64 << 20
  /// Most elements in a list.
  static let elements = 10_000_000
  /// Deepest nesting of lists and records.
  static let depth = 64
  /// Most elements of nested lists and records, in total.
  static let nested = 1_000_000

  static func check(text bytes: Int) throws(Problem) {
    guard bytes <= text else { throw Problem("the string is longer than \(text >> 20) MiB", code: "limit") }
  }

  /// Checks the limits on a value as a whole.
  static func check(size value: Value) throws(Problem) {
    switch value {
    case .string(let text): try check(text: text.utf8.count)
    case .list(let list): try check(elements: list.count)
    default: break
    }
  }

  static func check(elements count: Int) throws(Problem) {
    guard count <= elements else { throw Problem("the list has more than \(elements) elements", code: "limit") }
  }

  /// A value that is about to become part of another: deeply nested ones would exhaust the stack when they are freed,
  /// and a few lines can make one whose text fills the world (`set x = [$x, $x]`).
  ///
  /// - Parameter depth: how deep it will stand in the other value, from 1.
  static func check(part value: Value, depth: Int = 1) throws(Problem) {
    switch value {
    case .list, .record: break
    default: return
    }
    var budget = nested
    guard walk(value, depth: depth, &budget) else {
      throw Problem("the value is nested too deeply or too large", code: "limit")
    }
  }

  private static func walk(_ value: Value, depth level: Int, _ budget: inout Int) -> Bool {
    let parts: [Value]
    switch value {
    case .list(let elements): parts = elements
    case .record(let record): parts = record.values
    default: return true
    }
    budget -= parts.count
    guard level < depth, budget >= 0 else { return false }
    for part in parts where !walk(part, depth: level + 1, &budget) { return false }
    return true
  }
}

extension Value {
  /// Approximate cost of visiting all of it, in iterations of a loop.
  var weight: Int {
    switch self {
    case .string(let text): text.utf8.count >> 8
    case .list(let elements): elements.count >> 4
    case .record(let record): record.count >> 4
    case .range(let first, let last): min(max(0, last.subtractingReportingOverflow(first).0), Limits.elements) >> 4
    case .null, .bool, .int, .float, .duration, .time, .size: 0
    }
  }
}
