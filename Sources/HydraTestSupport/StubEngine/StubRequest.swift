/// What a client asked a stub.
public struct StubRequest: Sendable, Equatable {
  /// `GET`, `POST`, …
  public var method: String
  /// The path without the API's version and without the query, as it was sent: still percent-encoded.
  public var path: String
  /// The query, as it was sent.
  public var query: String
  /// The version of the API in the path, as in `1.41`.
  public var version: String?
  /// The headers, names in lower case.
  public var headers: [String: String]
  /// The body.
  public var body: [UInt8]

  /// A request of `method` for `uri`.
  init(method: String, uri: String, headers: [String: String], body: [UInt8]) {
    self.method = method
    self.headers = headers
    self.body = body
    let parts = uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    query = parts.count > 1 ? String(parts[1]) : ""
    let path = parts.first ?? ""
    let segments = path.split(separator: "/", maxSplits: 1)
    if let first = segments.first, first.hasPrefix("v"), first.dropFirst().first?.isNumber == true {
      version = String(first.dropFirst())
      self.path = "/" + (segments.count > 1 ? segments[1] : "")
    } else {
      self.path = String(path)
    }
  }

  /// The body as text.
  public var text: String { String(decoding: body, as: UTF8.self) }
}
