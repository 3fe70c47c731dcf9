import HydraDiagnostics

/// A definition of the text, and what its body may refer to.
struct PendingDefinition {
  let definition: Statement.Definition
  /// The number of its function; nil when the name is not its own.
  let function: Int?
  /// How many global slots there were: it sees the variables above it.
  let visibleGlobals: Int
}

/// A called name that nothing above has: that of a definition further down, or of nothing.
struct UndefinedName {
  let name: Name
  /// Whether it is called as a command, not as a function.
  let isCommand: Bool
  /// What to write instead, when it is a habit from elsewhere.
  var remedy: String?
}

extension Compiler {
  /// Makes a definition known to the text below it and to every other definition. Its body is compiled when all are known.
  mutating func define(_ definition: Statement.Definition) {
    let name = definition.name
    var function: Int?
    if CommandTable.nouns.contains(name.text) || FunctionTable.function(name.text) != nil {
      report(.definitionNameTaken(name.text), name.range)
    } else if let earlier = definitionRanges[name.text] {
      report(.duplicateDefinition(name.text), name.range, notes: [.init("it is defined here first", range: earlier)])
    } else {
      let number = environment.functions.count
      environment.definitions[name.text] = DefinitionInfo(
        index: number, parameters: definition.parameters.map(\.name.text), required: definition.required)
      environment.functions.append(
        Program.Function(
          name: name.text, code: [], ranges: [], localCount: 0, entries: [0], required: definition.required,
          parameterCount: definition.parameters.count))
      definitionRanges[name.text] = name.range
      function = number
    }
    for name in definition.body.assigned { if let slot = environment.globals[name] { unstable |= Self.bit(slot) } }
    definitions.append(
      PendingDefinition(
        definition: definition, function: function, visibleGlobals: environment.globalNames.count))
  }

  /// Compiles the bodies of the definitions.
  mutating func compileBodies() {
    for pending in definitions {
      // At the prompt a definition is called later, when they may have other values.
      globalTypes = isPrompt ? [] : allGlobalTypes
      guard let function = pending.function else { continue }
      visibleGlobals = pending.visibleGlobals
      environment.functions[function] = compile(pending.definition)
    }
    visibleGlobals = .max
  }

  private mutating func compile(_ definition: Statement.Definition) -> Program.Function {
    let outer = builder
    defer { builder = outer }
    builder = FunctionBuilder(name: definition.name.text, isMain: false)
    builder.scopes.append([:])
    let entries = compileParameters(definition.parameters, required: definition.required)
    compile(block: definition.body)
    let end = definition.body.range.endPoint
    builder.emit(.null, end)
    builder.emit(.unwind(0), end)
    builder.emit(.returnValue, end)
    return builder.build(
      required: definition.required, parameterCount: definition.parameters.count, entries: entries)
  }

  /// Declares the parameters and computes the defaults; returns where to start for each number of arguments given.
  private mutating func compileParameters(_ parameters: [Statement.Parameter], required: Int) -> [Int] {
    var entries: [Int] = []
    // All slots first: arguments arrive in the first slots, whatever the defaults need for themselves.
    let slots = parameters.map { parameter in
      if builder.scopes.last?[parameter.name.text] != nil {
        report(.duplicateParameter(parameter.name.text), parameter.name.range)
      }
      return builder.declareLocal(parameter.name.text)
    }
    for (index, parameter) in parameters.enumerated() where index >= required {
      entries.append(builder.position)
      guard let value = parameter.defaultValue else {
        report(.parameterOrder(parameter.name.text), parameter.name.range)
        continue
      }
      compile(value)
      builder.emit(.storeLocal(slots[index]), parameter.name.range)
    }
    entries.append(builder.position)
    return entries
  }

  /// Reports the called names that nothing above has, now that all definitions are known.
  mutating func reportUndefined() {
    for call in undefined {
      let name = call.name
      if environment.definitions[name.text] != nil {
        report(.definitionBeforeUse(name.text), name.range)
        calls[nil, default: []].insert(name.text)
      } else if call.isCommand {
        let known = CommandTable.nouns + environment.definitionNames + Keyword.statements.map(\.rawValue)
        diagnostics.append(
          CommandProblem.unknownCommand(name.text, known: known, remedy: call.remedy).diagnostic(at: name.range))
      } else {
        let known = FunctionTable.functions.map(\.name) + environment.definitionNames
        report(.unknownFunction(name.text, known: known), name.range)
      }
    }
  }

  /// A definition that nothing that runs ever calls is most often a mistyped one; an included file is there for others as well.
  mutating func reportUnused(in file: Int32) {
    var reached: Set<String> = []
    var waiting = calls[nil] ?? []
    while let name = waiting.popFirst() {
      if reached.insert(name).inserted { waiting.formUnion(calls[name] ?? []) }
    }
    for name in definitions.map(\.definition.name) where name.range.file == file && !reached.contains(name.text) {
      report(.unusedDefinition(name.text), name.range)
    }
  }
}
