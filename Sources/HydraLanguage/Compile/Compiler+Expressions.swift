import HydraDiagnostics

extension Compiler {
  /// Emits what computes the expression, and returns what is known of its value.
  @discardableResult mutating func compile(_ expression: Expression) -> ValueType {
    let range = expression.range
    switch expression.kind {
    case .literal(let value):
      compile(literal: value, range)
      return ValueType(of: value)
    case .interpolated(let parts): return compile(parts: parts, range, isBare: false)
    case .variable(let name):
      guard let slot = slot(of: name) else {
        report(.unknownVariable(name, known: visibleVariables), range)
        builder.emit(.null, range)
        return .any
      }
      load(slot, range)
      return type(of: slot)
    case .list(let elements):
      let element = compileElements(elements)
      builder.emit(.makeList(Int32(elements.count)), range)
      return element.map { .list(of: $0) } ?? .list
    case .record(let fields): return compile(record: fields, range)
    case .computedRecord(let fields):
      for (key, value) in fields {
        let type = compile(key)
        if !type.may(be: .string) {
          report(.wrongType(expected: "a string as a key", type), key.range, relying: type.relies)
        }
        compile(value)
      }
      builder.emit(.makeComputedRecord(Int32(fields.count)), range)
      return .record
    case .range(let first, let last):
      for end in [first, last] {
        let type = compile(end)
        if !type.may(be: .int) { report(.wrongType(expected: "an int", type), end.range, relying: type.relies) }
      }
      builder.emit(.makeRange, range)
      return .range
    case .unary(let op, let operand):
      let type = op == .not ? compile(condition: operand) : compile(operand)
      builder.emit(op == .minus ? .negate : .not, range)
      if op == .not { return .bool }
      if let result = TypeRules.negated(type) { return result }
      report(.cantNegate(type), range, relying: type.relies)
      return .any
    case .binary(let op, let left, let right):
      // A slot is read when the operator runs: after a call it could hold another value.
      let early = right.isPlain ? operand(left) : nil
      let leftType = early?.type ?? compile(left)
      let late = operand(right)
      let rightType = late?.type ?? compile(right)
      builder.emit(.binary(left: early?.operand ?? .stack, right: late?.operand ?? .stack, op), range)
      return check(op, left, leftType, right, rightType, range)
    case .and(let left, let right): return compileShort(left, right, isAnd: true, range)
    case .or(let left, let right): return compileShort(left, right, isAnd: false, range)
    case .member(let base, let name):
      let type = compile(base)
      builder.emit(.member(name: environment.pools.name(name.text)), base.range.union(name.range))
      return check(member: name, of: type)
    case .index(let base, let index):
      let baseType = compile(base)
      let indexType = compile(index)
      builder.emit(.index, range)
      return check(index, indexType, of: baseType, range)
    case .call(let name, let arguments): return compile(call: name, arguments, range)
    case .command(let node): return compile(command: node, shows: false)
    case .invalid:
      builder.emit(.null, range)
      return .any
    }
  }

  /// Emits the elements of a list; returns what is known of all of them, nil when there are none.
  private mutating func compileElements(_ elements: [Expression]) -> ValueType? {
    var all: ValueType?
    for element in elements {
      let type = compile(element)
      all = all.map { $0 | type } ?? type
    }
    return all
  }

  /// The operand that needs no operation to be loaded, with what is known of it; nil for what has to be computed, and for
  /// what may have no value yet, so that the error points at it.
  private func operand(_ expression: Expression) -> (operand: Operand, type: ValueType)? {
    let found: Operand?
    let type: ValueType
    switch expression.kind {
    case .literal(.int(let number)):
      found = .int(number)
      type = .int
    case .variable(let name):
      if case .local(let slot)? = builder.local(name) {
        found = .local(slot)
        type = builder.type(ofLocal: slot)
      } else if builder.isMain, let slot = environment.globals[name], declaration(ofGlobal: slot) != nil {
        found = .global(slot)
        type = self.type(of: .global(slot))
      } else {
        return nil
      }
    default: return nil
    }
    return found.map { ($0, type) }
  }

  private mutating func compile(literal: Value, _ range: SourceRange) {
    switch literal {
    case .null: builder.emit(.null, range)
    case .bool(let value): builder.emit(.bool(value), range)
    case .int(let number):
      if let small = Int32(exactly: number) {
        builder.emit(.int(small), range)
      } else {
        builder.emit(.constant(environment.pools.constant(literal)), range)
      }
    default: builder.emit(.constant(environment.pools.constant(literal)), range)
    }
  }

  private mutating func compile(record fields: [(Name, Expression)], _ range: SourceRange) -> ValueType {
    var keys: [String] = []
    var types: [(String, ValueType)] = []
    for (name, value) in fields {
      if keys.contains(where: { Text.same($0, name.text) }) { report(.duplicateKey(name.text), name.range) }
      keys.append(name.text)
      types.append((name.text, compile(value)))
    }
    builder.emit(.makeRecord(shape: environment.pools.shape(keys)), range)
    return .record(types)
  }

  private mutating func compileShort(
    _ left: Expression, _ right: Expression, isAnd: Bool, _ range: SourceRange
  ) -> ValueType {
    let leftType = compile(left)
    let over = builder.emit(isAnd ? .jumpIfFalseKeeping(0) : .jumpIfTrueKeeping(0), range)
    let rightType = compile(right)
    builder.patch(over)
    return isAnd ? TypeRules.and(leftType, rightType) : TypeRules.or(leftType, rightType)
  }

  // MARK: Calls

  private mutating func compile(
    call name: Name, _ arguments: [Expression.Argument], _ range: SourceRange
  ) -> ValueType {
    if let spec = FunctionTable.function(name.text) { return compile(spec, name, arguments, range) }
    for argument in arguments { compile(argument: argument, of: name) }
    if environment.definitions[name.text] != nil {
      finishCall(name, count: arguments.count, range)
    } else {
      undefined.append(UndefinedName(name: name, isCommand: false))
    }
    return .any
  }

  private mutating func compile(
    _ spec: FunctionSpec, _ name: Name, _ arguments: [Expression.Argument], _ range: SourceRange
  ) -> ValueType {
    if !spec.arity.contains(arguments.count) {
      report(
        .wrongArgumentCount(name: name.text, usage: spec.usage, expected: spec.arity, actual: arguments.count),
        name.range)
    }
    if let id = spec.each, arguments.count == 2 {
      return compile(each: id, spec, name, arguments, range)
    }
    let types = arguments.map { compile(argument: $0, of: name) }
    let count = UInt8(clamping: arguments.count)
    switch spec.target {
    case .query(let id): builder.emit(.query(id, arguments: count), range)
    case .function(let id): builder.emit(.library(id, arguments: count), range)
    case .each: break
    }
    let signature = spec.signature
    if spec.arity.contains(arguments.count) {
      check(arguments: types, ranges: arguments.map(\.range), signature, of: name)
      if arguments.count == spec.arity.upperBound { check(options: arguments.last, types.last, signature, of: name) }
    }
    if case .query(.http) = spec.target, let (text, place) = arguments.first?.text, !QueryID.mayBeURL(text) {
      report(.notURL(text), place)
    }
    if let kind = spec.completion, let (text, place) = arguments.first?.text,
      let problem = validator?.problem(ofName: text, kind, at: place)
    {
      report(problem)
    }
    return signature.result.type(types, body: nil)
  }

  @discardableResult
  private mutating func compile(argument: Expression.Argument, of name: Name) -> ValueType {
    switch argument {
    case .value(let value): return compile(value)
    case .word(let text, let range):
      if slot(of: text) != nil { report(.wordIsVariable(text), range) }
      builder.emit(.constant(environment.pools.constant(.string(text))), range)
      return .string
    case .each(let parameter, _):
      report(.unexpectedEach(name.text), parameter.range)
      return .any
    }
  }

  // MARK: Forms over elements

  /// `filter(list, x => …)` and its like become loops in place: no closures, and queries in them work as anywhere.
  private mutating func compile(
    each id: EachID, _ spec: FunctionSpec, _ name: Name, _ arguments: [Expression.Argument], _ range: SourceRange
  ) -> ValueType {
    guard arguments.count == 2, case .value(let list) = arguments[0] else { return .any }
    guard case .each(let parameter, let body) = arguments[1] else {
      report(.eachWithoutFunction(name.text), arguments[1].range)
      return .any
    }
    let mark = builder.localMark
    let signature = id.signature
    let listType = compile(list)
    check(arguments: [listType], ranges: [list.range], signature, of: name)
    let iterator = builder.newLocal()
    _ = builder.newLocal()
    let result = builder.newLocal()
    builder.emit(.forPrepare(iterator, pairs: false), list.range)
    emitStart(of: id, range)
    builder.emit(.storeLocal(result), range)
    builder.scopes.append([:])
    let element = builder.declareLocal(parameter.text, listType.element)
    let start = builder.position
    let next = builder.emit(.forNext(slot: iterator, end: 0), list.range)
    builder.emit(.storeLocal(element), parameter.range)
    let bodyType = id == .map || id.isByKey ? compile(body) : compile(condition: body)
    let exits = emitStep(of: id, element: element, result: result, start: start, body.range)
    builder.emit(.loop(Int32(start)), range)
    builder.patch(next)
    for exit in exits { builder.patch(exit) }
    if id.isByKey { builder.emit(.loadLocal(iterator), list.range) }
    builder.emit(.loadLocal(result), range)
    if id.isByKey { builder.emit(.byKey(id), range) }
    builder.scopes.removeLast()
    builder.releaseLocals(to: mark)
    return signature.result.type([listType], body: bodyType)
  }

  /// What the result is before the first element.
  private mutating func emitStart(of id: EachID, _ range: SourceRange) {
    switch id {
    case .filter, .map, .sort, .sum, .min, .max, .groupBy: builder.emit(.makeList(0), range)
    case .any: builder.emit(.bool(false), range)
    case .all: builder.emit(.bool(true), range)
    case .find: builder.emit(.null, range)
    case .count: builder.emit(.int(0), range)
    }
  }

  /// What happens with the value for one element; returns the jumps out of the loop.
  private mutating func emitStep(
    of id: EachID, element: Int32, result: Int32, start: Int, _ range: SourceRange
  ) -> [Int] {
    if id == .map || id.isByKey {
      builder.emit(.append(slot: result), range)
      return []
    }
    let skip = builder.emit(id == .all ? .jumpIfTrue(0) : .jumpIfFalse(0), range)
    var exits: [Int] = []
    switch id {
    case .filter:
      builder.emit(.loadLocal(element), range)
      builder.emit(.append(slot: result), range)
    case .count: builder.emit(.increment(slot: result), range)
    case .find:
      builder.emit(.loadLocal(element), range)
      builder.emit(.storeLocal(result), range)
      exits.append(builder.emit(.jump(0), range))
    case .any, .all:
      builder.emit(.bool(id == .any), range)
      builder.emit(.storeLocal(result), range)
      exits.append(builder.emit(.jump(0), range))
    case .map, .sort, .sum, .min, .max, .groupBy: break
    }
    builder.patch(skip, to: start)
    return exits
  }
}

extension EachID {
  /// Whether the expression gives a key for each element, and what comes out is known when all keys are.
  fileprivate var isByKey: Bool {
    switch self {
    case .sort, .sum, .min, .max, .groupBy: true
    case .filter, .map, .any, .all, .find, .count: false
    }
  }
}

extension Expression {
  /// Whether computing it changes no variable: no call of a definition is in it, and no command, which may be one.
  var isPlain: Bool {
    switch kind {
    case .literal, .variable: true
    case .binary(_, let left, let right), .range(let left, let right), .index(let left, let right):
      right.isPlain && left.isPlain
    case .and(let left, let right), .or(let left, let right): right.isPlain && left.isPlain
    case .unary(_, let operand), .member(let operand, _): operand.isPlain
    case .list(let elements): elements.allSatisfy(\.isPlain)
    case .record(let fields): fields.allSatisfy(\.1.isPlain)
    case .computedRecord(let fields): fields.allSatisfy { $0.0.isPlain && $0.1.isPlain }
    case .interpolated(let parts):
      parts.allSatisfy { if case .value(let value, _) = $0 { value.isPlain } else { true } }
    case .call(let name, let arguments):
      FunctionTable.function(name.text) != nil
        && arguments.allSatisfy { if case .value(let value) = $0 { value.isPlain } else { false } }
    case .command, .invalid: false
    }
  }
}
