import HydraDiagnostics
import HydraLanguage

/// Executes a program: a stack machine that is a value, without I/O or clock. It runs until it needs something of the
/// outside (an ``Effect``) and is resumed with the result. Calls of definitions take no native stack.
struct Machine: Sendable {
  let program: Program
  var globals: [Value?]
  var stack: [Value] = []
  var locals: [Value] = []
  var frames: [Frame] = []
  var unwinds: [Unwind] = []
  /// Expectations and watches under way, outermost first; each has an entry among ``unwinds``.
  var watches: [WatchState] = []
  /// The frame that runs, kept out of the array for speed.
  var frame: Frame
  /// How much may still be done before the machine pauses; see ``Machine/run()``.
  var patience = 0
  /// The branches of the `parallel` that is being set up.
  var branches: [Machine] = []
  /// In a branch: the calls that led to the `parallel`, innermost first.
  var outerCalls: [RuntimeFailure.Call] = []
  /// A failure that came from outside, to be raised when the machine runs on.
  var pending: RuntimeFailure?

  /// A call under way.
  struct Frame {
    var function: Program.Function
    var pc = 0
    /// Its first local slot.
    var base: Int
    /// Its first entry among the unwinds.
    var unwindBase: Int

    /// The source of the operation that runs.
    var range: SourceRange? {
      let ranges = function.ranges
      return ranges.indices.contains(pc) ? ranges[pc] : ranges.last
    }
  }

  /// What is to be done when a place is left, by whatever way.
  struct Unwind {
    var kind: Kind
    /// How many frames there are below.
    var frames: Int
    /// Height of the operand stack.
    var height: Int
    /// Whether it is of the body of a `defer` that runs, or stands above one.
    var isCleaningUp: Bool

    enum Kind {
      case catchAt(Int)
      case deferAt(Int)
      /// Continue here when something inside an expectation does not exist yet.
      case absentAt(Int)
      case watch
      /// A deferred body runs; afterwards: on at this operation,
      case resume(Int)
      /// or on with this failure.
      case raise(RuntimeFailure)
    }
  }

  /// What an expectation saw last.
  struct WatchState {
    var limit: Int?
    var last: String?
  }

  init(program: Program, globals: [Value?]) {
    self.program = program
    self.globals = globals
    if self.globals.count < program.globalCount {
      self.globals += Array(repeating: nil, count: program.globalCount - self.globals.count)
    }
    frame = Frame(function: program.main, base: 0, unwindBase: 0)
    locals = Array(repeating: .null, count: program.main.localCount)
  }

  /// The source of the operation that runs.
  var range: SourceRange? { frame.range }

  /// Whether the body of a `defer` runs.
  var isCleaningUp: Bool { unwinds.last?.isCleaningUp ?? false }

  // MARK: From outside

  /// Continues after the operation that asked, with the result.
  mutating func resume(with value: Value) {
    switch frame.function.code[frame.pc] {
    case .query:
      stack.append(value)
      frame.pc += 1
    case .command:
      stack.append(value)
      frame.pc += 1
    case .show, .expectBegin, .watchBegin, .join: frame.pc += 1
    case .expectCheck(_, let again), .expectAbsent(_, let again):
      resumeWatch(value, again: Int(again), over: frame.pc + 1)
    case .watchNext(let over): resumeWatch(value, again: frame.pc + 1, over: Int(over))
    default: preconditionFailure("the machine asked for nothing")
    }
  }

  private mutating func resumeWatch(_ value: Value, again: Int, over: Int) {
    if value == .bool(true) {
      // The person has left: not over the `watchEnd` that fails and the jump behind it, but to the one after them.
      frame.pc = over + 2
    } else if case .duration = value {
      frame.pc = over
    } else {
      frame.pc = again
    }
  }

  /// The effect failed, or the program is interrupted.
  mutating func fail(_ failure: RuntimeFailure) { pending = failure }

  // MARK: Failures

  func failure(_ problem: Problem) -> RuntimeFailure {
    var failure = RuntimeFailure(
      code: problem.code, problem.message, remedy: problem.remedy, range: range, nature: problem.nature)
    failure.calls = calls
    return failure
  }

  /// The calls that led to the running frame, innermost first.
  var calls: [RuntimeFailure.Call] {
    let running = [frame] + frames.reversed()
    return zip(running, running.dropFirst()).compactMap { called, caller in
      caller.range.map { RuntimeFailure.Call(name: called.function.name, range: $0) }
    } + outerCalls
  }

  /// Gives a failure to the innermost entry that takes it, running what is deferred on the way. Returns the failure
  /// that nothing took and that ends the program; nil if the program continues.
  mutating func raise(_ raised: RuntimeFailure) -> RuntimeFailure? {
    var failure = raised
    branches = []
    if failure.calls.isEmpty { failure.calls = calls }
    while let entry = unwinds.popLast() {
      leaveFrames(to: entry.frames)
      stack.removeSubrange(entry.height...)
      switch entry.kind {
      case .catchAt(let target):
        guard failure.isCatchable else { continue }
        stack.append(errorRecord(failure))
        frame.pc = target
        return nil
      case .absentAt(let target):
        guard failure.nature == .absent || (failure.nature == .transient && watches.last?.limit != nil) else {
          continue
        }
        watches[watches.count - 1].last = failure.message
        frame.pc = target
        return nil
      case .deferAt(let target):
        pushUnwind(.raise(failure))
        frame.pc = target
        return nil
      case .watch: watches.removeLast()
      case .resume: break
      case .raise(var earlier):
        // A deferred body failed while another failure was on its way: that one stays the reason.
        failure.cleanup.removeAll()
        earlier.cleanup.append(failure)
        failure = earlier
      }
    }
    return failure
  }

  private mutating func leaveFrames(to count: Int) {
    while frames.count > count, let outer = frames.popLast() {
      locals.removeSubrange(frame.base...)
      frame = outer
    }
  }

  /// What `catch` gets.
  private func errorRecord(_ failure: RuntimeFailure) -> Value {
    .record(
      Record([
        ("code", .string(failure.code)), ("message", .string(failure.message)), ("remedy", Value(failure.remedy)),
      ]))
  }

  /// Runs what is deferred until `depth` entries of this frame are left. Returns whether nothing was left to run; if not,
  /// the operation must be repeated after the deferred body.
  mutating func unwind(to depth: Int) -> Bool {
    while unwinds.count > frame.unwindBase + depth, let entry = unwinds.popLast() {
      switch entry.kind {
      case .deferAt(let target):
        pushUnwind(.resume(frame.pc))
        frame.pc = target
        return false
      case .watch: watches.removeLast()
      case .catchAt, .absentAt, .resume, .raise: break
      }
    }
    return true
  }

  /// Leaves a deferred body. Returns the failure that continues afterwards; nil if there is none.
  mutating func endDefer() -> RuntimeFailure? {
    guard let entry = unwinds.popLast() else { return nil }
    switch entry.kind {
    case .resume(let target): frame.pc = target
    case .raise(let failure): return failure
    default: preconditionFailure("a deferred body ends without a note of where to continue")
    }
    return nil
  }

  mutating func pushUnwind(_ kind: Unwind.Kind) {
    let isBody =
      switch kind {
      case .resume, .raise: true
      case .catchAt, .deferAt, .absentAt, .watch: false
      }
    unwinds.append(
      Unwind(kind: kind, frames: frames.count, height: stack.count, isCleaningUp: isBody || isCleaningUp))
  }
}
