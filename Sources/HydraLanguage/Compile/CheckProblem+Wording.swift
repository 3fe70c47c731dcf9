import HydraDiagnostics

extension CheckProblem {
  /// The problem as a diagnostic at `range`.
  func diagnostic(at range: SourceRange, notes: [Diagnostic.Note] = []) -> Diagnostic {
    let words = wording
    let severity: Diagnostic.Severity =
      switch self {
      case .unusedDefinition, .unreachable, .wordIsVariable, .neverWord, .uncomputed: .warning
      case .neverEqual(_, _, _, let mustHold), .neverIn(_, _, let mustHold): mustHold ? .error : .warning
      default: .error
      }
    return Diagnostic(
      severity, code: .init(words.code), message: words.message, range: range, notes: notes, remedy: words.remedy)
  }

  private var wording: (code: String, message: String, remedy: String?) {
    switch self {
    case .unknownVariable(let name, let known):
      (
        "unknown-variable", "unknown variable '\(name)'",
        Wording.didYouMean(name, known) ?? Habit.remedy(forVariable: name)
          ?? "define it with 'let \(name) = …', or quote it to mean the text"
      )
    case .unknownFunction(let name, let known):
      ("unknown-function", "unknown function '\(name)'", Wording.didYouMean(name, known))
    case .wrongArgumentCount(let name, let usage, let expected, let actual):
      (
        "argument-count",
        "'\(name)' takes \(Self.count(expected)), \(actual) \(actual == 1 ? "is" : "are") given",
        "usage: \(usage)"
      )
    case .eachWithoutFunction(let name):
      ("each-function", "'\(name)' needs 'x => expression' as its second argument", nil)
    case .unexpectedEach(let name): ("each-function", "'\(name)' takes no 'x => expression'", nil)
    case .duplicateVariable(let name):
      ("duplicate-variable", "'\(name)' is already defined here", "change it with 'set \(name) = …'")
    case .duplicateDefinition(let name): ("duplicate-definition", "'\(name)' is defined twice", nil)
    case .duplicateParameter(let name): ("duplicate-parameter", "parameter '\(name)' is defined twice", nil)
    case .duplicateKey(let name): ("duplicate-key", "'\(name)' is in the record twice", nil)
    case .definitionNameTaken(let name):
      ("name-taken", "'\(name)' is already a command or function", "choose another name")
    case .definitionNotAtTop:
      ("definition-in-block", "a definition must be at the top level of a text, not in a block", nil)
    case .definitionBeforeUse(let name):
      ("definition-below", "'\(name)' is called before it is defined", "move its definition up")
    case .unusedDefinition(let name): ("unused-definition", "'\(name)' is defined but never called", nil)
    case .setInParallel(let name):
      (
        "set-in-parallel", "'\(name)' cannot be changed in a branch of 'parallel'",
        "a branch may read outer variables; define one of its own with 'let'"
      )
    case .changesInParallel(let function, let variable):
      (
        "set-in-parallel", "'\(function)' changes '\(variable)', so it cannot be called in a branch of 'parallel'",
        "pass values as arguments, and change variables outside"
      )
    case .lostInParallel(let word):
      (
        "lost-in-parallel", "this '\(word)' is a branch of its own, so it has no effect on the others",
        "put statements that belong together in braces: parallel { { \(word) … } { … } }"
      )
    case .leavesParallel(let word): ("leaves-parallel", "'\(word)' would leave a branch of 'parallel'", nil)
    case .argsNotFirst:
      ("args", "'args' is allowed only as the first statement of a script", nil)
    case .argumentType(let name):
      (
        "args", "unknown type '\(name)'",
        Wording.didYouMean(name, ScriptArguments.types) ?? "types are \(ScriptArguments.types.joined(separator: ", "))"
      )
    case .argumentDefault(let name): ("args", "the default of '\(name)' is not a literal", nil)
    case .argumentForm(let reason): ("args", reason, nil)
    case .surplusStatement: ("syntax", "unexpected second statement on a command line", "run it with -c 'TEXT'")
    case .setOfSlice:
      ("set-of-slice", "a slice cannot be set", "set one element at a time, or the whole list")
    case .parameterOrder(let name):
      ("parameter-order", "parameter '\(name)' without a default follows one with a default", nil)
    case .outsideLoop(let word): ("outside-loop", "'\(word)' outside a loop", nil)
    case .returnOutsideDefinition: ("outside-definition", "'return' outside a definition", nil)
    case .leavesDefer(let word): ("leaves-defer", "'\(word)' would leave a 'defer' before its end", nil)
    case .deferAtPrompt:
      (
        "defer-at-prompt", "a 'defer' at the prompt would run immediately",
        "put it in a block, a definition or a script"
      )
    case .unreachable(let word): ("unreachable", "this is never reached: it follows '\(word)'", nil)
    case .optionInCall(let name):
      ("option-in-call", "a definition takes no options, but '\(name)' is given", "quote it to mean the text")
    case .uncomputed(let text):
      (
        "not-computed", "'\(Wording.short(text))' is printed as it stands, not computed",
        "write ${\(Wording.short(text))} for the value, or quote it to mean the text"
      )
    case .wordIsVariable(let name):
      (
        "word-is-variable", "'\(name)' is a name here, not the variable",
        "write '$\(name)' for the variable"
      )
    case .literalType(let expected, let actual):
      ("wrong-type", "expected \(expected), found \(actual.typeName) \(Wording.short(actual.source))", nil)
    case .includeNotLiteral: ("include", "the path of an 'include' must be written out, without values", nil)
    case .includeNotAtTop: ("include", "an 'include' must be at the top level of a text, not in a block", nil)
    case .includeUnavailable(let path): ("include", "'\(path)' can't be included here", nil)
    case .includeFailed(let path, let reason): ("include", "'\(path)' can't be read: \(reason)", nil)
    case .includeCycle(let path): ("include-cycle", "'\(path)' includes itself", nil)
    case .includeTooDeep: ("include", "includes are nested more than \(Compiler.maximumIncludes) deep", nil)
    case .shellOnly(let name): ("shell-only", "'\(name)' is for the shell, at its prompt", nil)
    case .wrongType, .wrongArgument, .wrongOperand, .cantApply, .cantNegate, .noMember, .noElement, .notCondition,
      .notSequence, .partOfWord, .neverEqual, .neverIn, .neverWord, .unknownOption, .wrongOption,
      .notURL:
      typeWording
    case .constantCondition(let value):
      (
        "wrong-type", "a condition must be true or false, not \(value.typeName) \(Wording.short(value.source))",
        "compare it with something"
      )
    }
  }

  private static func count(_ range: ClosedRange<Int>) -> String {
    if range.lowerBound == range.upperBound {
      return range.lowerBound == 0 ? "no arguments" : Plural.of(range.lowerBound, "argument")
    }
    return range.upperBound == .max
      ? "at least \(Plural.of(range.lowerBound, "argument"))"
      : "\(range.lowerBound) to \(range.upperBound) arguments"
  }
}
