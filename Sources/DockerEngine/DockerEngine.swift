import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Synchronization

/// A client of one Docker engine. Speaks the newest version of the Engine API that both sides know.
///
/// Every call has a time limit and ends at once when its task is cancelled. Failures are ``EngineError``.
/// Call ``shutdown()`` when it is no longer needed: it owns connections.
public final class DockerEngine: Sendable {
  /// Where the engine listens.
  public let endpoint: EngineEndpoint
  let transport: Transport
  private let version = Mutex<String?>(nil)

  /// The newest version of the Engine API that this client knows, as (major, minor). Engines from 29.0 refuse versions
  /// below 1.44.
  static let newestVersion = (1, 47)
  /// Time limit of a call that does not say otherwise.
  public static let defaultLimit: Duration = .seconds(30)

  /// A client of the engine at `endpoint`. `connectTimeout` bounds how long a connection may take.
  public init(_ endpoint: EngineEndpoint, connectTimeout: Duration = .seconds(2)) throws(EngineError) {
    self.endpoint = endpoint
    transport = try Transport(endpoint, connectTimeout: connectTimeout)
  }

  /// Closes all connections. Calls that run fail.
  public func shutdown() async { try? await transport.shutdown() }

  /// Asks whether the engine answers; returns the newest API version it speaks.
  @discardableResult
  public func ping(within limit: Duration = .seconds(5)) async throws(EngineError) -> String {
    let response = try await transport.send(.HEAD, "/_ping", within: limit)
    guard let version = response.headers.first(name: "Api-Version") else {
      throw EngineError(
        .unexpectedAnswer, "\(endpoint) answers, but not as a Docker engine does", method: "HEAD", path: "/_ping")
    }
    return version
  }

  /// `/v<version>`: the smaller of the engine's newest version and ours, asked for once.
  private func prefix(_ limit: Duration) async throws(EngineError) -> String {
    if let known = version.withLock({ $0 }) { return known }
    let newest = try await ping(within: min(limit, .seconds(5)))
    let parts = newest.split(separator: ".").compactMap { Int($0) }
    guard parts.count == 2 else {
      throw EngineError(.unexpectedAnswer, "'\(newest)' is not an API version", method: "HEAD", path: "/_ping")
    }
    let chosen = (parts[0], parts[1]) < DockerEngine.newestVersion ? (parts[0], parts[1]) : DockerEngine.newestVersion
    let prefix = "/v\(chosen.0).\(chosen.1)"
    version.withLock { $0 = prefix }
    return prefix
  }

  // MARK: Verbs

  func get<T: Decodable>(
    _ path: String, as type: T.Type = T.self, within limit: Duration = defaultLimit
  ) async throws(EngineError) -> T {
    let data = try await transport.call(.GET, try await prefix(limit) + path, within: limit)
    return try decode(data, .GET, path)
  }

  func post<T: Decodable>(
    _ path: String, _ body: (any Encodable & Sendable)?, as type: T.Type = T.self, within limit: Duration = defaultLimit
  ) async throws(EngineError) -> T {
    let data = try await transport.call(.POST, try await prefix(limit) + path, body: try encode(body), within: limit)
    return try decode(data, .POST, path)
  }

  func perform(
    _ method: HTTPMethod, _ path: String, _ body: Transport.Body = .none, within limit: Duration = defaultLimit
  ) async throws(EngineError) {
    _ = try await transport.call(method, try await prefix(limit) + path, body: body, within: limit)
  }

  /// The chunks of an answer that is read as it comes, at the reader's pace. `limit` bounds the time until the answer
  /// begins.
  func stream(
    _ method: HTTPMethod, _ path: String, _ body: Transport.Body = .none, within limit: Duration
  ) async throws(EngineError) -> ByteStream {
    let response = try await transport.send(method, try await prefix(.seconds(10)) + path, body: body, within: limit)
    return ByteStream(response.body) { [transport] in transport.wrap($0, method, path) }
  }

  func encode(_ body: (any Encodable & Sendable)?) throws(EngineError) -> Transport.Body {
    guard let body else { return .none }
    do {
      return .json(try JSONEncoder().encode(body))
    } catch {
      throw EngineError(.unexpectedAnswer, "the request can't be encoded: \(error)")
    }
  }

  func decode<T: Decodable>(_ data: Data, _ method: HTTPMethod, _ path: String) throws(EngineError) -> T {
    do {
      return try JSONDecoder().decode(T.self, from: data)
    } catch {
      throw EngineError(
        .unexpectedAnswer, "the engine's answer can't be understood: \(error)", method: method.rawValue, path: path)
    }
  }
}

/// Escaping for paths and queries.
enum Query {
  private static let unreserved = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)

  /// `text` percent-encoded as one path segment or query value.
  static func escape(_ text: String) -> String {
    var escaped = ""
    for byte in text.utf8 {
      if unreserved.contains(byte) {
        escaped.unicodeScalars.append(UnicodeScalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        escaped += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return escaped
  }

  /// `?name=value&…` of the values that are not nil; empty when there are none.
  static func string(_ items: KeyValuePairs<String, String?>) -> String {
    let pairs = items.compactMap { name, value in value.map { "\(name)=\(escape($0))" } }
    return pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
  }

  /// The engine's filter syntax: a JSON object of lists.
  static func filters(_ filters: [String: [String]]) -> String? {
    guard !filters.isEmpty, let data = try? JSONEncoder().encode(filters) else { return nil }
    return String(decoding: data, as: UTF8.self)
  }

  /// Labels as a filter: `name=value`.
  static func labels(_ labels: [String: String]) -> [String] { labels.map { "\($0.key)=\($0.value)" }.sorted() }
}
