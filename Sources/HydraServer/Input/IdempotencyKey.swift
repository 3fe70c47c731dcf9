import HTTPTypes
import HydraModel

/// The `Idempotency-Key` header.
enum IdempotencyKey {
  static func read(_ headers: HTTPFields) throws(HydraError) -> String? {
    guard let name = HTTPField.Name("Idempotency-Key") else { return nil }
    let values = headers[values: name]
    guard let key = values.first else { return nil }
    guard values.count == 1 else { throw HydraError(.invalidArgument, "the request has two idempotency keys") }
    try HydraError.throwIfAny(CancelRequest(key).problems())
    return key
  }
}
