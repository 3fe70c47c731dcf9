import HydraDiagnostics
import HydraLanguage
import HydraModel

/// A command with all its values: coerced, validated, defaults filled in.
struct CommandCall: Sendable {
  let spec: CommandSpec
  /// By parameter name; a parameter that is absent and has no default is not there.
  private var values: Record
  /// Whether it is about several things, however many they turn out to be: its result is then a list.
  private(set) var isPlural = false

  /// Assembles the values of `template` with the computed `operands`, in order.
  init(_ template: Program.CommandTemplate, operands: [Value]) throws(RuntimeFailure) {
    spec = template.spec
    values = Self.defaults(of: spec, beside: template.arguments.count)
    var rest = operands[...]
    for argument in template.arguments {
      if argument.parameter.makesList { isPlural = true }
      if let constant = argument.constant {
        add(constant, to: argument.parameter)
        continue
      }
      guard let operand = rest.popFirst() else { continue }
      let parameter = argument.parameter
      // For a parameter that takes several values a list gives each of its elements; text never splits.
      if parameter.isRepeated, parameter.type != .any, case .list(let elements) = operand {
        isPlural = true
        for element in elements { add(try Self.coerce(element, parameter, argument.range), to: parameter) }
      } else {
        add(try Self.coerce(operand, parameter, argument.range), to: parameter)
      }
    }
    for parameter in spec.arguments where parameter.isRequired && values[parameter.name] == nil {
      throw RuntimeFailure(
        code: "missing_argument", "'\(spec.name)' needs \(parameter.name), an empty list is given",
        range: template.head)
    }
  }

  /// A call with the constants among `arguments` and `others` alone, to be looked at, not to be made.
  init(_ spec: CommandSpec, constants arguments: [Program.CommandTemplate.Argument], others: [(String, Value)]) {
    self.spec = spec
    values = Self.defaults(of: spec, beside: others.count + arguments.count)
    for (name, value) in others { values[name] = value }
    for argument in arguments { if let constant = argument.constant { add(constant, to: argument.parameter) } }
  }

  /// The values of what is left out, with room for `count` that are given.
  private static func defaults(of spec: CommandSpec, beside count: Int) -> Record {
    var values = spec.defaults
    values.reserve(count)
    return values
  }

  private static func coerce(
    _ value: Value, _ parameter: ParameterSpec, _ range: SourceRange
  ) throws(RuntimeFailure) -> Value {
    do {
      return try parameter.type.coerce(value)
    } catch {
      var failure = RuntimeFailure(
        code: "bad_value", error.message(for: parameter), remedy: error.remedy, range: range)
      if value == .null { failure.nature = .absent }
      throw failure
    }
  }

  private mutating func add(_ value: Value, to parameter: ParameterSpec) {
    guard parameter.isRepeated else {
      values[parameter.name] = value
      return
    }
    switch (parameter.type, values[parameter.name], value) {
    case (.keyValue, .record(var record)?, .record(let more)):
      for (key, value) in zip(more.keys, more.values) { record[key] = value }
      values[parameter.name] = .record(record)
    case (.keyValue, nil, _): values[parameter.name] = value
    case (_, .list(let list)?, _):
      isPlural = true
      values[parameter.name] = .list(list + [value])
    default: values[parameter.name] = .list([value])
    }
  }

  /// Gives `parameter` a value that was read elsewhere.
  mutating func set(_ parameter: String, to value: Value) { values[parameter] = value }

  /// Adds `name=value` to those of `parameter`.
  mutating func setPair(_ parameter: String, _ name: String, _ value: String) {
    var record = if case .record(let given)? = values[parameter] { given } else { Record([]) }
    record[name] = .string(value)
    values[parameter] = .record(record)
  }

  /// As it would be typed, all values filled in but for secrets.
  var text: String {
    var words = [spec.name]
    for parameter in spec.arguments + spec.allOptions {
      guard let value = values[parameter.name], value != parameter.defaultValue else { continue }
      for word in Self.words(value, parameter) {
        if parameter.isOption { words.append(parameter.name) }
        if !parameter.isFlag { words.append(word) }
      }
    }
    if let rest = spec.rest, case .list(let list)? = values[rest.name] { words += ["--"] + list.map(Self.word) }
    return words.joined(separator: " ")
  }

  private static func words(_ value: Value, _ parameter: ParameterSpec) -> [String] {
    switch value {
    case .record(let record) where parameter.isSecret: return record.keys.map { word(.string("\($0)=…")) }
    case _ where parameter.isSecret: return ["…"]

    case .list(let list) where parameter.isRepeated: return list.map(word)
    case .record(let record) where parameter.type == .keyValue:
      return zip(record.keys, record.values).map { name, value in
        word(.string("\(name)=\(SecretNames.looksSecret(name) ? "…" : value.text)"))
      }
    default: return [word(value)]
    }
  }

  private static func word(_ value: Value) -> String {
    guard case .string(let text) = value else { return value.text }
    return Lexeme.isBareWord(text) ? text : Value.quoted(text)
  }

  // MARK: Values by type; the table guarantees the types.

  func string(_ name: String) -> String? {
    if case .string(let text)? = values[name] { text } else { nil }
  }

  func int(_ name: String) -> Int? {
    if case .int(let number)? = values[name] { number } else { nil }
  }

  func float(_ name: String) -> Double? {
    if case .float(let number)? = values[name] { number } else { nil }
  }

  func duration(_ name: String) -> Int? {
    if case .duration(let nanoseconds)? = values[name] { nanoseconds } else { nil }
  }

  func size(_ name: String) -> Int64? {
    if case .size(let bytes)? = values[name] { Int64(bytes) } else { nil }
  }

  func flag(_ name: String) -> Bool { values[name] == .bool(true) }

  func list(_ name: String) -> [Value] {
    if case .list(let list)? = values[name] { list } else { [] }
  }

  func strings(_ name: String) -> [String] {
    list(name).compactMap { if case .string(let text) = $0 { text } else { nil } }
  }

  /// Throws when two names differ only in how their characters are composed: the model takes them for one.
  func pairs(_ name: String) throws(HydraError) -> [String: String] {
    guard case .record(let record)? = values[name] else { return [:] }
    let pairs = Dictionary(zip(record.keys, record.values.map(\.text))) { _, last in last }
    guard pairs.count == record.count else {
      throw HydraError(
        .invalidArgument, "two names of \(name) look the same but are written with different characters",
        remedy: "write both with composed characters (NFC)")
    }
    return pairs
  }
}
