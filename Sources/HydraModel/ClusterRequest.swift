public import FoundationEssentials

/// A request of the API that changes a cluster: what a client sends, and what a plan shows.
public struct ClusterRequest: Sendable, Equatable {
  /// `POST` or `DELETE`.
  public var method: String
  /// The parts of the path, not yet escaped.
  public var path: [String]
  /// Names and values behind the `?`.
  public var query: [String: String] = [:]
  /// A JSON object; nil for none.
  public var body: Data?

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
  /// `POST /node`.
  public static func addNode(_ spec: NodeSpec) throws(HydraError) -> ClusterRequest {
    ClusterRequest(method: "POST", path: ["node"], body: try encoded(spec))
  }

  /// `DELETE /nodes/{name}`.
  public static func removeNode(_ name: String, force: Bool) throws(HydraError) -> ClusterRequest {
    ClusterRequest(
      method: "DELETE", path: ["nodes", try named(name, "node")], query: force ? ["force": "true"] : [:])
  }

  /// `POST /nodes/{name}/kill`.
  public static func killNode(_ name: String) throws(HydraError) -> ClusterRequest {
    ClusterRequest(method: "POST", path: ["nodes", try named(name, "node"), "kill"])
  }

  /// `POST /nodes/{name}/start`.
  public static func startNode(_ name: String) throws(HydraError) -> ClusterRequest {
    ClusterRequest(method: "POST", path: ["nodes", try named(name, "node"), "start"])
  }

  /// `POST /service`.
  public static func addService(_ spec: ServiceSpec) throws(HydraError) -> ClusterRequest {
    ClusterRequest(method: "POST", path: ["service"], body: try encoded(spec))
  }

  /// `DELETE /services/{alias}`.
  public static func removeService(_ alias: String) throws(HydraError) -> ClusterRequest {
    ClusterRequest(method: "DELETE", path: ["services", try named(alias, "service")])
  }

  /// `POST /services/{alias}/migrate`.
  public static func migrate(_ alias: String, from: String?, to: String?) throws(HydraError) -> ClusterRequest {
    ClusterRequest(
      method: "POST", path: ["services", try named(alias, "service"), "migrate"],
      body: try encoded(MigrationBody(from: from, to: to)))
  }

  /// `name` as a part of a path. Throws `not_found` where it can't be one: an empty name would address the collection, and
  /// `..` another resource.
  public static func named(_ name: String, _ noun: String) throws(HydraError) -> String {
    guard !name.isEmpty, name != ".", name != ".." else {
      throw HydraError(.notFound, "there is no \(noun) '\(name)'")
    }
    return name
  }

  private static func encoded(_ value: some Encodable) throws(HydraError) -> Data {
    do {
      return try HydraJSON.encode(value)
    } catch {
      // A number that JSON does not have: not a number, infinity.
      throw HydraError(.invalidArgument, "the request can't be sent as JSON: \(error)")
    }
  }

  private struct MigrationBody: Encodable {
    var from: String?
    var to: String?
  }
}
