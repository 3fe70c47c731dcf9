public import HydraDiagnostics

/// The arguments that a script declares: `args { count: int = 3, image: string, --dry: flag }`.
public struct ScriptArguments: Sendable {
  /// What is declared, in order: options begin with `--`.
  public let parameters: [ParameterSpec]
  /// The global slot of each.
  public let slots: [Int]

  static let types = [
    "string", "int", "float", "bool", "duration", "size", "port", "path", "url", "flag", "list",
  ]

  /// The type of values that is called `name`; a list takes words.
  static func type(_ name: String) -> ParameterType? {
    switch name {
    case "string", "list": .string
    case "int": .int(.min ... .max)
    case "float": .float(-.greatestFiniteMagnitude ... .greatestFiniteMagnitude)
    case "bool": truth
    case "duration": .duration
    case "size": .size
    case "port": .port(zeroAllowed: true)
    case "path": .path
    case "url": .url
    case "flag": .flag
    default: nil
    }
  }

  private static let truth = ParameterType.choice(["true", "false"])

  /// `value`, of any type that fits, as a value of `parameter`.
  static func coerce(_ value: Value, _ parameter: ParameterSpec) throws(CoercionProblem) -> Value {
    let value = try parameter.type.coerce(value)
    return parameter.type == truth ? .bool(value == .string("true")) : value
  }

  /// One line on how the script is called.
  public var usage: String {
    parameters.map { parameter in
      if parameter.isFlag { return "[\(parameter.name)]" }
      if parameter.isOption { return "[\(parameter.name) \(parameter.placeholder)]" }
      if parameter.isRepeated { return "[\(parameter.name)…]" }
      return parameter.isRequired ? parameter.name : "[\(parameter.name)]"
    }.joined(separator: " ")
  }

  /// The values for the words that a script is called with, one for each parameter, or everything that is wrong with them.
  public func bind(_ words: [String]) -> (values: [Value], problems: [Diagnostic]) {
    var binding = Binding(self)
    binding.take(words)
    return (binding.values, binding.problems)
  }

  private struct Binding {
    let declared: ScriptArguments
    var values: [Value]
    var problems: [Diagnostic] = []

    init(_ declared: ScriptArguments) {
      self.declared = declared
      values = declared.parameters.map { parameter in
        if parameter.isRepeated { return .list([]) }
        return parameter.isFlag ? .bool(false) : parameter.defaultValue
      }
    }

    mutating func take(_ words: [String]) {
      var rest = words[...]
      var plain: [String] = []
      var given: Set<String> = []
      while let word = rest.popFirst() {
        if word == "--" {
          plain += rest
          break
        }
        guard word.hasPrefix("--") else {
          plain.append(word)
          continue
        }
        let name = String(word.prefix { $0 != "=" })
        guard let index = declared.parameters.firstIndex(where: { $0.name == name }) else {
          let known = declared.parameters.map(\.name).filter { $0.hasPrefix("--") }
          report("unknown option '\(name)'", remedy: Wording.didYouMean(name, known))
          continue
        }
        if !given.insert(name).inserted { report("option '\(name)' is given twice") }
        let inline = word.utf8.count > name.utf8.count ? String(word.dropFirst(name.count + 1)) : nil
        if declared.parameters[index].isFlag {
          if inline != nil { report("option '\(name)' takes no value") }
          values[index] = .bool(true)
        } else if let value = inline ?? rest.popFirst() {
          set(index, value)
        } else {
          report("option '\(name)' needs a value: \(declared.parameters[index].type.label)")
        }
      }
      takePlain(plain)
    }

    /// Words without a name: what is required comes first, then what has a default is filled from the left, then a list.
    private mutating func takePlain(_ words: [String]) {
      let places = declared.parameters.indices.filter { !declared.parameters[$0].isOption }
      let single = places.filter { !declared.parameters[$0].isRepeated }
      var spare = words.count - single.count { declared.parameters[$0].isRequired }
      var rest = words[...]
      for index in single {
        let parameter = declared.parameters[index]
        if !parameter.isRequired {
          guard spare > 0 else { continue }
          spare -= 1
        }
        guard let word = rest.popFirst() else {
          report("missing argument '\(parameter.name)': \(parameter.type.label)")
          continue
        }
        set(index, word)
      }
      if let list = places.first(where: { declared.parameters[$0].isRepeated }) {
        values[list] = .list(rest.map(Value.string))
      } else if let surplus = rest.first {
        report("unexpected argument '\(surplus)'")
      }
    }

    private mutating func set(_ index: Int, _ word: String) {
      let parameter = declared.parameters[index]
      do {
        values[index] = try ScriptArguments.coerce(.string(word), parameter)
      } catch {
        report(error.message(for: parameter), remedy: error.remedy)
      }
    }

    private mutating func report(_ message: String, remedy: String? = nil) {
      problems.append(
        Diagnostic(
          code: .init("argument"), message: message, range: nil,
          remedy: remedy ?? (problems.isEmpty ? "usage: FILE.hydra \(declared.usage)" : nil)))
    }
  }
}

extension Compiler {
  /// Makes a variable of each declared argument. They have their values before the script begins, so there is no code.
  mutating func declareArguments(_ block: Block) {
    var parameters: [ParameterSpec] = []
    var slots: [Int] = []
    var hasList = false
    for case .argument(let argument) in block.statements.map(\.kind) {
      let name = argument.name.text
      if hasList, !name.hasPrefix("--") {
        report(.argumentForm("nothing can follow the list, which takes all remaining words"), argument.name.range)
      }
      let variable = String(name.drop { $0 == "-" }.map { $0 == "-" ? "_" : $0 })
      let slot = environment.global(variable)
      if variable == "args" || declaration(ofGlobal: slot) != nil {
        report(.duplicateVariable(variable), argument.name.range)
      } else if !name.hasPrefix("--"), Keyword.allCases.contains(where: { $0.rawValue == variable }) {
        diagnostics.append(SyntaxProblem.keywordAsName(variable).diagnostic(at: argument.name.range))
      }
      while declared.count <= slot { declared.append(nil) }
      declared[slot] = argument.name.range
      setType(of: .global(slot), .any)
      // A wrong declaration is one error: the variable is known all the same.
      guard let parameter = parameter(argument) else { continue }
      if parameter.isRepeated { hasList = true }
      parameters.append(parameter)
      slots.append(slot)
    }
    arguments = ScriptArguments(parameters: parameters, slots: slots)
  }

  private mutating func parameter(_ argument: Statement.Argument) -> ParameterSpec? {
    let (name, typeName) = (argument.name.text, argument.type.text)
    guard let type = ScriptArguments.type(typeName) else {
      report(.argumentType(typeName), argument.type.range)
      return nil
    }
    let isOption = name.hasPrefix("--")
    if typeName == "flag", !isOption {
      report(.argumentForm("a flag is an option: write '--\(name): flag'"), argument.name.range)
      return nil
    }
    if typeName == "list", isOption {
      report(.argumentForm("a list takes the remaining words, so it cannot be an option"), argument.name.range)
      return nil
    }
    let summary = argument.summary?.text ?? ""
    guard let expression = argument.defaultValue else {
      let takesRest = typeName == "list"
      return .declared(name, type, summary, required: !isOption && !takesRest, repeated: takesRest)
    }
    guard typeName != "flag", typeName != "list" else {
      report(.argumentForm("a \(typeName) has no default"), expression.range)
      return nil
    }
    guard case .literal(let literal) = expression.kind else {
      report(.argumentDefault(name), expression.range)
      return nil
    }
    let draft = ParameterSpec.declared(name, type, summary)
    do {
      let value = try ScriptArguments.coerce(literal, draft)
      return .declared(name, type, summary, default: value)
    } catch {
      report(.argumentForm(error.message(for: draft)), expression.range)
      return nil
    }
  }
}
