import HummingbirdCore
import HydraModel

/// A request as it came: decoded, not yet checked.
struct Incoming: Sendable {
  /// Values of the path's parameters.
  var parameters: [String: String]
  /// Names and values of the query, in order.
  var query: [(name: String, value: String)]
  var body: [UInt8]

  /// The query of `uri`; throws when it can't be decoded.
  static func query(of uri: URI) throws(HydraError) -> [(name: String, value: String)] {
    var query: [(name: String, value: String)] = []
    for pair in (uri.query ?? "").split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentEncoding.decode(parts[0]),
        let value = PercentEncoding.decode(parts.count > 1 ? parts[1] : "")
      else {
        throw HydraError(.invalidArgument, "the query is not valid percent-encoded UTF-8")
      }
      query.append((name, value))
    }
    return query
  }
}
