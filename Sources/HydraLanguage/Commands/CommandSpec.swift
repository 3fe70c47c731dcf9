/// One parameter of a command: a positional argument or an option.
///
/// A reference, as ``CommandSpec`` is: the table is made once, and every compiled command points into it.
public final class ParameterSpec: Sendable, Equatable {
  /// What the runtime asks for its value by; nil for a parameter of a script.
  public let id: ParameterID?
  /// An argument's name in capitals (`NAME`), or an option with its dashes (`--port`).
  public let name: String
  /// The type of its value.
  public let type: ParameterType
  /// Whether it may not be left out.
  public let isRequired: Bool
  /// Whether it may be given more than once; its value is then a list, or a record for `key=value`.
  public let isRepeated: Bool
  /// Whether the command gives a list as soon as it is written: `node add --count 1`.
  public let makesList: Bool
  /// Whether its value must never be written down (history, logs).
  public let isSecret: Bool
  /// The value when it is left out; null when there is none.
  public let defaultValue: Value
  /// One line of help.
  public let summary: String
  /// What completes its value.
  public let completion: CompletionSource?
  /// Words that have a meaning of their own here, beside the names that complete it.
  public let suggestions: [String]
  /// Whether it is an option.
  public let isOption: Bool
  /// Whether it is an option without a value.
  public let isFlag: Bool
  /// Whether its value is an expression, evaluated by the command as often as it needs to.
  public let takesExpression: Bool

  private init(
    id: ParameterID?, name: String, type: ParameterType, isRequired: Bool, isRepeated: Bool, isSecret: Bool,
    defaultValue: Value, summary: String, completion: CompletionSource? = nil, suggestions: [String] = [],
    makesList: Bool = false
  ) {
    self.id = id
    self.name = name
    self.type = type
    self.isRequired = isRequired
    self.isRepeated = isRepeated
    self.isSecret = isSecret
    self.makesList = makesList
    self.defaultValue = defaultValue
    self.summary = summary
    self.completion = completion
    self.suggestions = suggestions
    precondition(!isRepeated || defaultValue == .null, "given values are added to those before them")
    isOption = name.hasPrefix("--")
    isFlag = type == .flag
    takesExpression = type == .expression
  }

  /// Whether they are the same entry of the table.
  public static func == (left: ParameterSpec, right: ParameterSpec) -> Bool { left === right }

  /// A positional argument of a command.
  static func argument(
    _ id: ParameterID, _ type: ParameterType, _ summary: String, default defaultValue: Value = .null,
    required: Bool = true, repeated: Bool = false, completion: CompletionSource? = nil, suggestions: [String] = []
  ) -> ParameterSpec {
    ParameterSpec(
      id: id, name: id.rawValue, type: type, isRequired: required, isRepeated: repeated, isSecret: false,
      defaultValue: defaultValue, summary: summary, completion: completion, suggestions: suggestions)
  }

  /// An option of a command.
  static func option(
    _ id: ParameterID, _ type: ParameterType, _ summary: String, default defaultValue: Value = .null,
    required: Bool = false, repeated: Bool = false, secret: Bool = false, completion: CompletionSource? = nil,
    makesList: Bool = false
  ) -> ParameterSpec {
    ParameterSpec(
      id: id, name: id.rawValue, type: type, isRequired: required, isRepeated: repeated, isSecret: secret,
      defaultValue: defaultValue, summary: summary, completion: completion, makesList: makesList)
  }

  /// A parameter that a script declares: an option if its name begins with dashes.
  static func declared(
    _ name: String, _ type: ParameterType, _ summary: String, default defaultValue: Value = .null,
    required: Bool = false, repeated: Bool = false
  ) -> ParameterSpec {
    ParameterSpec(
      id: nil, name: name, type: type, isRequired: required, isRepeated: repeated, isSecret: false,
      defaultValue: defaultValue, summary: summary)
  }
}

/// What a command returns.
public enum CommandValue: Sendable {
  /// Null.
  case nothing
  /// One record.
  case one(RecordShape)
  /// A list of records.
  case list(RecordShape)
  /// One record, or a list if several things are named.
  case oneOrMore(RecordShape)
  /// A list of names.
  case names
}

/// One command: everything that parsing, checking, completion, help and documentation need to know of it.
public final class CommandSpec: Sendable {
  /// The operation it becomes.
  public let id: CommandID
  /// One line of help.
  public let summary: String
  /// What `$(…)` of it is.
  public let result: CommandValue
  /// More help, in sentences; empty when the line says it all.
  public let details: String
  /// Positional arguments, in order. Only the last may be repeated; after an optional one all are.
  public let arguments: [ParameterSpec]
  /// Its own options; ``CommandTable/globalOptions`` come on top.
  public let options: [ParameterSpec]
  /// What may follow `--`, taken word by word, literally.
  public let rest: ParameterSpec?
  /// Command lines that show it at work, without the leading `hydra`.
  public let examples: [String]
  /// The first word.
  public let noun: String
  /// The second word; nil for a command of one word.
  public let verb: String?
  /// The arguments and options that may not be left out.
  public let required: [ParameterSpec]
  /// The values of what is left out, for all that have one then.
  public let defaults: [(id: ParameterID, value: Value)]

  /// A command of these parts.
  public init(
    _ id: CommandID, _ summary: String, result: CommandValue = .nothing, details: String = "",
    arguments: [ParameterSpec] = [],
    options: [ParameterSpec] = [], rest: ParameterSpec? = nil, examples: [String] = []
  ) {
    self.id = id
    self.summary = summary
    self.result = result
    self.details = details
    self.arguments = arguments
    self.options = options
    self.rest = rest
    self.examples = examples
    let words = id.rawValue.split(separator: " ").map(String.init)
    noun = words[0]
    verb = words.count > 1 ? words[1] : nil
    required = (arguments + options).filter(\.isRequired)
    defaults = (arguments + options + CommandTable.globalOptions).compactMap { parameter in
      parameter.defaultValue == .null ? nil : parameter.id.map { ($0, parameter.defaultValue) }
    }
  }

  /// What is typed: `node add`.
  public var name: String { id.rawValue }

  /// Its own options, then the global ones.
  public var allOptions: [ParameterSpec] { options + CommandTable.globalOptions }

  /// The option called `name` (with its dashes).
  public func option(_ name: String) -> ParameterSpec? {
    options.first { $0.name == name } ?? CommandTable.globalOptions.first { $0.name == name }
  }

  /// One line that shows its form: `node add [--count N] …`.
  public var usage: String {
    var parts = [name]
    for argument in arguments {
      let dots = argument.isRepeated ? "…" : ""
      parts.append(argument.isRequired ? argument.name + dots : "[\(argument.name)\(dots)]")
    }
    for option in options {
      let text = option.isFlag ? option.name : "\(option.name) \(option.placeholder)"
      let dots = option.isRepeated ? "…" : ""
      parts.append(option.isRequired ? text + dots : "[\(text)]\(dots)")
    }
    if let rest { parts.append("[-- \(rest.name)…]") }
    return parts.joined(separator: " ")
  }
}

extension ParameterSpec {
  /// The placeholder of its value in a line of usage: where its type says nothing, the last word of its name.
  public var placeholder: String {
    switch type {
    case .int, .float: "N"
    case .port: "PORT"
    case .duration: "TIME"
    case .size: "SIZE"
    case .path, .urlPath: "PATH"
    case .url: "URL"
    case .keyValue: "KEY=VALUE"
    case .choice(let words): words.joined(separator: "|")
    case .expression: "EXPR"
    case .name, .string, .any: name.split(separator: "-").last?.uppercased() ?? name
    case .flag: ""
    }
  }
}
