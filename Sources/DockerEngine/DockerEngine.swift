import AsyncHTTPClient
import FoundationEssentials
public import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// A client of one Docker engine. Speaks the newest version of the Engine API that both sides know.
///
/// Every call has a time limit and ends at once when its task is cancelled. Failures are ``EngineError``. A call that
/// changes nothing is sent again when its connection is lost, a few times and within its limit; no other is.
/// Call ``shutdown()`` when it is no longer needed: it owns connections.
public final class DockerEngine: Sendable {
  /// Where the engine listens.
  public let endpoint: EngineEndpoint
  let transport: Transport
  private let negotiated = Mutex<String?>(nil)

  /// The newest version of the Engine API that this client knows, as (major, minor). Engines from 29.0 refuse versions
  /// below 1.44.
  static let newestVersion = (1, 47)
  /// Time limit of a call that does not say otherwise.
  public static let defaultLimit: Duration = .seconds(30)

  /// A client of the engine at `endpoint`. `connectTimeout` bounds how long a connection may take, `largestAnswer` (in
  /// bytes) what is read whole into memory. Lost connections are reported to `logger`.
  public init(
    _ endpoint: EngineEndpoint, connectTimeout: Duration = .seconds(2), largestAnswer: Int = 32 << 20,
    logger: Logger? = nil
  ) throws(EngineError) {
    self.endpoint = endpoint
    transport = try Transport(
      endpoint, connectTimeout: connectTimeout, largestAnswer: largestAnswer,
      logger: logger ?? Logger(label: "DockerEngine") { _ in SwiftLogNoOpLogHandler() })
  }

  /// Closes all connections. Calls that run fail; later ones do too.
  public func shutdown() async { await transport.shutdown() }

  /// Asks whether the engine responds; returns the newest API version it speaks.
  @discardableResult
  public func ping(within limit: Duration = .seconds(5)) async throws(EngineError) -> String {
    let response = try await transport.send(.HEAD, "/_ping", within: limit)
    guard let version = response.headers.first(name: "Api-Version") else {
      throw EngineError(
        .unexpectedAnswer, "\(endpoint) responds, but not as a Docker engine does", method: "HEAD", path: "/_ping")
    }
    if let prefix = DockerEngine.prefix(newest: version) { negotiated.withLock { $0 = prefix } }
    return version
  }

  /// `/v<version>`: the smaller of the engine's newest version and ours, requested once.
  private func prefix(_ limit: Duration) async throws(EngineError) -> String {
    if let known = negotiated.withLock({ $0 }) { return known }
    let newest = try await ping(within: min(limit, .seconds(5)))
    guard let prefix = DockerEngine.prefix(newest: newest) else {
      throw EngineError(.unexpectedAnswer, "'\(newest)' is not an API version", method: "HEAD", path: "/_ping")
    }
    return prefix
  }

  private static func prefix(newest: String) -> String? {
    let parts = newest.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let major = parts[0], let minor = parts[1] else { return nil }
    let chosen = (major, minor) < newestVersion ? (major, minor) : newestVersion
    return "/v\(chosen.0).\(chosen.1)"
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

  /// A call whose response, if any, is not JSON.
  @discardableResult
  func perform(
    _ method: HTTPMethod, _ path: String, _ body: Transport.Body = .none, within limit: Duration = defaultLimit
  ) async throws(EngineError) -> Data {
    try await transport.call(method, try await prefix(limit) + path, body: body, within: limit)
  }

  /// The chunks of a response that is read as it comes, at the reader's pace. `limit` bounds the time until the response
  /// begins, `patience` the reading.
  func stream(
    _ method: HTTPMethod, _ path: String, _ body: Transport.Body = .none, within limit: Duration,
    patience: ByteStream.Patience
  ) async throws(EngineError) -> ByteStream {
    let response = try await transport.send(
      method, try await prefix(min(limit, .seconds(10))) + path, body: body, within: limit)
    return ByteStream(response.body, patience: patience) { [transport] in transport.wrap($0, method, path) }
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
        .unexpectedAnswer, "the engine's response can't be understood: \(error)", method: method.rawValue, path: path)
    }
  }
}
