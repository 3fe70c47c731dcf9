import HydraDiagnostics

extension Compiler {
  /// The statement that follows another, or begins a block.
  mutating func compile(next statement: Statement) {
    if let word = builder.unreachableAfter {
      report(.unreachable(after: word), statement.range)
      builder.unreachableAfter = nil
    }
    compile(statement)
  }

  /// A block with a scope of its own; what it defers runs at its end.
  mutating func compile(block: Block) {
    let depth = builder.unwindDepth
    let mark = builder.localMark
    builder.scopes.append([:])
    for statement in block.statements { compile(next: statement) }
    closeScope(depth: depth, mark: mark, at: block.range.endPoint)
  }

  mutating func closeScope(depth: Int, mark: Int, at range: SourceRange) {
    if builder.unwindDepth > depth { builder.emit(.unwind(Int32(depth)), range) }
    builder.unwindDepth = depth
    builder.scopes.removeLast()
    builder.releaseLocals(to: mark)
    builder.unreachableAfter = nil
  }

  private mutating func compile(_ statement: Statement) {
    let range = statement.range
    switch statement.kind {
    case .command(let node): compile(command: node, shows: true)
    case .expression(let value):
      compile(value)
      builder.emit(.show, range)
    case .letName(let name, let value):
      let type = compile(value)
      declare(name, type, range)
    case .set(let place, let value): compileSet(place, value, range)
    case .ifElse(let branches, let otherwise): compileIf(branches, otherwise)
    case .forIn(let index, let name, let sequence, let block): compileFor(index, name, sequence, block, range)
    case .repeatTimes(let count, let block): compileRepeat(count, block, range)
    case .whileLoop(let condition, let block): compileWhile(condition, block, range)
    case .breakLoop: compileJumpOut("break", range)
    case .continueLoop: compileJumpOut("continue", range)
    case .def(let definition): report(.definitionNotAtTop, definition.name.range)
    case .returnValue(let value): compileReturn(value, range)
    case .parallel(let block): compileParallel(block, range)
    case .parallelFor(let index, let name, let sequence, let block):
      compileParallelFor(index, name, sequence, block, range)
    case .block(let block): compile(block: block)
    case .args: report(.argsNotFirst, range)
    case .fail(let message):
      compile(message)
      builder.emit(.fail, range)
      builder.unreachableAfter = "fail"
    case .tryCatch(let body, let name, let handler): compileTry(body, name, handler, range)
    case .deferred(let block): compileDefer(block, range)
    case .include(let word): report(.includeNotAtTop, word.range)
    case .expect(let expectation): compile(expectation, range)
    case .argument, .invalid: break
    }
  }

  // MARK: Choices and loops

  private mutating func compileIf(_ branches: [Statement.Branch], _ otherwise: Block?) {
    var ends: [Int] = []
    for branch in branches {
      compile(condition: branch.condition)
      let next = builder.emit(.jumpIfFalse(0), branch.condition.range)
      compile(block: branch.block)
      forget(branch.block.assigned)
      ends.append(builder.emit(.jump(0), branch.block.range.endPoint))
      builder.patch(next)
    }
    if let otherwise {
      compile(block: otherwise)
      forget(otherwise.assigned)
    }
    for end in ends { builder.patch(end) }
  }

  /// A condition. What can be neither true nor false is reported here, everything else when it runs.
  @discardableResult mutating func compile(condition: Expression) -> ValueType {
    let type = compile(condition)
    if case .literal(let value) = condition.kind, !value.isCondition {
      report(.constantCondition(value), condition.range)
    } else if !type.may(be: .condition) {
      report(.notCondition(type), condition.range, relying: type.relies)
    }
    return type
  }

  private mutating func compileFor(
    _ index: Name?, _ name: Name, _ sequence: Expression, _ block: Block, _ range: SourceRange
  ) {
    let mark = builder.localMark
    let (start, next) = compileForHead(index, name, sequence, block)
    loopBody(block, continueTarget: start, range)
    builder.patch(next)
    builder.scopes.removeLast()
    patchBreaks()
    builder.releaseLocals(to: mark)
  }

  /// The beginning of a loop over elements, up to the variables of one turn, in a scope of its own: where a turn starts, and
  /// the jump out of the loop.
  mutating func compileForHead(
    _ index: Name?, _ name: Name, _ sequence: Expression, _ block: Block
  ) -> (start: Int, exit: Int) {
    let type = compile(sequence)
    let kinds = index == nil ? ValueType.sequence.kinds : ValueType.sequence.kinds.union(.record)
    if !type.may(be: kinds) { report(.notSequence(type), sequence.range, relying: type.relies) }
    forget(block.assigned)
    let iterator = builder.newLocal()
    _ = builder.newLocal()
    builder.emit(.forPrepare(iterator, pairs: index != nil), sequence.range)
    builder.scopes.append([:])
    let start = builder.position
    let next = builder.emit(.forNext(slot: iterator, end: 0), sequence.range)
    let element = builder.declareLocal(name.text, type.may(be: .record) ? .any : type.element)
    builder.emit(.storeLocal(element), name.range)
    if let index {
      if index.text == name.text { report(.duplicateVariable(name.text), name.range) }
      builder.emit(.forIndex(slot: iterator), index.range)
      builder.emit(.storeLocal(builder.declareLocal(index.text)), index.range)
    }
    return (start, next)
  }

  private mutating func compileRepeat(_ count: Expression, _ block: Block, _ range: SourceRange) {
    if case .literal(let value) = count.kind {
      if case .int(let times) = value, times >= 0 {
      } else {
        report(.literalType(expected: "the number of times, an integer from 0", actual: value), count.range)
      }
    }
    let mark = builder.localMark
    let type = compile(count)
    if case .literal = count.kind {
    } else if !type.may(be: .int) {
      report(.wrongType(expected: "the number of times, an integer from 0", type), count.range, relying: type.relies)
    }
    forget(block.assigned)
    let counter = builder.newLocal()
    builder.emit(.repeatPrepare(counter), count.range)
    let start = builder.position
    let next = builder.emit(.repeatNext(slot: counter, end: 0), range)
    loopBody(block, continueTarget: start, range)
    builder.patch(next)
    patchBreaks()
    builder.releaseLocals(to: mark)
  }

  private mutating func compileWhile(_ condition: Expression, _ block: Block, _ range: SourceRange) {
    forget(block.assigned)
    let start = builder.position
    compile(condition: condition)
    let exit = builder.emit(.jumpIfFalse(0), condition.range)
    loopBody(block, continueTarget: start, range)
    builder.patch(exit)
    patchBreaks()
  }

  private mutating func loopBody(_ block: Block, continueTarget: Int, _ range: SourceRange) {
    builder.loops.append(.init(unwindDepth: builder.unwindDepth, continueTarget: continueTarget))
    compile(block: block)
    builder.emit(.loop(Int32(continueTarget)), block.range.endPoint)
    forget(block.assigned)
  }

  private mutating func patchBreaks() {
    for jump in builder.loops.removeLast().breaks { builder.patch(jump) }
  }

  private mutating func compileJumpOut(_ word: String, _ range: SourceRange) {
    guard let loop = builder.loops.last else {
      report(
        builder.deferBodies > 0
          ? .leavesDefer(word) : builder.branchScopes != nil ? .leavesParallel(word) : .outsideLoop(word), range)
      return
    }
    if builder.unwindDepth > loop.unwindDepth { builder.emit(.unwind(Int32(loop.unwindDepth)), range) }
    if word == "break" {
      builder.loops[builder.loops.count - 1].breaks.append(builder.emit(.jump(0), range))
    } else {
      builder.emit(.loop(Int32(loop.continueTarget)), range)
    }
    builder.unreachableAfter = word
  }

  // MARK: Ways out

  private mutating func compileTry(_ body: Block, _ name: Name?, _ handler: Block, _ range: SourceRange) {
    let push = builder.emit(.pushCatch(0), body.range)
    builder.unwindDepth += 1
    compile(block: body)
    forget(body.assigned)
    builder.unwindDepth -= 1
    builder.emit(.unwind(Int32(builder.unwindDepth)), body.range.endPoint)
    let end = builder.emit(.jump(0), body.range.endPoint)
    builder.patch(push)
    // The machine leaves the error as a record on the stack.
    let mark = builder.localMark
    builder.scopes.append([:])
    if let name {
      let slot = builder.declareLocal(name.text, RecordShape.failure.type)
      builder.emit(.storeLocal(slot), name.range)
    } else {
      builder.emit(.pop, handler.range)
    }
    compile(block: handler)
    forget(handler.assigned)
    builder.scopes.removeLast()
    builder.releaseLocals(to: mark)
    builder.patch(end)
  }

  private mutating func compileReturn(_ value: Expression?, _ range: SourceRange) {
    guard !builder.isMain else {
      report(.returnOutsideDefinition, range)
      return
    }
    guard builder.deferBodies == 0, builder.branchScopes == nil else {
      report(builder.deferBodies > 0 ? .leavesDefer("return") : .leavesParallel("return"), range)
      return
    }
    if let value { compile(value) } else { builder.emit(.null, range) }
    builder.emit(.unwind(0), range)
    builder.emit(.returnValue, range)
    builder.unreachableAfter = "return"
  }

  private mutating func compileDefer(_ block: Block, _ range: SourceRange) {
    if isPrompt, isTopLevel { report(.deferAtPrompt, range) }
    let push = builder.emit(.pushDefer(0), range)
    let over = builder.emit(.jump(0), range)
    builder.patch(push)
    // While the body runs, its own entry is gone and the machine's note of where to continue is in its place.
    builder.unwindDepth += 1
    builder.deferBodies += 1
    let loops = builder.loops
    builder.loops = []
    // It runs when the enclosing block is left: by then any variable may have another value.
    let (before, globalsBefore) = builder.forgetTypes(globals: &globalTypes)
    compile(block: block)
    builder.restoreTypes(before)
    globalTypes = globalsBefore
    forget(block.assigned)
    builder.loops = loops
    builder.deferBodies -= 1
    builder.emit(.endDefer, block.range.endPoint)
    builder.patch(over)
    // The body's slots may be reused by what follows: it runs when the block is left, and they are dead by then.
  }
}

extension Value {
  /// Whether it can be a condition: only `true`, `false` and, as false, `null`. A number is none, so that
  /// `wait until service(web).ready` can't be met by accident.
  public var isCondition: Bool {
    switch self {
    case .bool, .null: true
    default: false
    }
  }
}
