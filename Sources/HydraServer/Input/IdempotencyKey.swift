import HTTPTypes
import HydraModel

/// The `Idempotency-Key` header.
enum IdempotencyKey {
  /// Longest key taken, in characters.
  static let maximumLength = 255

  static func read(_ headers: HTTPFields) throws(HydraError) -> String? {
    guard let name = HTTPField.Name("Idempotency-Key") else { return nil }
    let values = headers[values: name]
    guard let key = values.first else { return nil }
    guard values.count == 1 else { throw HydraError(.invalidArgument, "the request has two idempotency keys") }
    guard isValid(key) else {
      throw HydraError(
        .invalidArgument, "the idempotency key is not 1 to \(maximumLength) visible ASCII characters")
    }
    return key
  }

  static func isValid(_ key: String) -> Bool {
    (1...maximumLength).contains(key.utf8.count) && key.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }
}
