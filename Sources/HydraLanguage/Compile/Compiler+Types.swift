import HydraDiagnostics

/// What is known of values before anything runs, and what can't succeed because of it.
extension Compiler {
  // MARK: Variables

  /// The bit of a global variable among those that knowledge relies on.
  static func bit(_ slot: Int) -> UInt64 { 1 << UInt64(slot & 63) }

  /// What is known of a variable here.
  func type(of slot: Slot) -> ValueType {
    switch slot {
    case .local(let number): return builder.type(ofLocal: number)
    case .global(let number):
      guard number < globalTypes.count, let type = globalTypes[number] else { return .any }
      return type.relying(on: Self.bit(number))
    }
  }

  /// A variable has got a value of `type`.
  mutating func setType(of slot: Slot, _ type: ValueType) {
    switch slot {
    case .local(let number): builder.setType(ofLocal: number, type)
    case .global(let number):
      while globalTypes.count <= number { globalTypes.append(nil) }
      globalTypes[number] = type
      guard builder.isMain else { return }
      while allGlobalTypes.count <= number { allGlobalTypes.append(nil) }
      allGlobalTypes[number] = allGlobalTypes[number].map { $0 | type } ?? type
    }
  }

  /// These variables may have got any value.
  mutating func forget(_ names: [String]) {
    for name in names {
      switch slot(of: name) {
      case .local(let number)?: builder.setType(ofLocal: number, .any)
      case .global(let number)?: if number < globalTypes.count { globalTypes[number] = nil }
      case nil: break
      }
    }
  }

  // MARK: Problems

  /// Reports what relies on the values of global variables: not before it is known that no definition changes them.
  mutating func report(_ problem: CheckProblem, _ range: SourceRange, relying relies: UInt64) {
    if relies == 0 {
      report(problem, range)
    } else if held.count < Parser.maximumErrors {
      held.append((problem.diagnostic(at: range), relies))
    }
  }

  // MARK: Operations

  /// What an operator gives; `mustHold` says that nothing but true will do.
  mutating func check(
    _ op: BinaryOperator, _ left: Expression, _ leftType: ValueType, _ right: Expression, _ rightType: ValueType,
    _ range: SourceRange, mustHold: Bool = false
  ) -> ValueType {
    let relies = leftType.relies | rightType.relies
    guard let result = TypeRules.binary(op, leftType, rightType) else {
      report(.cantApply(op, leftType, rightType), range, relying: relies)
      return .any
    }
    switch op {
    case .equal, .notEqual:
      if !TypeRules.mayBeEqual(leftType, rightType) {
        report(.neverEqual(op, leftType, rightType, mustHold: mustHold && op == .equal), range, relying: relies)
      } else {
        check(word: right, of: leftType)
        check(word: left, of: rightType)
      }
    case .contained:
      if rightType.kinds == .list, let element = rightType.content?.element, !TypeRules.mayBeEqual(leftType, element) {
        report(.neverIn(leftType, element, mustHold: mustHold), range, relying: relies)
      }
      if case .list(let words) = right.kind { for word in words { check(word: word, of: leftType) } }
    default: break
    }
    return result
  }

  /// A text that is written out is compared with something that is one of a few words.
  private mutating func check(word: Expression, of type: ValueType) {
    guard let text = word.text, type.kinds.subtracting(.null) == .string, let words = type.content?.words,
      !words.contains(text)
    else { return }
    report(.neverWord(text, words), word.range, relying: type.relies)
  }

  mutating func check(member name: Name, of base: ValueType) -> ValueType {
    if let type = TypeRules.member(base, name.text) { return type }
    report(.noMember(name.text, of: base), name.range, relying: base.relies)
    return .any
  }

  mutating func check(
    _ index: Expression, _ indexType: ValueType, of base: ValueType, _ range: SourceRange
  ) -> ValueType {
    if let type = TypeRules.element(base, indexType, key: index.text) { return type }
    if base.kinds.subtracting(.null) == .record, let key = index.text {
      report(.noMember(key, of: base), index.range, relying: base.relies)
    } else {
      report(.noElement(indexType, of: base), range, relying: base.relies | indexType.relies)
    }
    return .any
  }

  mutating func check(
    arguments: [ValueType], ranges: [SourceRange], _ signature: FunctionSignature, of function: Name
  ) {
    for ((type, expected), range) in zip(zip(arguments, signature.takes), ranges) where !type.may(be: expected.kinds) {
      report(.wrongArgument(function.text, expected: expected, type), range, relying: type.relies)
    }
  }
}

extension Compiler {
  /// The record of options that is the last argument of a call of `function`.
  mutating func check(
    options: Expression.Argument?, _ type: ValueType?, _ signature: FunctionSignature, of function: Name
  ) {
    guard !signature.options.isEmpty, case .value(let record)? = options, let type, let given = type.content?.fields
    else { return }
    let written: [(Name, Expression)] = if case .record(let fields) = record.kind { fields } else { [] }
    for field in given {
      let place = written.first { $0.0.text == field.key }
      guard let known = signature.options.first(where: { $0.key == field.key }) else {
        let range = place?.0.range ?? record.range
        report(
          .unknownOption(field.key, of: function.text, known: signature.options.map(\.key)), range, relying: type.relies
        )
        continue
      }
      let range = place?.1.range ?? record.range
      if !field.type.may(be: known.type.kinds) {
        let expected = known.type.without(.null) ?? known.type
        report(
          .wrongOption(field.key, of: function.text, expected.article, field.type.article), range, relying: type.relies)
      } else if let words = known.type.content?.words, let text = place?.1.text, !words.contains(text.uppercased()) {
        report(.wrongOption(field.key, of: function.text, Wording.choice(words), "'\(Wording.short(text))'"), range)
      } else if known.type.kinds.subtracting(.null) == .duration,
        case .literal(.duration(let length))? = place?.1.kind, !QueryID.timeouts.contains(length)
      {
        let actual = "duration \(Value.duration(length).source)"
        report(.wrongOption(field.key, of: function.text, QueryID.timeoutLabel, actual), range)
      }
    }
  }
}

extension FunctionBuilder {
  /// Forgets what is known of all variables; returns what was.
  mutating func forgetTypes(globals: inout [ValueType?]) -> ([ValueType], [ValueType?]) {
    let before = (localTypes, globals)
    localTypes = []
    globals = []
    return before
  }

  mutating func restoreTypes(_ types: [ValueType]) { localTypes = types }
}

extension Program.Function {
  /// The global variables that it changes, as ``Compiler/unstable`` has them.
  var changedGlobals: UInt64 {
    code.reduce(0) { bits, operation in
      switch operation {
      case .storeGlobal(let slot), .appendGlobal(let slot), .assignGlobal(let slot, _): bits | Compiler.bit(Int(slot))
      default: bits
      }
    }
  }
}
