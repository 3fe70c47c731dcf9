import HydraDiagnostics
import HydraLanguage

/// Values from the texts of others, and back.
extension Library {
  /// The longest JSON text, in bytes: reading it takes a fraction of a second, in which nothing can interrupt the program.
  static let longestJSON = 16 << 20

  /// The value of JSON text. Integers are exact, other numbers floats; an object is a record.
  static func parseJSON(_ text: String) throws(Problem) -> Value {
    guard text.utf8.count <= longestJSON else {
      throw Problem("the JSON text is longer than \(longestJSON >> 20) MiB", code: "limit")
    }
    let json: JSONValue
    do throws(JSONParser.Problem) {
      json = try JSONParser.parse(
        Array(text.utf8), limits: .init(depth: Limits.depth - 1, values: Limits.nested, members: 10_000))
    } catch {
      let start = text.isEmpty ? "the text is empty" : "it begins \(Value.quoted(String(text.prefix(40))))"
      throw Problem(
        "the text is not valid JSON at line \(error.line), column \(error.column): \(error.message)", remedy: start)
    }
    var path: [Step] = []
    return try value(of: json, at: &path)
  }

  /// A step on the way from the whole of a JSON text to a value in it.
  private enum Step {
    case index(Int)
    case name(String)
  }

  private static func value(of json: JSONValue, at path: inout [Step]) throws(Problem) -> Value {
    switch json {
    case .null: return .null
    case .bool(let truth): return .bool(truth)
    case .string(let text): return .string(text)
    case .number(let digits): return try number(digits, at: path)
    case .array(let elements):
      var list: [Value] = []
      list.reserveCapacity(elements.count)
      for (index, element) in elements.enumerated() {
        path.append(.index(index))
        list.append(try value(of: element, at: &path))
        path.removeLast()
      }
      return .list(list)
    case .object(let members):
      var values: [Value] = []
      values.reserveCapacity(members.count)
      for member in members {
        path.append(.name(member.name))
        values.append(try value(of: member.value, at: &path))
        path.removeLast()
      }
      return .record(Record(unique: members.map(\.name), values))
    }
  }

  private static func number(_ digits: String, at path: [Step]) throws(Problem) -> Value {
    let isWhole = digits.utf8.allSatisfy { $0 == UInt8(ascii: "-") || ($0 >= 0x30 && $0 <= 0x39) }
    if isWhole, let number = Int(digits) { return .int(number) }
    if !isWhole, let number = Double(digits), number.isFinite { return .float(number) }
    let names = path.map { step in
      switch step {
      case .index(let index): "[\(index)]"
      case .name(let name): ".\(name)"
      }
    }
    let place = path.isEmpty ? "" : " at \(Operators.short(names.joined()))"
    throw Problem(
      "the JSON number \(Operators.short(digits))\(place) is too large for \(isWhole ? "64 bits" : "a float")")
  }

  static func formatted(_ value: Value, _ format: String?) throws(Problem) -> Value {
    guard case .time(let instant) = value else { throw wrong(.formatTime, "a time", value) }
    guard let format else { return .string(value.text) }
    let text: String
    do throws(Instant.UnknownDirective) {
      text = try Instant.text(instant, format: format)
    } catch {
      let known = Instant.directives.map { "%\($0.0)" }.joined(separator: " ")
      throw Problem("'\(error.text)' is not known in a format of a time", remedy: "there are \(known)")
    }
    try Limits.check(text: text.utf8.count)
    return .string(text)
  }

  static func time(_ text: String) throws(Problem) -> Value {
    guard let instant = Instant.read(text) else {
      throw Problem(
        "\(Value.quoted(Operators.short(text))) is not a time",
        remedy: "expected one such as 2026-01-31T09:05:00Z or 2026-01-31T11:05:00.25+02:00")
    }
    return .time(instant)
  }
}
