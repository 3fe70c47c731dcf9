import HydraDiagnostics

extension Compiler {
  mutating func compile(_ expression: Expression) {
    let range = expression.range
    switch expression.kind {
    case .literal(let value): compile(literal: value, range)
    case .interpolated(let parts): compile(parts: parts, range, isBare: false)
    case .variable(let name):
      guard let slot = slot(of: name) else {
        report(.unknownVariable(name, known: visibleVariables), range)
        builder.emit(.null, range)
        return
      }
      load(slot, range)
    case .list(let elements):
      for element in elements { compile(element) }
      builder.emit(.makeList(Int32(elements.count)), range)
    case .record(let fields): compile(record: fields, range)
    case .computedRecord(let fields):
      for (key, value) in fields {
        compile(key)
        compile(value)
      }
      builder.emit(.makeComputedRecord(Int32(fields.count)), range)
    case .range(let first, let last):
      compile(first)
      compile(last)
      builder.emit(.makeRange, range)
    case .unary(let op, let operand):
      compile(operand)
      builder.emit(op == .minus ? .negate : .not, range)
    case .binary(let op, let left, let right):
      // What stands in a slot is read when the operator runs: behind a call it could be another value by then.
      let early = right.isPlain ? operand(left) : nil
      if early == nil { compile(left) }
      let late = operand(right)
      if late == nil { compile(right) }
      builder.emit(.binary(left: early ?? .stack, right: late ?? .stack, op), range)
    case .and(let left, let right): compileShort(left, right, .jumpIfFalseKeeping(0), range)
    case .or(let left, let right): compileShort(left, right, .jumpIfTrueKeeping(0), range)
    case .member(let base, let name):
      compile(base)
      builder.emit(.member(name: environment.pools.name(name.text)), base.range.union(name.range))
    case .index(let base, let index):
      compile(base)
      compile(index)
      builder.emit(.index, range)
    case .call(let name, let arguments): compile(call: name, arguments, range)
    case .command(let node): compile(command: node, shows: false)
    case .invalid: builder.emit(.null, range)
    }
  }

  /// The operand that needs no operation to be loaded; nil for what has to be computed, and for what may have no value yet,
  /// so that the error points at it.
  private func operand(_ expression: Expression) -> Operand? {
    switch expression.kind {
    case .literal(.int(let number)): return .int(number)
    case .variable(let name):
      if case .local(let slot)? = builder.local(name) { return .local(slot) }
      guard builder.isMain, let slot = environment.globals[name], declaration(ofGlobal: slot) != nil else { return nil }
      return .global(slot)
    default: return nil
    }
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

  private mutating func compile(record fields: [(Name, Expression)], _ range: SourceRange) {
    var keys: [String] = []
    for (name, value) in fields {
      if keys.contains(name.text) { report(.duplicateKey(name.text), name.range) }
      keys.append(name.text)
      compile(value)
    }
    builder.emit(.makeRecord(shape: environment.pools.shape(keys)), range)
  }

  private mutating func compileShort(_ left: Expression, _ right: Expression, _ jump: Op, _ range: SourceRange) {
    compile(left)
    let over = builder.emit(jump, range)
    compile(right)
    builder.patch(over)
  }

  // MARK: Calls

  private mutating func compile(call name: Name, _ arguments: [Expression.Argument], _ range: SourceRange) {
    if let spec = FunctionTable.function(name.text) {
      compile(spec, name, arguments, range)
    } else if environment.definitions[name.text] != nil {
      for argument in arguments { compile(argument: argument, of: name) }
      finishCall(name, count: arguments.count, range)
    } else {
      undefined.append(UndefinedName(name: name, isCommand: false))
      for argument in arguments { compile(argument: argument, of: name) }
    }
  }

  private mutating func compile(
    _ spec: FunctionSpec, _ name: Name, _ arguments: [Expression.Argument], _ range: SourceRange
  ) {
    if !spec.arity.contains(arguments.count) {
      report(
        .wrongArgumentCount(name: name.text, usage: spec.usage, expected: spec.arity, actual: arguments.count),
        name.range)
    }
    if let id = spec.each, arguments.count == 2 {
      compile(each: id, name, arguments, range)
      return
    }
    for argument in arguments { compile(argument: argument, of: name) }
    let count = UInt8(clamping: arguments.count)
    switch spec.target {
    case .query(let id): builder.emit(.query(id, arguments: count), range)
    case .function(let id): builder.emit(.library(id, arguments: count), range)
    case .each: break
    }
  }

  private mutating func compile(argument: Expression.Argument, of name: Name) {
    switch argument {
    case .value(let value): compile(value)
    case .word(let text, let range):
      if slot(of: text) != nil { report(.wordIsVariable(text), range) }
      builder.emit(.constant(environment.pools.constant(.string(text))), range)
    case .each(let parameter, _): report(.unexpectedEach(name.text), parameter.range)
    }
  }

  // MARK: Forms over elements

  /// `filter(list, x => …)` and its like become loops in place: no closures, and queries in them work as anywhere.
  private mutating func compile(
    each id: EachID, _ name: Name, _ arguments: [Expression.Argument], _ range: SourceRange
  ) {
    guard arguments.count == 2, case .value(let list) = arguments[0] else { return }
    guard case .each(let parameter, let body) = arguments[1] else {
      report(.eachWithoutFunction(name.text), arguments[1].range)
      return
    }
    let mark = builder.localMark
    compile(list)
    let iterator = builder.newLocal()
    _ = builder.newLocal()
    let result = builder.newLocal()
    builder.emit(.forPrepare(iterator, pairs: false), list.range)
    emitStart(of: id, range)
    builder.emit(.storeLocal(result), range)
    builder.scopes.append([:])
    let element = builder.declareLocal(parameter.text)
    let start = builder.position
    let next = builder.emit(.forNext(slot: iterator, end: 0), list.range)
    builder.emit(.storeLocal(element), parameter.range)
    compile(body)
    let exits = emitStep(of: id, element: element, result: result, start: start, body.range)
    builder.emit(.loop(Int32(start)), range)
    builder.patch(next)
    for exit in exits { builder.patch(exit) }
    if id.isByKey { builder.emit(.loadLocal(iterator), list.range) }
    builder.emit(.loadLocal(result), range)
    if id.isByKey { builder.emit(.byKey(id), range) }
    builder.scopes.removeLast()
    builder.releaseLocals(to: mark)
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

  /// What happens with the value for one element; answers jumps out of the loop.
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
