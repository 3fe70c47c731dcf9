import Crypto
import HTTPTypes
import HydraModel

/// Who may change the cluster.
struct TokenPolicy: Sendable {
  /// The digest of the token, never the token, so that nothing here can leak it; nil when none is needed.
  private let expected: SHA256.Digest?

  init(token: String?) {
    expected = token.map { SHA256.hash(data: Array($0.utf8)) }
  }

  /// Throws `unauthorized` for a request that changes something and does not bring the token.
  func check(_ request: HTTPRequest) throws(HydraError) {
    guard let expected, request.method != .get, request.method != .head else { return }
    let remedy = "send 'Authorization: Bearer TOKEN' with the token of the cluster"
    guard let header = request.headerFields[.authorization] else {
      throw HydraError(.unauthorized, "\(request.method) needs the cluster's token", remedy: remedy)
    }
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else {
      throw HydraError(.unauthorized, "the Authorization header is not a bearer token", remedy: remedy)
    }
    let given = SHA256.hash(data: Array(parts[1].drop { $0 == " " }.utf8))
    // Comparing digests takes the same time for every token, whatever its length (swift-crypto compares in constant time).
    guard given == expected else {
      throw HydraError(.unauthorized, "the token is not this cluster's", remedy: remedy)
    }
  }
}
