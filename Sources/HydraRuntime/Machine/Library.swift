import HydraLanguage

/// The functions over values.
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
    case .round: return .int(try rounded(value))
    case .abs: return try absolute(value)
    case .type: return .string(value.typeName)
    case .json: return .string(value.json())
    }
  }

  private static func wrong(_ id: FunctionID, _ expected: String, _ value: Value) -> Problem {
    Problem(
      "'\(id.rawValue)' takes \(expected), not \(Operators.describe(value))",
      nature: value == .null ? .absent : .final)
  }

  private static func length(_ value: Value) throws(Problem) -> Int {
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

  private static func record(_ value: Value, _ id: FunctionID) throws(Problem) -> Record {
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

  private static func text(_ value: Value, _ id: FunctionID) throws(Problem) -> String {
    guard case .string(let text) = value else { throw wrong(id, "a string", value) }
    return text
  }

  private static func sum(_ list: [Value]) throws(Problem) -> Value {
    guard var total = list.first else { return .int(0) }
    switch total {
    case .int, .float, .duration, .size: break
    default: throw wrong(.sum, "numbers, durations or sizes", total)
    }
    for value in list.dropFirst() { total = try Operators.add(total, value) }
    return total
  }

  private static func extreme(_ list: [Value], isMin: Bool) throws(Problem) -> Value {
    guard var best = list.first else { return .null }
    for value in list.dropFirst() {
      let order = try Operators.compare(value, best)
      if isMin ? order < 0 : order > 0 { best = value }
    }
    return best
  }

  private static func sorted(_ list: [Value]) throws(Problem) -> [Value] {
    do {
      // Equal ones keep their order.
      return try list.enumerated().sorted { left, right in
        let order = try Operators.compare(left.element, right.element)
        return order == 0 ? left.offset < right.offset : order < 0
      }.map(\.element)
    } catch let problem as Problem {
      throw problem
    } catch {
      throw Problem("can't sort the list")
    }
  }

  private static func unique(_ list: [Value]) -> [Value] {
    var strings: Set<String> = []
    var seen: [Value] = []
    for value in list {
      if case .string(let text) = value {
        if strings.insert(text).inserted { seen.append(value) }
      } else if !seen.contains(where: { Operators.equal($0, value) }) {
        seen.append(value)
      }
    }
    return seen
  }

  private static func join(_ list: [Value], _ separator: String) throws(Problem) -> Value {
    var out = ""
    for (index, value) in list.enumerated() {
      if index > 0 { out += separator }
      out += value.text
      try Limits.check(text: out.utf8.count)
    }
    return .string(out)
  }

  private static func split(_ text: String, _ separator: String) throws(Problem) -> Value {
    guard !separator.isEmpty else { return .list(text.map { .string(String($0)) }) }
    return .list(pieces(of: text, by: separator).map(Value.string))
  }

  /// By bytes: a separator is matched as it is written, not by canonical equivalence.
  private static func pieces(of text: String, by separator: String) -> [String] {
    let bytes = Array(text.utf8)
    let mark = Array(separator.utf8)
    var found: [String] = []
    var start = 0
    var index = 0
    while index + mark.count <= bytes.count {
      if bytes[index] == mark[0], bytes[index..<(index + mark.count)].elementsEqual(mark) {
        found.append(String(decoding: bytes[start..<index], as: UTF8.self))
        index += mark.count
        start = index
      } else {
        index += 1
      }
    }
    found.append(String(decoding: bytes[start...], as: UTF8.self))
    return found
  }

  private static func ends(_ text: String, with end: String) -> Bool {
    text.utf8.suffix(end.utf8.count).elementsEqual(end.utf8)
  }

  private static func replace(_ text: String, _ old: String, _ new: String) throws(Problem) -> Value {
    guard !old.isEmpty else { throw Problem("'replace' can't replace an empty text") }
    let parts = pieces(of: text, by: old)
    try Limits.check(text: text.utf8.count + (parts.count - 1).multipliedReportingOverflow(by: new.utf8.count).0)
    return .string(parts.joined(separator: new))
  }

  private static func trimmed(_ text: String) -> String {
    let start = text.drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
  }

  private static func whole(_ value: Value) throws(Problem) -> Int {
    switch value {
    case .int(let number), .size(let number): return number
    case .float(let number):
      guard let whole = Int(exactly: number.rounded(.towardZero)) else {
        throw Problem("\(number) is too large for 64 bits")
      }
      return whole
    case .bool(let truth): return truth ? 1 : 0
    case .string(let text):
      guard let number = Int(text) else { throw Problem("\(Value.quoted(text)) is no whole number") }
      return number
    default: throw wrong(.int, "a number or a text", value)
    }
  }

  private static func float(_ value: Value) throws(Problem) -> Double {
    switch value {
    case .int(let number), .size(let number): return Double(number)
    case .float(let number): return number
    case .duration(let nanoseconds): return Double(nanoseconds) / 1e9
    case .string(let text):
      guard let number = Double(text), number.isFinite else { throw Problem("\(Value.quoted(text)) is no number") }
      return number
    default: throw wrong(.float, "a number, a duration or a text", value)
    }
  }

  private static func rounded(_ value: Value) throws(Problem) -> Int {
    guard let number = Operators.number(value) else { throw wrong(.round, "a number", value) }
    if case .int(let whole) = value { return whole }
    guard let whole = Int(exactly: number.rounded()) else { throw Problem("\(number) is too large for 64 bits") }
    return whole
  }

  private static func absolute(_ value: Value) throws(Problem) -> Value {
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
