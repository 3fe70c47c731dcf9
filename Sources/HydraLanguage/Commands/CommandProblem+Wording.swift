import HydraDiagnostics

extension CommandProblem {
  /// The problem as a diagnostic at `range`.
  func diagnostic(at range: SourceRange) -> Diagnostic {
    let words = wording
    return Diagnostic(code: .init(words.code), message: words.message, range: range, remedy: words.remedy)
  }

  private var wording: (code: String, message: String, remedy: String?) {
    switch self {
    case .unknownCommand(let word, let known, let remedy):
      (
        "unknown-command", "unknown command '\(Wording.short(word))'",
        known.contains(word)
          ? "'\(word)' begins a statement: give it to -c, or write it in a script"
          : remedy ?? Wording.didYouMean(word, known) ?? "'help' lists the commands"
      )
    case .commandNotLiteral:
      ("unknown-command", "the first words of a command must be written out, without values", nil)
    case .missingVerb(let noun):
      (
        "missing-verb", "'\(noun)' needs a verb",
        "expected \(Wording.choice(CommandTable.verbs(of: noun)))"
      )
    case .unknownVerb(let verb, let noun):
      (
        "unknown-verb", "unknown verb '\(Wording.short(verb))' of '\(noun)'",
        Habit.remedy(forVerb: verb, of: noun) ?? Wording.didYouMean(verb, CommandTable.verbs(of: noun))
          ?? "expected \(Wording.choice(CommandTable.verbs(of: noun)))"
      )
    case .unknownOption(let name, let spec):
      (
        "unknown-option", "unknown option '\(Wording.short(name))' of '\(spec.name)'",
        Wording.didYouMean(name, spec.allOptions.map(\.name)) ?? Self.options(of: spec)
      )
    case .shortOption(let name, let spec):
      (
        "unknown-option", "unknown option '\(Wording.short(name))' of '\(spec.name)'",
        Wording.didYouMean("-" + name, spec.allOptions.map(\.name))
          ?? "options begin with '--'; quote it to mean the text"
      )
    case .missingValue(let option):
      ("missing-value", "option '\(option.name)' needs a value", "expected \(option.type.label)")
    case .flagWithValue(let option): ("surplus-value", "option '\(option.name)' takes no value", nil)
    case .repeatedOption(let option): ("repeated-option", "option '\(option.name)' is given twice", nil)
    case .surplusArgument(let text, let spec):
      ("surplus-argument", "unexpected argument '\(Wording.short(text))' of '\(spec.name)'", "usage: \(spec.usage)")
    case .surplusRest(let spec):
      ("surplus-argument", "'\(spec.name)' takes nothing after '--'", "usage: \(spec.usage)")
    case .missingArguments(let missing, let spec):
      (
        "missing-argument", "'\(spec.name)' needs \(Self.list(missing))",
        "usage: \(spec.usage)"
      )
    case .badValue(let parameter, let problem):
      ("bad-value", problem.message(for: parameter), problem.remedy)
    }
  }

  private static func list(_ missing: [ParameterSpec]) -> String {
    let names = missing.map(\.name)
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + last
  }

  private static func options(of spec: CommandSpec) -> String {
    let own = spec.options.map(\.name)
    return own.isEmpty
      ? "it has only the options common to all commands: \(CommandTable.globalOptions.map(\.name).joined(separator: ", "))"
      : "its options are \(own.joined(separator: ", "))"
  }
}

extension CoercionProblem {
  /// The problem in words. A secret value is never repeated.
  public func message(for parameter: ParameterSpec) -> String {
    func quote(_ text: String) -> String { parameter.isSecret ? "a hidden value" : "'\(Wording.short(text))'" }
    switch self {
    case .expected(let type, let actual):
      let kind =
        switch actual {
        case .string: ""
        default: "\(actual.typeName) "
        }
      return "\(parameter.name) is \(kind)\(quote(actual.text)), expected \(type.label)"
    case .outOfRange(let type, let actual):
      return "\(parameter.name) is \(quote(actual.text)), expected \(type.label)"
    case .tooLarge(let text): return "\(parameter.name) is \(quote(text)), which is too large"
    case .notAChoice(let words, let actual):
      return "\(parameter.name) is \(quote(actual)), expected \(Wording.choice(words))"
    case .empty: return "\(parameter.name) is empty"
    }
  }

  /// "did you mean", where a near word is known.
  public var remedy: String? {
    if case .notAChoice(let words, let actual) = self { Wording.didYouMean(actual, words) } else { nil }
  }
}
