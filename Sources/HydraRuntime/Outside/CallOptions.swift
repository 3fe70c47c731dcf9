import HydraDiagnostics
import HydraLanguage

/// The record of options that is the last argument of `http`, `exec` and `write_file`.
struct CallOptions {
  private let function: QueryID
  private let record: Record

  /// The options in `value`, null for none. Throws for a name that `function` does not know.
  init(_ value: Value?, of function: QueryID) throws(RuntimeFailure) {
    self.function = function
    let known = function.options
    switch value {
    case nil, .null?: record = Record()
    case .record(let record)?:
      for name in record.keys where !known.contains(name) {
        let near = EditDistance.nearest(to: name, among: known)
        throw RuntimeFailure(
          code: "evaluation", "'\(function.rawValue)' has no option '\(Operators.short(name))'",
          remedy: near.map { "did you mean '\($0)'?" } ?? "its options are \(known.joined(separator: ", "))")
      }
      self.record = record
    case let other?: throw Self.wrong(function, "a record of options", other)
    }
  }

  /// The option; nil when it is left out or null.
  subscript(name: String) -> Value? {
    let value = record[name]
    return value == .null ? nil : value
  }

  func string(_ name: String) throws(RuntimeFailure) -> String? {
    switch self[name] {
    case nil: return nil
    case .string(let text)?: return text
    case let other?: throw wrong(name, "a string", other)
    }
  }

  func bool(_ name: String) throws(RuntimeFailure) -> Bool {
    switch self[name] {
    case nil: return false
    case .bool(let truth)?: return truth
    case let other?: throw wrong(name, "true or false", other)
    }
  }

  /// A time limit: the default when it is left out.
  func timeout(default length: Duration) throws(RuntimeFailure) -> Duration {
    switch self["timeout"] {
    case nil: return length
    case .duration(let nanoseconds)? where QueryID.timeouts.contains(nanoseconds): return .nanoseconds(nanoseconds)
    case let other?: throw wrong("timeout", QueryID.timeoutLabel, other)
    }
  }

  func wrong(_ name: String, _ expected: String, _ value: Value) -> RuntimeFailure {
    RuntimeFailure(
      code: "evaluation",
      "option '\(name)' of '\(function.rawValue)' is \(Operators.describe(value)), expected \(expected)")
  }

  /// The failure of an argument that is something else than `expected`.
  static func wrong(_ function: QueryID, _ expected: String, _ value: Value) -> RuntimeFailure {
    var failure = RuntimeFailure(
      code: "evaluation", "'\(function.rawValue)' takes \(expected), not \(Operators.describe(value))")
    if value == .null { failure.nature = .absent }
    return failure
  }
}
