import HydraDiagnostics
import HydraLanguage

/// What the machine needs from the outside before it can continue. The machine itself is pure: it computes until it needs
/// something, yields what, and is resumed with the result.
enum Effect: Sendable {
  case query(QueryID, [Value])
  case command(Program.CommandTemplate, [Value], shows: Bool)
  case show(Value)
  /// The program is to end with the status that the command `exit` is given.
  case exit(Program.CommandTemplate, [Value])
  /// Watching begins, for at most so many nanoseconds; nil evaluates the condition once.
  case expectBegin(limit: Int?)
  /// Resumed with null to evaluate the condition again, or with the time watched when no time is left.
  case expectWait(polls: Bool)
  /// The branches of a `parallel`, each a machine of its own, are to run to their ends.
  case parallel([Machine])
  case watchBegin(Program.CommandTemplate, [Value])
  /// Resumed with null to evaluate the condition again, or with the time watched when watching is over.
  case watchNext
}

/// Where the machine stands.
enum Step {
  /// It needs something.
  case effect(Effect)
  /// It has computed for a while; it can be interrupted here.
  case pause
  /// The program has ended.
  case finished
  /// The program failed and nothing caught it; all deferred blocks have run.
  case failed(RuntimeFailure)
}

/// Why an operation failed. The machine adds the place.
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
