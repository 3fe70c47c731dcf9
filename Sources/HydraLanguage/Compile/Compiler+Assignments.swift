import HydraDiagnostics

/// `set`: a variable gets a value, or a part of what it holds does, in place.
extension Compiler {
  mutating func compileSet(_ place: Statement.Place, _ value: Expression, _ range: SourceRange) {
    guard let slot = slot(of: place.name.text) else {
      report(.unknownVariable(place.name.text, known: visibleVariables), place.name.range)
      for case .index(let index) in place.path { compile(index) }
      compile(value)
      return
    }
    if builder.isOutsideBranch(place.name.text) { report(.setInParallel(place.name.text), place.name.range) }
    let appended = pushed(onto: place, value)
    guard !place.path.isEmpty else {
      let type = compile(appended ?? value)
      if appended == nil {
        store(slot, range)
        setType(of: slot, type)
      } else {
        append(to: slot, value.range)
        let before = self.type(of: slot)
        if !before.may(be: ValueType.sequence.kinds) {
          report(.wrongArgument("push", expected: .sequence, before), value.range, relying: before.relies)
        }
        setType(of: slot, .list(of: before.element | type))
      }
      return
    }
    // What is in it may be anything from now on.
    setType(of: slot, ValueType(type(of: slot).kinds, relies: type(of: slot).relies))
    for step in place.path {
      switch step {
      case .member(let name): builder.emit(.constant(environment.pools.constant(.string(name.text))), name.range)
      case .index(let index):
        if case .range = index.kind { report(.setOfSlice, index.range) }
        compile(index)
      }
    }
    compile(appended ?? value)
    // A chain of steps is bounded as the nesting of an expression is.
    let assignment = Assignment(steps: UInt16(clamping: place.path.count), appends: appended != nil)
    switch slot {
    case .local(let number): builder.emit(.assign(slot: Int32(number), assignment), place.range)
    case .global(let number): builder.emit(.assignGlobal(slot: Int32(number), assignment), place.range)
    }
  }

  private mutating func append(to slot: Slot, _ range: SourceRange) {
    switch slot {
    case .local(let number): builder.emit(.append(slot: Int32(number)), range)
    case .global(let number): builder.emit(.appendGlobal(slot: Int32(number)), range)
    }
  }

  /// What `set x = push(x, value)` appends, nil for any other value: the list grows in place then. Copied each time, a list
  /// of many elements would take their square in time.
  private func pushed(onto place: Statement.Place, _ value: Expression) -> Expression? {
    guard case .call(let function, let arguments) = value.kind, arguments.count == 2,
      FunctionTable.function(function.text)?.target == .function(.push), case .value(let list) = arguments[0],
      case .value(let element) = arguments[1], element.isPlain, Self.isSame(place.path[...], place.name, list)
    else { return nil }
    return element
  }

  /// Whether `expression` is plainly the place of `path` in `variable`.
  private static func isSame(
    _ path: ArraySlice<Statement.Place.Step>, _ variable: Name, _ expression: Expression
  ) -> Bool {
    switch (path.last, expression.kind) {
    case (nil, .variable(variable.text)): true
    case (.member(let name)?, .member(let base, let member)):
      name.text == member.text && isSame(path.dropLast(), variable, base)
    case (.index(let index)?, .index(let base, let other)):
      isSame(index, other) && isSame(path.dropLast(), variable, base)
    default: false
    }
  }

  private static func isSame(_ left: Expression, _ right: Expression) -> Bool {
    switch (left.kind, right.kind) {
    case (.literal(let a), .literal(let b)): a == b
    case (.variable(let a), .variable(let b)): a == b
    case (.member(let a, let first), .member(let b, let second)): first.text == second.text && isSame(a, b)
    default: false
    }
  }
}
