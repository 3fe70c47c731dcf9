public import FoundationEssentials

/// A request as it goes over HTTP: what a client sends, and what a plan shows.
public struct RequestMessage: Sendable, Equatable {
  /// `GET`, `POST` or `DELETE`.
  public var method: String
  /// The parts of the path, not yet escaped.
  public var path: [String]
  /// Names and values behind the `?`.
  public var query: [String: String]
  /// A JSON object; nil for none.
  public var body: Data?

  /// The message of `request`. Throws `not_found` for a name that can't be part of a path: an empty one would address the
  /// collection, and `..` another resource.
  public init<R: ClusterRequest>(_ request: R) throws(HydraError) {
    method = R.endpoint.method.rawValue
    let parameters = request.parameters
    var noun = "thing"
    var path: [String] = []
    for part in R.endpoint.path.split(separator: "/") {
      guard part.first == "{", part.last == "}" else {
        noun = part.last == "s" ? String(part.dropLast()) : String(part)
        path.append(String(part))
        continue
      }
      let value = parameters[String(part.dropFirst().dropLast())] ?? ""
      guard !value.isEmpty, value != ".", value != ".." else {
        throw HydraError(.notFound, "there is no \(noun) '\(value)'")
      }
      path.append(value)
    }
    self.path = path
    query = request.query
    do {
      body = try request.body.map { try HydraJSON.encode($0) }
    } catch {
      // A number that JSON does not have: not a number, infinity.
      throw HydraError(.invalidArgument, "the request can't be sent as JSON: \(error)")
    }
  }

  /// As people write it: `POST /nodes/node-1/kill`, `POST /node {"cpus":2}`.
  public var text: String {
    var text = "\(method) /\(path.joined(separator: "/"))"
    if !query.isEmpty {
      text += "?" + query.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
    }
    if let body { text += " " + String(decoding: body, as: UTF8.self) }
    return text
  }
}

extension ClusterRequest {
  /// As it goes over HTTP, for people: `POST /nodes/node-1/kill`; its name where it can't.
  public var text: String { (try? RequestMessage(self).text) ?? Self.name }
}
