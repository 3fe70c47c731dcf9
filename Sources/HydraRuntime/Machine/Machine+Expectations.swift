import HydraDiagnostics
import HydraLanguage

extension Machine {
  mutating func beginExpectation(_ expectation: Program.ExpectationTemplate) throws(Problem) -> Step? {
    let within = stack.removeLast()
    var limit: Int?
    switch within {
    case .null where !expectation.isWait: break
    case .duration(let length) where length >= 0: limit = length
    default: throw Problem("'within' is \(Operators.describe(within)), expected a duration such as 5s")
    }
    pushUnwind(.watch)
    watches.append(WatchState(limit: limit))
    return .effect(.expectBegin(limit: limit))
  }

  /// Skips the failing part if the condition holds; requests another evaluation while there is time.
  mutating func checkExpectation(_ expectation: Program.ExpectationTemplate) throws(Problem) -> Step? {
    let holds: Bool
    if let comparison = expectation.comparison {
      let right = stack.removeLast()
      let left = stack.removeLast()
      do {
        holds = try Operators.apply(comparison, left, right).isTrue
      } catch  where error.nature == .absent {
        watches[watches.count - 1].last = error.message
        return waitOrGiveUp(expectation)
      }
      watches[watches.count - 1].last =
        "\(Operators.short(left.source)) \(comparison.rawValue) \(Operators.short(right.source))"
    } else {
      let value = stack.removeLast()
      holds = try Operators.condition(value)
      watches[watches.count - 1].last = value.source
    }
    guard holds else { return waitOrGiveUp(expectation) }
    frame.pc = endOfExpectation(from: frame.pc)
    // `execute` steps on to the end of the expectation itself.
    frame.pc -= 1
    return nil
  }

  private func waitOrGiveUp(_ expectation: Program.ExpectationTemplate) -> Step? {
    watches.last?.limit == nil ? nil : .effect(.expectWait(polls: expectation.polls))
  }

  /// Skips the waiting of `effect` and reports it to `plan`; false for other effects. An expectation is evaluated once; if
  /// it does not hold, it is assumed to be met.
  mutating func skip(_ effect: Effect, telling plan: any PlanListener) -> Bool {
    switch (effect, frame.function.code[frame.pc]) {
    case (.expectBegin(let limit), .expectBegin(let number)):
      let expectation = program.expectations[Int(number)]
      let within = limit.map { " within \(Value.durationText($0))" } ?? ""
      let verb = expectation.isWait ? "wait until " : "expect "
      plan.would(verb + SecretText.masked(expectation.text) + within, at: expectation.condition)
      // Even without a limit one that does not hold comes back here, instead of failing.
      watches[watches.count - 1].limit = limit ?? 0
      frame.pc += 1
    case (.expectWait, .expectCheck(let number, _)), (.expectWait, .expectAbsent(let number, _)):
      let expectation = program.expectations[Int(number)]
      let last = SecretText.namesSecret(expectation.text) ? nil : watches.last?.last
      plan.assume("this comes true\(last.map { "; now: \($0)" } ?? "")", at: expectation.condition)
      frame.pc = endOfExpectation(from: frame.pc)
    case (.watchBegin(let template, _), _):
      plan.would(template.spec.name, at: template.head)
      // The second `watchEnd` is the one of a condition that came true.
      for _ in 0..<2 {
        frame.pc += 1
        while !frame.function.code[frame.pc].isWatchEnd { frame.pc += 1 }
      }
    default: return false
    }
    return true
  }

  /// The `expectEnd` that belongs to the check at `start`: a message has no expectations of its own.
  private func endOfExpectation(from start: Int) -> Int {
    var index = start
    while frame.function.code[index] != .expectEnd { index += 1 }
    return index
  }

  mutating func beginWatch(_ template: Program.CommandTemplate) -> Step {
    let operands = Array(stack[(stack.count - template.operandCount)...])
    stack.removeLast(template.operandCount)
    pushUnwind(.watch)
    watches.append(WatchState())
    return .effect(.watchBegin(template, operands))
  }

  /// The message of `expect …, message` is on the stack.
  mutating func expectationFailure(_ expectation: Program.ExpectationTemplate) -> RuntimeFailure {
    expectationFailure(expectation, message: stack.removeLast())
  }

  func expectationFailure(_ expectation: Program.ExpectationTemplate, message: Value) -> RuntimeFailure {
    let watch = watches.last
    let text = "'\(Operators.short(SecretText.masked(expectation.text)))'"
    var failure: RuntimeFailure
    if message != .null {
      failure = RuntimeFailure(code: "expectation", message.text, exitCode: .unmet)
      failure.notes.append(.init("expected \(text)"))
    } else if let limit = watch?.limit {
      failure = RuntimeFailure(
        code: "expectation", "\(text) was not true within \(Value.durationText(limit))", exitCode: .unmet)
    } else {
      failure = RuntimeFailure(code: "expectation", "\(text) is not true", exitCode: .unmet)
    }
    failure.range = expectation.condition
    if let last = watch?.last, !SecretText.namesSecret(expectation.text) {
      failure.notes.append(.init(watch?.limit == nil ? "it is: \(last)" : "last value: \(last)"))
    }
    if message != .null, let limit = watch?.limit {
      failure.notes.append(.init("watched for \(Value.durationText(limit))"))
    }
    return failure
  }
}

extension Op {
  fileprivate var isWatchEnd: Bool {
    if case .watchEnd = self { true } else { false }
  }
}
