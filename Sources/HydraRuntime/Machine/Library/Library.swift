import HydraLanguage

/// Functions on values. Each returns a value or throws a ``Problem``.
enum Library {
  static func call(_ id: FunctionID, _ arguments: [Value]) throws(Problem) -> Value {
    guard let value = arguments.first else { throw Problem("'\(id.rawValue)' needs an argument") }
    let second = arguments.count > 1 ? arguments[1] : .null
    switch id {
    case .len: return .int(try length(value))
    case .keys: return .list(try record(value, id).keys.map(Value.string))
    case .values: return .list(try record(value, id).values)
    case .first: return try elements(value, id).first ?? .null
    case .last: return try elements(value, id).last ?? .null
    case .contains: return .bool(try Operators.contains(value, second))
    case .push:
      try Limits.check(part: second)
      let list = try elements(value, id)
      try Limits.check(elements: list.count + 1)
      return .list(list + [second])
    case .sum: return try sum(try elements(value, id))
    case .min, .max: return try extreme(try elements(value, id), isMin: id == .min)
    case .sort: return .list(try sorted(try elements(value, id)))
    case .reverse: return .list(try elements(value, id).reversed())
    case .unique: return .list(unique(try elements(value, id)))
    case .join: return try join(try elements(value, id), arguments.count > 1 ? try text(second, id) : ", ")
    case .split: return try split(try text(value, id), try text(second, id))
    case .trim: return .string(trimmed(try text(value, id)))
    case .upper: return .string(try text(value, id).uppercased())
    case .lower: return .string(try text(value, id).lowercased())
    case .replace: return try replace(try text(value, id), try text(second, id), try text(arguments[2], id))
    case .startsWith: return .bool(try text(value, id).utf8.starts(with: try text(second, id).utf8))
    case .endsWith: return .bool(ends(try text(value, id), with: try text(second, id)))
    case .int: return .int(try whole(value))
    case .float: return .float(try float(value))
    case .string: return .string(value.text)
    case .round: return try rounded(value, arguments.count > 1 ? second : nil)
    case .abs: return try absolute(value)
    case .type: return .string(value.typeName)
    case .json: return .string(value.json())
    case .take: return try prefix(of: value, second)
    case .flatten: return try flattened(try elements(value, id))
    case .zip: return try pairs(try elements(value, id), try elements(second, id))
    case .lines: return .list(try lines(of: try text(value, id)))
    case .pad: return try padded(value, second, fill: arguments.count > 2 ? try text(arguments[2], id) : " ")
    case .format: return try Template.fill(try text(value, id), arguments.dropFirst())
    case .parseJSON: return try parseJSON(try text(value, id))
    case .formatTime: return try formatted(value, arguments.count > 1 ? try text(second, id) : nil)
    case .parseTime: return try time(try text(value, id))
    }
  }

  static func wrong(_ id: FunctionID, _ expected: String, _ value: Value) -> Problem {
    Problem(
      "'\(id.rawValue)' takes \(expected), not \(Operators.describe(value))",
      nature: value == .null ? .absent : .final)
  }

  static func length(_ value: Value) throws(Problem) -> Int {
    switch value {
    case .list(let list): return list.count
    case .record(let record): return record.count
    case .string(let text): return text.count
    case .range(let first, let last):
      guard last >= first else { return 0 }
      let (distance, overflow) = last.subtractingReportingOverflow(first)
      let (count, carry) = distance.addingReportingOverflow(1)
      guard !overflow, !carry else { throw Problem("the result is too large for 64 bits") }
      return count
    default: throw wrong(.len, "a list, record, range or string", value)
    }
  }

  static func record(_ value: Value, _ id: FunctionID) throws(Problem) -> Record {
    guard case .record(let record) = value else { throw wrong(id, "a record", value) }
    return record
  }

  static func elements(_ value: Value, _ id: FunctionID) throws(Problem) -> [Value] {
    switch value {
    case .list(let list): return list
    case .range(let first, let last):
      guard first <= last else { return [] }
      let count = try length(value)
      try Limits.check(elements: count)
      return (first...last).map(Value.int)
    default: throw wrong(id, "a list", value)
    }
  }

  static func text(_ value: Value, _ id: FunctionID) throws(Problem) -> String {
    guard case .string(let text) = value else { throw wrong(id, "a string", value) }
    return text
  }
}
