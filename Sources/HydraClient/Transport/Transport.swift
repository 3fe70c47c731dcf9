import AsyncHTTPClient
import AsyncSupport
import FoundationEssentials
import HydraModel
import NIOCore
import NIOHTTP1

/// One request of the API.
struct APIRequest: Sendable {
  var method: HTTPMethod
  var path: [String]
  var query: [(String, String)] = []
  var body: [UInt8]?
  var idempotencyKey: String?

  init(
    method: HTTPMethod, path: [String], query: [(String, String)] = [], body: [UInt8]? = nil,
    idempotencyKey: String? = nil
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.body = body
    self.idempotencyKey = idempotencyKey
  }

  init(_ request: RequestMessage) {
    self.init(
      method: HTTPMethod(rawValue: request.method), path: request.path, query: request.query.map { ($0.key, $0.value) },
      body: request.body.map(Array.init))
  }

  /// As in messages: `POST /service`.
  var description: String { "\(method.rawValue) /\(path.joined(separator: "/"))" }
}

/// A complete response.
struct APIReply: Sendable {
  var status: Int
  var contentType: String
  var body: [UInt8]
}

/// Sends requests and receives responses: connections and bytes, no meaning.
struct Transport: Sendable {
  /// Largest response accepted, in bytes; the state of a cluster of the largest size is below 1 MiB.
  static let maximumAnswer = 16 << 20

  let endpoint: Endpoint
  let token: String?
  let configuration: ClientConfiguration

  private let client: HTTPClient

  init(endpoint: Endpoint, token: String?, configuration: ClientConfiguration) {
    self.endpoint = endpoint
    self.token = token
    self.configuration = configuration
    client = HTTPClients.api
  }

  /// The response to `request`. Throws ``ConnectionFailure``, ``TimeLimitExceeded``, ``HydraError`` or `CancellationError`.
  func exchange(_ request: APIRequest, limit: Duration) async throws -> APIReply {
    try await withTimeLimit(limit) {
      let response = try await open(request)
      do {
        let body = try await response.body.collect(upTo: Transport.maximumAnswer)
        return APIReply(
          status: Int(response.status.code), contentType: response.headers.first(name: "Content-Type") ?? "",
          body: Array(body.readableBytesView))
      } catch is NIOTooManyBytesError {
        throw HydraError(
          .unreachable,
          "the response of \(endpoint.base) to \(request.description) has more than \(Transport.maximumAnswer) bytes")
      } catch {
        throw Transport.classified(error)
      }
    }
  }

  /// The head of the response to `request`, its body still to come. The caller limits the time.
  func open(_ request: APIRequest, headers: [(String, String)] = []) async throws -> HTTPClientResponse {
    var message = HTTPClientRequest(url: endpoint.url(request.path, query: request.query))
    message.method = request.method
    if let token { message.headers.add(name: "Authorization", value: "Bearer \(token)") }
    if let key = request.idempotencyKey { message.headers.add(name: "Idempotency-Key", value: key) }
    if let body = request.body {
      message.headers.add(name: "Content-Type", value: "application/json")
      message.body = .bytes(ByteBuffer(bytes: body))
    }
    for (name, value) in headers { message.headers.replaceOrAdd(name: name, value: value) }
    do {
      return try await client.execute(message, deadline: .distantFuture)
    } catch {
      throw Transport.classified(error)
    }
  }

  /// `error` as one of the kinds that are told apart here.
  static func classified(_ error: any Error) -> any Error {
    if Task.isCancelled || error is CancellationError { return CancellationError() }
    if let failure = ConnectionFailure(error) { return failure }
    return error is HydraError ? error : ConnectionFailure("\(error)", wasConnected: true)
  }
}

/// The HTTP clients of the process. They live as long as it does, on the shared event loops.
enum HTTPClients {
  /// For the API. Follows no redirect: the token goes nowhere else.
  static let api = make(connect: .seconds(3))
  /// For ``HTTPProbeClient``.
  static let probe = make(connect: .seconds(30))

  private static func make(connect: TimeAmount) -> HTTPClient {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow, timeout: HTTPClient.Configuration.Timeout(connect: connect))
    configuration.httpVersion = .http1Only
    // A caller is to know at once that nothing listens; retries are done above, with a limit.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 512
    configuration.connectionPool.idleTimeout = .seconds(20)
    return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
  }
}
