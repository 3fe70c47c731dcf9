/// Cancels the request of an `Idempotency-Key`; done when what it did is undone, or it ended otherwise.
public struct CancelRequest: ClusterRequest {
  public typealias Answer = RequestOutcome
  public static let name = "request.cancel"
  public static let endpoint = RequestEndpoint(
    .delete, "/requests/{key}", "cancel the request with that Idempotency-Key")
  public static let patience = RequestPatience.deployment

  /// The key of the request.
  public var key: String

  /// Cancels the request with `key`.
  public init(_ key: String) { self.key = key }
  public init(fields: inout some RequestFields) { key = fields.parameter("key") }
  public var parameters: [String: String] { ["key": key] }

  /// The longest key of a client, in characters.
  public static let longestKey = 255

  /// What is wrong with the key. Those that the cluster itself gives have blanks: nobody can cancel what was sent without one.
  public func problems() -> [HydraError] {
    let isKey = (1...Self.longestKey).contains(key.utf8.count) && key.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    return isKey
      ? []
      : [
        HydraError(
          .invalidArgument, "the idempotency key is not 1 to \(Self.longestKey) visible ASCII characters")
      ]
  }
}

/// What became of a request that was to be cancelled.
public enum RequestOutcome: String, Sendable, Codable {
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
}
