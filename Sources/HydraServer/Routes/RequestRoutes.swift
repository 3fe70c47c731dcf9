import HTTPTypes
import HydraModel

extension RouteTable {
  /// Every request there is.
  mutating func addRequestRoutes(_ cluster: any ClusterOperations) {
    for request in ClusterRequests.all { add(request, cluster) }
  }

  private mutating func add<R: ClusterRequest>(_ type: R.Type, _ cluster: any ClusterOperations) {
    guard R.endpoint.changes else {
      return get(R.endpoint.path, R.endpoint.summary) { fields in
        let request = try R(reading: &fields)
        return try .json(await cluster.send(request))
      }
    }
    change(R.endpoint) { fields, key in
      let request = try R(reading: &fields)
      return {
        let answer = try await cluster.send(request, key: key)
        guard let request = request as? CancelRequest, let outcome = answer as? RequestOutcome else {
          return try .json(answer)
        }
        return try .cancellation(request.key, outcome)
      }
    }
  }
}

extension ClusterRequest {
  /// Reads and checks it.
  fileprivate init(reading fields: inout RequestReader) throws(HydraError) {
    self.init(fields: &fields)
    try fields.finish(problems())
  }
}

extension Answer {
  /// The answer to `DELETE /requests/{key}`; with the keys of an error beside it when there was nothing to cancel.
  fileprivate static func cancellation(_ key: String, _ outcome: RequestOutcome) throws -> Answer {
    switch outcome {
    case .cancelled, .completed, .failed: return try .json(CancelledRequest(key: key, outcome: outcome))
    case .finished: return try .notCancelled(key, outcome, "request '\(key)' has finished already")
    case .unknown: return try .notCancelled(key, outcome, "there is no request '\(key)'")
    }
  }

  private static func notCancelled(_ key: String, _ outcome: RequestOutcome, _ message: String) throws -> Answer {
    let code = HydraError.Code.notFound
    var answer = try Answer.json(
      CancelledRequest(key: key, outcome: outcome, error: message, code: code.rawValue), status: .notFound)
    answer.code = code
    return answer
  }

  private struct CancelledRequest: Encodable {
    var key: String
    var outcome: RequestOutcome
    var error: String?
    var code: String?
  }
}
