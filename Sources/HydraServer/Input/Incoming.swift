import HummingbirdCore
import HydraModel

/// A request whose body was read and whose query was checked.
struct Incoming: Sendable {
  /// Values of the path's parameters, decoded.
  var parameters: [String: String]
  /// Values of the query, decoded.
  var query: [String: String]
  var body: [UInt8]

  /// The parameter `name` of the path, which the route has.
  func parameter(_ name: String) throws(HydraError) -> String {
    guard let value = parameters[name], !value.isEmpty else {
      throw HydraError(.invalidArgument, "the path has no \(name)")
    }
    return value
  }

  /// The query's `name` as a flag; false when it is not there.
  func flag(_ name: String) throws(HydraError) -> Bool {
    switch query[name] {
    case nil, "false": false
    case "true": true
    case .some(let other):
      throw HydraError(.invalidArgument, "query parameter '\(name)' is '\(other.prefix(40))', expected true or false")
    }
  }

  /// Throws unless the body is empty or `{}`.
  func expectNoFields() throws(HydraError) {
    try ObjectReader(body, fields: []).finish()
  }

  /// The query of `uri`; throws for names that are not among `known`, given twice, or not decodable.
  static func query(of uri: URI, known: [String]) throws(HydraError) -> [String: String] {
    var query: [String: String] = [:]
    var problems: [HydraError] = []
    for pair in (uri.query ?? "").split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentEncoding.decode(parts[0]),
        let value = PercentEncoding.decode(parts.count > 1 ? parts[1] : "")
      else {
        throw HydraError(.invalidArgument, "the query is not valid percent-encoded UTF-8")
      }
      if !known.contains(name) {
        problems.append(UnknownName.problem("query parameter", name, among: known))
      } else if query.updateValue(value, forKey: name) != nil {
        problems.append(HydraError(.invalidArgument, "query parameter '\(name)' appears twice"))
      }
    }
    try HydraError.throwing(problems)
    return query
  }
}
