import HTTPTypes
import HydraModel

extension RouteTable {
  /// Cancelling the request of an `Idempotency-Key`.
  mutating func addRequestRoutes() {
    let ledger = ledger
    immediate(.delete, "/requests/{key}") { incoming in
      let key = try incoming.parameter("key")
      guard IdempotencyKey.isValid(key) else {
        throw HydraError(.invalidArgument, "'\(key.prefix(80))' is not an idempotency key")
      }
      try incoming.expectNoFields()
      switch await ledger.cancel(key) {
      case .ended(let answer):
        return try .json(CancelledRequest(key: key, outcome: .of(answer)))
      case .finished:
        return try .notCancelled(key, .finished, "request '\(key)' has finished already")
      case .unknown:
        return try .notCancelled(key, .unknown, "there is no request '\(key)'")
      }
    }
  }
}

/// The answer of `DELETE /requests/{key}`; with the keys of an error beside it when there was nothing to cancel.
struct CancelledRequest: Encodable {
  var key: String
  var outcome: Outcome
  var error: String?
  var code: String?

  enum Outcome: String, Encodable {
    /// What it had done is undone.
    case cancelled
    /// It succeeded before it could be cancelled.
    case completed
    /// It failed for another reason.
    case failed
    /// It had finished before.
    case finished
    /// No such request was seen; it is refused should it still arrive.
    case unknown

    static func of(_ answer: Answer) -> Outcome {
      switch answer.code {
      case nil: .completed
      case .cancelled: .cancelled
      default: .failed
      }
    }
  }
}

extension Answer {
  fileprivate static func notCancelled(
    _ key: String, _ outcome: CancelledRequest.Outcome, _ message: String
  ) throws -> Answer {
    let code = HydraError.Code.notFound
    var answer = try Answer.json(
      CancelledRequest(key: key, outcome: outcome, error: message, code: code.rawValue), status: .notFound)
    answer.code = code
    return answer
  }
}
