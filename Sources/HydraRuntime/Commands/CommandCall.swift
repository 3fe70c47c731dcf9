import HydraDiagnostics
import HydraLanguage
import HydraModel

/// A command with all its values: coerced, validated, defaults filled in.
struct CommandCall: Sendable {
  let spec: CommandSpec
  /// What is given, each parameter once.
  private var given: [(id: ParameterID, value: Value)] = []
  /// Whether it is about several things, however many they turn out to be: its result is then a list.
  private(set) var isPlural = false

  /// Assembles the values of `template` with the computed `operands`, in order.
  init(_ template: Program.CommandTemplate, operands: [Value]) throws(RuntimeFailure) {
    spec = template.spec
    given.reserveCapacity(template.arguments.count)
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
    for parameter in spec.arguments where parameter.isRequired && value(of: parameter) == .null {
      throw RuntimeFailure(
        code: "missing_argument", "'\(spec.name)' needs \(parameter.name), an empty list is given",
        range: template.head)
    }
  }

  /// A call with the constants among `arguments` and `others` alone, to be looked at, not to be made.
  init(_ spec: CommandSpec, constants arguments: [Program.CommandTemplate.Argument], others: [(ParameterID, Value)]) {
    self.spec = spec
    given.reserveCapacity(arguments.count + others.count)
    for (id, value) in others { self[id] = value }
    for index in arguments.indices {
      if let constant = arguments[index].constant { add(constant, to: arguments[index].parameter) }
    }
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
    guard let id = parameter.id else { return }
    guard parameter.isRepeated else {
      self[id] = value
      return
    }
    switch (parameter.type, self[id], value) {
    case (.keyValue, .record(var record), .record(let more)):
      for (key, value) in zip(more.keys, more.values) { record[key] = value }
      self[id] = .record(record)
    case (.keyValue, .null, _): self[id] = value
    case (_, .list(let list), _):
      isPlural = true
      self[id] = .list(list + [value])
    default: self[id] = .list([value])
    }
  }

  /// The value of the parameter `id`: what is given, else its default; null where there is neither.
  subscript(id: ParameterID) -> Value {
    get {
      // By index: an entry that is taken out is copied.
      for index in given.indices where given[index].id == id { return given[index].value }
      let defaults = spec.defaults
      for index in defaults.indices where defaults[index].id == id { return defaults[index].value }
      return .null
    }
    set {
      if let index = given.firstIndex(where: { $0.id == id }) {
        given[index].value = newValue
      } else {
        given.append((id, newValue))
      }
    }
  }

  private func value(of parameter: ParameterSpec) -> Value { parameter.id.map { self[$0] } ?? .null }

  /// Adds `name=value` to those of the parameter `id`.
  mutating func setPair(_ id: ParameterID, _ name: String, _ value: String) {
    var record = if case .record(let given) = self[id] { given } else { Record([]) }
    record[name] = .string(value)
    self[id] = .record(record)
  }

  /// As it would be typed, all values filled in but for secrets.
  var text: String {
    var words = [spec.name]
    for parameter in spec.arguments + spec.allOptions {
      let value = value(of: parameter)
      guard value != parameter.defaultValue else { continue }
      for word in Self.words(value, parameter) {
        if parameter.isOption { words.append(parameter.name) }
        if !parameter.isFlag { words.append(word) }
      }
    }
    if let rest = spec.rest, case .list(let list) = value(of: rest) { words += ["--"] + list.map(Self.word) }
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

  func string(_ id: ParameterID) -> String? {
    if case .string(let text) = self[id] { text } else { nil }
  }

  func int(_ id: ParameterID) -> Int? {
    if case .int(let number) = self[id] { number } else { nil }
  }

  func float(_ id: ParameterID) -> Double? {
    if case .float(let number) = self[id] { number } else { nil }
  }

  func duration(_ id: ParameterID) -> Int? {
    if case .duration(let nanoseconds) = self[id] { nanoseconds } else { nil }
  }

  func size(_ id: ParameterID) -> Int64? {
    if case .size(let bytes) = self[id] { Int64(bytes) } else { nil }
  }

  func flag(_ id: ParameterID) -> Bool {
    if case .bool(true) = self[id] { true } else { false }
  }

  func list(_ id: ParameterID) -> [Value] {
    if case .list(let list) = self[id] { list } else { [] }
  }

  func strings(_ id: ParameterID) -> [String] {
    list(id).compactMap { if case .string(let text) = $0 { text } else { nil } }
  }

  /// Throws when two names differ only in how their characters are composed: the model takes them for one.
  func pairs(_ id: ParameterID) throws(HydraError) -> [String: String] {
    guard case .record(let record) = self[id] else { return [:] }
    let pairs = Dictionary(zip(record.keys, record.values.map(\.text))) { _, last in last }
    guard pairs.count == record.count else {
      throw HydraError(
        .invalidArgument, "two names of \(id.rawValue) look the same but are written with different characters",
        remedy: "write both with composed characters (NFC)")
    }
    return pairs
  }
}
