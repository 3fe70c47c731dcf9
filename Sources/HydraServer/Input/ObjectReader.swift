import HydraDiagnostics
import HydraModel

/// Reads the fields of a JSON object and collects everything that is wrong with them.
///
/// A field that is wrong reads as its fallback, so that the rest can still be checked and all problems come at once.
struct ObjectReader {
  private(set) var problems: [HydraError] = []
  private let members: [String: JSONValue]

  /// Reads the object in `body`. An empty body is an object without fields where nothing is required of it.
  init(_ body: [UInt8], fields: [String], required: [String] = []) throws(HydraError) {
    let value: JSONValue
    if body.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) {
      guard required.isEmpty else {
        throw HydraError(
          .invalidArgument, "the body is empty, expected a JSON object with \(required.joined(separator: ", "))")
      }
      value = .object([])
    } else {
      do throws(JSONParser.Problem) {
        value = try JSONParser.parse(body)
      } catch {
        throw HydraError(
          .invalidArgument,
          "the body is not valid JSON at line \(error.line), column \(error.column): \(error.message)")
      }
    }
    guard case .object(let members) = value else {
      throw HydraError(.invalidArgument, "the body is \(value.description), expected a JSON object")
    }
    self.members = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    for member in members where !fields.contains(member.name) {
      problems.append(UnknownName.problem("field", member.name, among: fields))
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

  mutating func integer(_ name: String) -> Int? { optional(name, "an integer", JSONNumber.integer) }

  mutating func integer64(_ name: String) -> Int64? { optional(name, "an integer", JSONNumber.integer) }

  mutating func number(_ name: String) -> Double? { optional(name, "a number", JSONNumber.double) }

  /// One of the words of `T`.
  mutating func choice<T: RawRepresentable & CaseIterable>(_ name: String) -> T? where T.RawValue == String {
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
    try HydraError.throwing(problems + more)
  }

  private mutating func required<T>(
    _ name: String, _ kind: String, _ fallback: T, _ convert: (JSONValue) -> T?
  ) -> T {
    guard let value = members[name] else {
      problems.append(HydraError(.invalidArgument, "field '\(name)' is missing, expected \(kind)"))
      return fallback
    }
    if let converted = convert(value) { return converted }
    mismatch(name, value, kind)
    return fallback
  }

  private mutating func optional<T>(_ name: String, _ kind: String, _ convert: (JSONValue) -> T?) -> T? {
    guard let value = members[name], value != .null else { return nil }
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
  static func integer<T: FixedWidthInteger>(_ value: JSONValue) -> T? {
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

extension HydraError {
  /// Throws one error that says all of `problems`; returns when there are none.
  static func throwing(_ problems: [HydraError]) throws(HydraError) {
    guard let first = problems.first else { return }
    guard problems.count > 1 else { throw first }
    let remedies = problems.compactMap(\.remedy)
    throw HydraError(
      first.code, problems.map(\.message).joined(separator: "; "),
      remedy: remedies.isEmpty ? nil : remedies.joined(separator: "; "))
  }
}
