import HydraDiagnostics

extension Compiler {
  /// ```
  ///       <within, or null>
  ///       expectBegin            an entry of its own on the unwind stack; watching starts before the first look
  /// L:    guardAbsent T          what does not exist yet goes to T
  ///       <left> <right>  or  <condition>
  ///       unguard
  ///       expectCheck again: L   true: past expectFail · time left: waits for a change, then L · else the next operation
  ///       jump F
  /// T:    expectAbsent again: L  time left: waits for a change, then L · else the next operation
  /// F:    <message, or null>
  ///       expectFail
  ///       expectEnd
  /// ```
  mutating func compile(_ expectation: Statement.Expectation, _ range: SourceRange) {
    let condition = expectation.condition
    if let within = expectation.within {
      let type = compile(within)
      if case .literal = within.kind {
        checkDuration(within)
      } else if !type.may(be: .duration) {
        report(.wrongType(expected: "a duration such as 5s", type), within.range, relying: type.relies)
      }
    } else {
      builder.emit(.null, range)
    }
    let template = environment.pools.expectation(describe(expectation))
    builder.emit(.expectBegin(template), expectation.within?.range ?? range)
    builder.unwindDepth += 1
    let again = builder.position
    let absent = builder.emit(.guardAbsent(0), condition.range)
    builder.unwindDepth += 1
    if case .binary(let op, let left, let right) = condition.kind, op.isComparison {
      let types = (compile(left), compile(right))
      _ = check(op, left, types.0, right, types.1, condition.range, mustHold: true)
    } else {
      compile(condition: condition)
    }
    builder.unwindDepth -= 1
    builder.emit(.unguard, condition.range)
    builder.emit(.expectCheck(template, again: Int32(again)), condition.range)
    let fail = builder.emit(.jump(0), condition.range)
    builder.patch(absent)
    builder.emit(.expectAbsent(template, again: Int32(again)), condition.range)
    builder.patch(fail)
    if let message = expectation.message { compile(message) } else { builder.emit(.null, range) }
    builder.emit(.expectFail(template), range)
    builder.unwindDepth -= 1
    builder.emit(.expectEnd, range)
  }

  private mutating func checkDuration(_ within: Expression) {
    guard case .literal(let value) = within.kind else { return }
    if case .duration(let length) = value, length >= 0 { return }
    report(.literalType(expected: "a duration such as 5s", actual: value), within.range)
  }

  private func describe(_ expectation: Statement.Expectation) -> Program.ExpectationTemplate {
    let condition = expectation.condition
    var comparison: BinaryOperator?
    if case .binary(let op, _, _) = condition.kind, op.isComparison { comparison = op }
    return Program.ExpectationTemplate(
      isWait: expectation.isWait, condition: condition.range, text: sources.text(condition.range),
      comparison: comparison, polls: condition.polls)
  }

  /// ```
  ///       <operands>
  ///       watchBegin
  /// L:    [guardAbsent T · <condition> · unguard · jumpIfTrue E]
  /// T:    watchNext over: O      shows events; continues when the condition is to be checked again
  ///       loop L
  /// O:    watchEnd over: true    fails when there was a condition
  ///       jump X
  /// E:    watchEnd over: false
  /// X:    (null is left as the value)
  /// ```
  mutating func compileWatch(_ bound: BoundCommand, _ range: SourceRange) {
    var types: [ValueType] = []
    let number = template(bound, types: &types)
    let until = bound.condition
    let info = environment.pools.expectation(
      Program.ExpectationTemplate(
        isWait: true, condition: until?.range ?? range, text: until.map { sources.text($0.range) } ?? "",
        comparison: nil, polls: until?.polls ?? false))
    builder.emit(.watchBegin(number), bound.head)
    builder.unwindDepth += 1
    let again = builder.position
    var met: Int?
    if let until {
      let absent = builder.emit(.guardAbsent(0), until.range)
      builder.unwindDepth += 1
      compile(condition: until)
      builder.unwindDepth -= 1
      builder.emit(.unguard, until.range)
      met = builder.emit(.jumpIfTrue(0), until.range)
      builder.patch(absent)
    }
    let next = builder.emit(.watchNext(over: 0), range)
    builder.emit(.loop(Int32(again)), range)
    builder.patch(next)
    builder.unwindDepth -= 1
    builder.emit(.watchEnd(info, over: until != nil), range)
    let out = builder.emit(.jump(0), range)
    if let met { builder.patch(met) }
    builder.emit(.watchEnd(info, over: false), range)
    builder.patch(out)
    builder.emit(.null, range)
  }
}

extension Expression {
  /// Whether it depends on something that no event of the cluster reports.
  var polls: Bool {
    switch kind {
    case .literal, .variable, .invalid: false
    case .command: true
    case .interpolated(let parts): parts.contains { if case .value(let value, _) = $0 { value.polls } else { false } }
    case .list(let elements): elements.contains(where: \.polls)
    case .record(let fields): fields.contains { $0.1.polls }
    case .computedRecord(let fields): fields.contains { $0.0.polls || $0.1.polls }
    case .range(let left, let right), .and(let left, let right), .or(let left, let right),
      .binary(_, let left, let right), .index(let left, let right):
      left.polls || right.polls
    case .unary(_, let operand), .member(let operand, _): operand.polls
    case .call(let name, let arguments):
      switch FunctionTable.function(name.text)?.target {
      case .query(.http), .query(.now), .query(.env), .query(.clusters), .query(.cluster), .query(.readFile),
        .query(.exec), .query(.random), .query(.choose), nil:
        true
      default:
        arguments.contains { argument in
          switch argument {
          case .value(let value), .each(_, let value): value.polls
          case .word: false
          }
        }
      }
    }
  }
}
