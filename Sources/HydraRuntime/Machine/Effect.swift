import HydraDiagnostics
import HydraLanguage

/// What the machine needs of the outside before it can go on. The machine itself is pure: it computes until it needs
/// something, says what, and is resumed with the answer.
enum Effect: Sendable {
  case query(QueryID, [Value])
  case command(Program.CommandTemplate, [Value], shows: Bool)
  case show(Value)
  /// The program is to end with the status that the command `exit` is given.
  case exit(Program.CommandTemplate, [Value])
  /// Watching begins; at most so many nanoseconds, nil for a single look.
  case expectBegin(limit: Int?)
  /// Answered with null when it is time to look again, with the time watched when there is none left.
  case expectWait(polls: Bool)
  case watchBegin(Program.CommandTemplate, [Value])
  /// Answered with null when the condition is to be looked at again, with the time watched when it is over.
  case watchNext
}

/// Where the machine stands.
enum Step {
  /// It needs something.
  case effect(Effect)
  /// It has computed for a while; a chance to interrupt it.
  case pause
  /// The program is at its end.
  case finished
  /// The program failed, and nothing caught it; everything deferred has run.
  case failed(RuntimeFailure)
}

/// Why an operation can't be done. The machine adds the place.
struct Problem: Error {
  var message: String
  var remedy: String?
  var nature: RuntimeFailure.Nature = .final
  var code = "evaluation"

  init(_ message: String, remedy: String? = nil, nature: RuntimeFailure.Nature = .final, code: String = "evaluation") {
    self.message = message
    self.remedy = remedy
    self.nature = nature
    self.code = code
  }
}
