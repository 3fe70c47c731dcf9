import HydraDiagnostics
import HydraModel

/// Reads the fields of a request from its path, its query and its body, a JSON object, and collects everything that is wrong
/// with them. What was not read when it is finished is unknown.
struct RequestReader: RequestFields {
  private let parameters: [String: String]
  private let query: [(name: String, value: String)]
  private let members: [(name: String, value: JSONValue)]
  private let isEmpty: Bool

  private var problems: [HydraError] = []
  private var fields: [String] = []
  private var queryNames: [String] = []
  /// Fields that are missing and may not be.
  private var missing: [String] = []

  /// Reads `incoming`; of a request that changes nothing the body has no meaning. Throws when the body is not a JSON object.
  init(_ incoming: Incoming, hasBody: Bool) throws(HydraError) {
    parameters = incoming.parameters
    query = incoming.query
    isEmpty = !hasBody || incoming.body.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    guard !isEmpty else {
      members = []
      return
    }
    let value: JSONValue
    do throws(JSONParser.Problem) {
      value = try JSONParser.parse(incoming.body)
    } catch {
      throw HydraError(
        .invalidArgument, "the body is not valid JSON at line \(error.line), column \(error.column): \(error.message)")
    }
    guard case .object(let members) = value else {
      throw HydraError(.invalidArgument, "the body is \(value.description), expected a JSON object")
    }
    self.members = members.map { ($0.name, $0.value) }
  }

  mutating func parameter(_ name: String) -> String {
    guard let value = parameters[name], !value.isEmpty else {
      problems.append(HydraError(.invalidArgument, "the path has no \(name)"))
      return name
    }
    return value
  }

  /// The query's `name`; nil when it is not there.
  mutating func queryValue(_ name: String) -> String? {
    queryNames.append(name)
    return query.first { $0.name == name }?.value
  }

  mutating func flag(_ name: String) -> Bool {
    switch queryValue(name) {
    case nil, "false": return false
    case "true": return true
    case .some(let other):
      problems.append(
        HydraError(.invalidArgument, "query parameter '\(name)' is '\(other.prefix(40))', expected true or false"))
      return false
    }
  }

  mutating func string(_ name: String, fallback: String) -> String {
    required(name, "a string", fallback) { if case .string(let text) = $0 { text } else { nil } }
  }

  mutating func string(_ name: String) -> String? {
    optional(name, "a string") { if case .string(let text) = $0 { text } else { nil } }
  }

  mutating func integer(_ name: String, fallback: Int) -> Int {
    required(name, "an integer", fallback, JSONNumber.integer)
  }

  mutating func integer<T: FixedWidthInteger & Sendable>(_ name: String, _ type: T.Type) -> T? {
    optional(name, "an integer", JSONNumber.integer)
  }

  mutating func number(_ name: String) -> Double? { optional(name, "a number", JSONNumber.double) }

  mutating func choice<T: RawRepresentable & CaseIterable & Sendable>(_ name: String, _ type: T.Type) -> T?
  where T.RawValue == String {
    optional(name, "one of " + T.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")) {
      if case .string(let text) = $0 { T(rawValue: text) } else { nil }
    }
  }

  mutating func strings(_ name: String) -> [String]? {
    guard let elements = optional(name, "a list of strings", { if case .array(let list) = $0 { list } else { nil } })
    else { return nil }
    return elements.enumerated().map { index, element in
      guard case .string(let text) = element else {
        mismatch("\(name)[\(index)]", element, "a string")
        return ""
      }
      return text
    }
  }

  mutating func stringMap(_ name: String) -> [String: String]? {
    let kind = "an object of strings"
    guard let members = optional(name, kind, { if case .object(let members) = $0 { members } else { nil } })
    else { return nil }
    var map: [String: String] = [:]
    for member in members {
      guard case .string(let text) = member.value else {
        // The value of an environment variable may be a secret; it is not repeated.
        problems.append(HydraError(.invalidArgument, "field '\(name).\(member.name)' is not a string"))
        continue
      }
      map[member.name] = text
    }
    return map
  }

  /// Throws one error with everything that was wrong, these `more` problems included.
  func finish(_ more: [HydraError] = []) throws(HydraError) {
    var found: [HydraError] = []
    for (index, pair) in query.enumerated() {
      if !queryNames.contains(pair.name) {
        found.append(UnknownName.problem("query parameter", pair.name, among: queryNames))
      } else if query[..<index].contains(where: { $0.name == pair.name }) {
        found.append(HydraError(.invalidArgument, "query parameter '\(pair.name)' appears twice"))
      }
    }
    if isEmpty, !missing.isEmpty {
      let needed = missing.joined(separator: ", ")
      try HydraError.throwIfAny(
        found + [HydraError(.invalidArgument, "the body is empty, expected a JSON object with \(needed)")])
    }
    for member in members where !fields.contains(member.name) {
      found.append(UnknownName.problem("field", member.name, among: fields))
    }
    try HydraError.throwIfAny(found + problems + more)
  }

  /// The first of that name.
  private mutating func member(_ name: String) -> JSONValue? {
    fields.append(name)
    return members.first { $0.name == name }?.value
  }

  private mutating func required<T>(
    _ name: String, _ kind: String, _ fallback: T, _ convert: (JSONValue) -> T?
  ) -> T {
    guard let value = member(name) else {
      missing.append(name)
      problems.append(HydraError(.invalidArgument, "field '\(name)' is missing, expected \(kind)"))
      return fallback
    }
    if let converted = convert(value) { return converted }
    mismatch(name, value, kind)
    return fallback
  }

  private mutating func optional<T>(_ name: String, _ kind: String, _ convert: (JSONValue) -> T?) -> T? {
    guard let value = member(name), value != .null else { return nil }
    if let converted = convert(value) { return converted }
    mismatch(name, value, kind)
    return nil
  }

  private mutating func mismatch(_ name: String, _ value: JSONValue, _ kind: String) {
    problems.append(HydraError(.invalidArgument, "field '\(name)' is \(value.description), expected \(kind)"))
  }
}

/// Numbers of JSON as numbers of Swift; nil where that would change them.
enum JSONNumber {
  static func integer<T: FixedWidthInteger & Sendable>(_ value: JSONValue) -> T? {
    guard case .number(let digits) = value else { return nil }
    if let integer = T(digits) { return integer }
    // 3.0 and 1e3 are integers too; beyond 2^53 a double no longer tells which one.
    guard let double = Double(digits), double.magnitude <= 9_007_199_254_740_992 else { return nil }
    return T(exactly: double)
  }

  static func double(_ value: JSONValue) -> Double? {
    guard case .number(let digits) = value, let double = Double(digits), double.isFinite else { return nil }
    return double
  }
}

/// The wording for a name that is not known.
enum UnknownName {
  static func problem(_ noun: String, _ name: String, among known: [String]) -> HydraError {
    let shown = name.prefix(80)
    if let near = EditDistance.nearest(to: name, among: known) {
      return HydraError(.invalidArgument, "unknown \(noun) '\(shown)', did you mean '\(near)'?")
    }
    return HydraError(
      .invalidArgument,
      known.isEmpty
        ? "unknown \(noun) '\(shown)', none is taken here"
        : "unknown \(noun) '\(shown)', expected one of \(known.joined(separator: ", "))")
  }
}
