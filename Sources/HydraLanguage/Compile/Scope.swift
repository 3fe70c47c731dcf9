import HydraDiagnostics

/// Where a variable lives.
enum Slot: Equatable {
  case global(Int)
  case local(Int)
}

/// What earlier inputs of a session defined, and where the next one continues. A script starts with an empty one.
public struct Environment: Sendable {
  /// Global variables with their slots.
  var globals: [String: Int] = [:]
  /// Names of the global slots.
  var globalNames: [String] = []
  /// Definitions by name.
  var definitions: [String: DefinitionInfo] = [:]
  /// Compiled definitions by number.
  var functions: [Program.Function] = []
  /// What the compiled definitions refer to by number.
  var pools = Pools()

  /// Nothing defined.
  public init() {}

  /// What a script finds defined: `args`.
  public static var forScripts: Environment {
    var environment = Environment()
    _ = environment.global("args")
    return environment
  }

  /// Makes a global variable, or returns the slot of the existing one.
  public mutating func global(_ name: String) -> Int {
    let next = globalNames.count
    let slot = Self.claim(&globals[name], next)
    if slot == next { globalNames.append(name) }
    return slot
  }

  /// Fills an empty entry, in place.
  private static func claim(_ entry: inout Int?, _ next: Int) -> Int {
    if let entry { return entry }
    entry = next
    return next
  }

  /// Names of the global variables, in the order they were made.
  public var variableNames: [String] { globals.sorted { $0.value < $1.value }.map(\.key) }
  /// Names of the definitions, sorted.
  public var definitionNames: [String] { definitions.keys.sorted() }
}

/// What calls need to know of a definition.
struct DefinitionInfo: Sendable {
  var index: Int
  var parameters: [String]
  var required: Int

  var usage: String {
    let names = parameters.enumerated().map { $0 < required ? $1 : "\($1)=…" }
    return names.joined(separator: ", ")
  }
}

/// Constants, names and templates that operations refer to by number.
struct Pools: Sendable {
  var constants: [Value] = []
  var names: [String] = []
  var nameNumbers: [String: Int32] = [:]
  var shapes: [[String]] = []
  var commands: [Program.CommandTemplate] = []
  var expectations: [Program.ExpectationTemplate] = []

  mutating func constant(_ value: Value) -> Int32 {
    constants.append(value)
    return Int32(constants.count - 1)
  }

  mutating func name(_ text: String) -> Int32 {
    if let number = nameNumbers[text] { return number }
    names.append(text)
    let number = Int32(names.count - 1)
    nameNumbers[text] = number
    return number
  }

  mutating func shape(_ keys: [String]) -> Int32 {
    shapes.append(keys)
    return Int32(shapes.count - 1)
  }

  mutating func command(_ template: Program.CommandTemplate) -> Int32 {
    commands.append(template)
    return Int32(commands.count - 1)
  }

  mutating func expectation(_ template: Program.ExpectationTemplate) -> Int32 {
    expectations.append(template)
    return Int32(expectations.count - 1)
  }
}
