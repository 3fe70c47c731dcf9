import HydraDiagnostics
import HydraLanguage

extension Machine {
  /// How many jumps backwards and calls are made before the machine pauses: some milliseconds. Work on large values counts
  /// by their size, so that a Ctrl-C is heard in the midst of it too.
  private static let longestRun = 50_000

  /// Runs until something is needed, or to the end.
  mutating func run() -> Step {
    if let failure = pending {
      pending = nil
      if let uncaught = raise(failure) { return .failed(uncaught) }
    }
    patience = Self.longestRun
    while true {
      do {
        if let step = try execute() { return step }
      } catch {
        if let uncaught = raise(failure(error)) { return .failed(uncaught) }
      }
    }
  }

  /// Executes operations until one leaves the frame or needs something.
  private mutating func execute() throws(Problem) -> Step? {
    let code = frame.function.code
    while true {
      switch code[frame.pc] {
      case .constant(let number): stack.append(program.constants[Int(number)])
      case .null: stack.append(.null)
      case .bool(let truth): stack.append(.bool(truth))
      case .int(let number): stack.append(.int(Int(number)))
      case .pop: stack.removeLast()
      case .loadLocal(let slot): stack.append(locals[frame.base + Int(slot)])
      case .storeLocal(let slot): locals[frame.base + Int(slot)] = stack.removeLast()
      case .loadGlobal(let slot):
        guard let value = globals[Int(slot)] else { throw noValue(Int(slot)) }
        stack.append(value)
      case .storeGlobal(let slot): globals[Int(slot)] = stack.removeLast()
      case .makeList(let count):
        let elements = try takeParts(Int(count))
        stack.append(.list(elements))
      case .makeRecord(let shape):
        let keys = program.shapes[Int(shape)]
        let values = try takeParts(keys.count)
        stack.append(.record(Record(Array(zip(keys, values)))))
      case .makeComputedRecord(let count): stack.append(try makeRecord(take(2 * Int(count))))
      case .makeRange:
        let last = stack.removeLast()
        stack.append(try Operators.range(stack.removeLast(), last))
      case .interpolate(let count): try join(Int(count), isBare: false)
      case .joinWord(let count): try join(Int(count), isBare: true)
      case .member(let name): stack.append(try Operators.member(stack.removeLast(), program.names[Int(name)]))
      case .index:
        let index = stack.removeLast()
        stack.append(try Operators.element(stack.removeLast(), index))
      case .negate: stack.append(try Operators.negate(stack.removeLast()))
      case .not: stack.append(.bool(!(try Operators.condition(stack.removeLast()))))
      case .binary(let left, let right, let op):
        let result = try binary(op, left, right)
        // Most often the next operation takes the result at once: it need not go over the stack.
        frame.pc += 1
        switch (code[frame.pc], result) {
        case (.jumpIfFalse(let target), .bool(let truth)):
          if !truth {
            frame.pc = Int(target)
            continue
          }
        case (.storeLocal(let slot), _): locals[frame.base + Int(slot)] = result
        case (.storeGlobal(let slot), _): globals[Int(slot)] = result
        default:
          stack.append(result)
          continue
        }

      case .jump(let target):
        frame.pc = Int(target)
        continue
      case .loop(let target):
        frame.pc = Int(target)
        patience -= 1
        if patience <= 0 { return .pause }
        continue
      case .jumpIfFalse(let target):
        if !(try Operators.condition(stack.removeLast())) {
          frame.pc = Int(target)
          continue
        }
      case .jumpIfTrue(let target):
        if try Operators.condition(stack.removeLast()) {
          frame.pc = Int(target)
          continue
        }
      case .jumpIfFalseKeeping(let target):
        if !stack[stack.count - 1].isTrue {
          frame.pc = Int(target)
          continue
        }
        stack.removeLast()
      case .jumpIfTrueKeeping(let target):
        if stack[stack.count - 1].isTrue {
          frame.pc = Int(target)
          continue
        }
        stack.removeLast()
      case .forPrepare(let slot, let pairs): try prepareFor(frame.base + Int(slot), pairs: pairs)
      case .forNext(let slot, let end):
        guard let element = nextElement(frame.base + Int(slot)) else {
          frame.pc = Int(end)
          continue
        }
        stack.append(element)
      case .forIndex(let slot): stack.append(lastIndex(frame.base + Int(slot)))
      case .repeatPrepare(let slot): try prepareRepeat(frame.base + Int(slot))
      case .repeatNext(let slot, let end):
        let place = frame.base + Int(slot)
        guard case .int(let left) = locals[place], left > 0 else {
          frame.pc = Int(end)
          continue
        }
        locals[place] = .int(left - 1)
      case .append(let slot):
        let place = frame.base + Int(slot)
        var list = locals[place]
        // Release the slot's own reference, so that the list grows in place.
        locals[place] = .null
        defer { locals[place] = list }
        try append(to: &list)
      case .appendGlobal(let slot):
        guard var list = globals[Int(slot)] else { throw noValue(Int(slot)) }
        globals[Int(slot)] = .null
        defer { globals[Int(slot)] = list }
        try append(to: &list)
      case .assign(let slot, let assignment):
        let place = frame.base + Int(slot)
        var value = locals[place]
        locals[place] = .null
        defer { locals[place] = value }
        try assign(assignment, in: &value)
      case .assignGlobal(let slot, let assignment):
        guard var value = globals[Int(slot)] else { throw noValue(Int(slot)) }
        globals[Int(slot)] = .null
        defer { globals[Int(slot)] = value }
        try assign(assignment, in: &value)
      case .increment(let slot):
        if case .int(let number) = locals[frame.base + Int(slot)] {
          locals[frame.base + Int(slot)] = .int(number + 1)
        }

      case .call(let function, let arguments):
        try call(program.functions[Int(function)], arguments: Int(arguments))
        patience -= 1
        return patience <= 0 ? .pause : nil
      case .library(let id, let count):
        let arguments = take(Int(count))
        for argument in arguments { patience -= argument.weight }
        let value = try Library.call(id, arguments)
        try Limits.check(size: value)
        stack.append(value)
      case .byKey(let id):
        guard case .list(let keys) = stack.removeLast() else { throw Problem("there are no keys", code: "internal") }
        let elements = stack.removeLast()
        patience -= elements.weight
        let value = try Library.call(id, elements, keys)
        stack.append(value)
      case .returnValue:
        returnFromCall()
        return nil
      case .end: return .finished

      case .branch(let next):
        try addBranch()
        frame.pc = Int(next)
        continue
      case .endBranch: return .finished
      case .join: if let step = joinBranches() { return step }

      case .pushCatch(let target): pushUnwind(.catchAt(Int(target)))
      case .pushDefer(let target): pushUnwind(.deferAt(Int(target)))
      case .guardAbsent(let target): pushUnwind(.absentAt(Int(target)))
      case .fail:
        let message = stack.removeLast().text
        if let uncaught = raise(RuntimeFailure(code: "fail", message, range: range)) { return .failed(uncaught) }
        return nil
      case .unguard: unwinds.removeLast()
      case .endDefer:
        if let failure = endDefer(), let uncaught = raise(failure) { return .failed(uncaught) }
        // Execution may continue in another frame.
        return nil
      case .unwind(let depth): if !unwind(to: Int(depth)) { continue }

      case .query(let id, let count): return .effect(.query(id, take(Int(count))))
      case .command(let number, let shows):
        let template = program.commands[Int(number)]
        return .effect(.command(template, take(template.operandCount), shows: shows))
      case .exit(let number):
        let template = program.commands[Int(number)]
        return .effect(.exit(template, take(template.operandCount)))
      case .show:
        let value = stack.removeLast()
        if value != .null { return .effect(.show(value)) }
      case .expectBegin(let number): return try beginExpectation(program.expectations[Int(number)])
      case .expectCheck(let number, _):
        if let step = try checkExpectation(program.expectations[Int(number)]) { return step }
      case .expectAbsent(let number, _):
        if watches.last?.limit != nil {
          return .effect(.expectWait(polls: program.expectations[Int(number)].polls))
        }
      case .expectFail(let number):
        let failure = expectationFailure(program.expectations[Int(number)])
        if let uncaught = raise(failure) { return .failed(uncaught) }
        return nil
      case .expectEnd:
        unwinds.removeLast()
        watches.removeLast()
      case .watchBegin(let number): return beginWatch(program.commands[Int(number)])
      case .watchNext: return .effect(.watchNext)
      case .watchEnd(let number, let over):
        if over {
          let failure = expectationFailure(program.expectations[Int(number)], message: .null)
          if let uncaught = raise(failure) { return .failed(uncaught) }
          return nil
        }
        unwinds.removeLast()
        watches.removeLast()
      }
      frame.pc += 1
    }
  }

  // MARK: Operands

  mutating func take(_ count: Int) -> [Value] {
    guard count > 0 else { return [] }
    let taken = Array(stack[(stack.count - count)...])
    stack.removeLast(count)
    return taken
  }

  private mutating func takeParts(_ count: Int) throws(Problem) -> [Value] {
    let parts = take(count)
    for part in parts { try Limits.check(part: part) }
    return parts
  }

  /// The result of an operator, whose operands are taken from the stack. Two ints, the common case in loops, are read in place.
  @inline(__always)
  private mutating func binary(_ op: BinaryOperator, _ left: Operand, _ right: Operand) throws(Problem) -> Value {
    var below = stack.count
    if case .stack = right.place { below -= 1 }
    let b = int(right, below)
    if case .stack = left.place { below -= 1 }
    guard let b, let a = int(left, below), let result = Operators.quick(op, a, b) else {
      return try binary(op, left, below, right)
    }
    while stack.count > below { stack.removeLast() }
    return result
  }

  private mutating func binary(
    _ op: BinaryOperator, _ left: Operand, _ below: Int, _ right: Operand
  ) throws(Problem) -> Value {
    let a = value(left, below)
    let b = value(right, stack.count - 1)
    stack.removeLast(stack.count - below)
    patience -= a.weight + b.weight
    return try Operators.apply(op, a, b)
  }

  @inline(__always) private func int(_ operand: Operand, _ index: Int) -> Int? {
    switch operand.place {
    case .stack: if case .int(let number) = stack[index] { return number }
    case .local(let slot): if case .int(let number) = locals[frame.base + slot] { return number }
    case .global(let slot): if case .int(let number)? = globals[slot] { return number }
    case .int(let number): return number
    }
    return nil
  }

  private func value(_ operand: Operand, _ index: Int) -> Value {
    switch operand.place {
    case .stack: stack[index]
    case .local(let slot): locals[frame.base + slot]
    case .global(let slot): globals[slot] ?? .null
    case .int(let number): .int(number)
    }
  }

  private mutating func join(_ count: Int, isBare: Bool) throws(Problem) {
    var out = ""
    for part in take(count) {
      if isBare {
        switch part {
        case .list, .record, .null:
          throw Problem(
            "\(Operators.describe(part)) can't be part of a word",
            remedy: "write ${…} around the whole expression, as in ${node.name}")
        default: break
        }
      }
      out += part.text
      try Limits.check(text: out.utf8.count)
    }
    let value = Value.string(out)
    patience -= value.weight
    stack.append(value)
  }

  /// What `set x = push(x, value)` and `map` do: the list grows in place.
  private mutating func append(to variable: inout Value) throws(Problem) {
    try append(stack.removeLast(), to: &variable)
  }

  mutating func append(_ value: Value, to variable: inout Value) throws(Problem) {
    patience -= value.weight
    guard case .list(var list) = variable else {
      variable = try Library.call(.push, [variable, value])
      return
    }
    try Limits.check(part: value)
    try Limits.check(elements: list.count + 1)
    variable = .null
    list.append(value)
    variable = .list(list)
  }

  private func noValue(_ global: Int) -> Problem {
    Problem("variable '\(program.globalNames[global])' has no value yet")
  }

  // MARK: Loops

  private mutating func prepareFor(_ slot: Int, pairs: Bool) throws(Problem) {
    let sequence = stack.removeLast()
    switch sequence {
    case .list: locals[slot + 1] = .int(0)
    case .record where pairs: locals[slot + 1] = .int(0)
    case .range(let first, _): locals[slot + 1] = .int(first)
    case .null: throw Problem("can't loop over null", nature: .absent)
    default:
      throw Problem(
        "can't loop over \(Operators.describe(sequence)), expected a list or a range",
        remedy: sequence.typeName == "record" ? "write 'for key, value in …'" : nil)
    }
    locals[slot] = sequence
  }

  private mutating func nextElement(_ slot: Int) -> Value? {
    guard case .int(let place) = locals[slot + 1] else { return nil }
    switch locals[slot] {
    case .list(let list):
      guard place < list.count else { return nil }
      locals[slot + 1] = .int(place + 1)
      return list[place]
    case .record(let record):
      guard place < record.count else { return nil }
      locals[slot + 1] = .int(place + 1)
      return record.values[place]
    case .range(let first, let last):
      guard first <= last, place <= last else { return nil }
      // The end is marked by null, since the last number may be the largest there is.
      locals[slot + 1] = place == last ? .null : .int(place + 1)
      return .int(place)
    default: return nil
    }
  }

  /// Of the element that was given last: where it stands in a list or range, counted from 0, or its key in a record.
  private func lastIndex(_ slot: Int) -> Value {
    switch (locals[slot], locals[slot + 1]) {
    case (.record(let record), .int(let next)): .string(record.keys[next - 1])
    case (.range(let first, let last), .null): .int(last &- first)
    case (.range(let first, _), .int(let next)): .int(next &- 1 &- first)
    case (_, .int(let next)): .int(next - 1)
    default: .null
    }
  }

  private mutating func prepareRepeat(_ slot: Int) throws(Problem) {
    let count = stack.removeLast()
    guard case .int(let times) = count, times >= 0 else {
      throw Problem("can't repeat \(Operators.describe(count)) times, expected an integer from 0")
    }
    locals[slot] = count
  }

  // MARK: Calls

  private mutating func call(_ function: Program.Function, arguments: Int) throws(Problem) {
    guard frames.count < Limits.calls else {
      throw Problem("more than \(Limits.calls) calls inside each other", code: "limit")
    }
    let base = locals.count
    locals += stack[(stack.count - arguments)...]
    stack.removeLast(arguments)
    locals += repeatElement(.null, count: max(0, function.localCount - arguments))
    frames.append(frame)
    frame = Frame(
      function: function, pc: function.entries[arguments - function.required], base: base,
      unwindBase: unwinds.count)
  }

  private mutating func returnFromCall() {
    locals.removeSubrange(frame.base...)
    if let outer = frames.popLast() { frame = outer }
    frame.pc += 1
  }
}
