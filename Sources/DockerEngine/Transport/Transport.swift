import AsyncHTTPClient
import AsyncSupport
import FoundationEssentials
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// HTTP to one engine: verbs, time limits, errors. Knows nothing of what is asked. Streams keep it alive.
final class Transport: Sendable {
  private let endpoint: EngineEndpoint
  private let connectTimeout: Duration
  private let tls: TLSConfiguration?
  /// Made by the first request: most commands of a language need no engine, and event loops are dear.
  private let connections = Mutex(Connections.none)
  private let base: String
  private let classifier: FailureClassifier
  private let largestAnswer: Int
  let logger: Logger

  /// Longest error message that is read, in bytes.
  private static let largestMessage = 1 << 20
  /// Pauses before a request that changes nothing is sent again over a new connection.
  private static let retryPauses: [Duration] = [.milliseconds(20), .milliseconds(80)]

  init(
    _ endpoint: EngineEndpoint, connectTimeout: Duration, largestAnswer: Int, logger: Logger
  ) throws(EngineError) {
    switch endpoint {
    case .unix(let path):
      base = "http+unix://\(Query.escape(path))"
      tls = nil
    case .tcp(let host, let port, let given):
      let name = host.contains(":") ? "[\(host)]" : host
      base = "\(given == nil ? "http" : "https")://\(name):\(port)"
      if let given { tls = try Transport.configuration(given) } else { tls = nil }
    }
    self.endpoint = endpoint
    self.connectTimeout = connectTimeout
    self.logger = logger
    self.largestAnswer = largestAnswer
    classifier = FailureClassifier(endpoint: endpoint, largestAnswer: largestAnswer)
  }

  private var configuration: HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
    configuration.redirectConfiguration = .disallow
    configuration.timeout = .init(connect: .init(connectTimeout), read: nil)
    configuration.connectionPool.idleTimeout = .seconds(30)
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
    // Retries are ours to decide: a dead node must be reported at once.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.httpVersion = .http1Only
    if case .tcp(let host, _, let given) = endpoint, let address = given?.address {
      configuration.dnsOverride[host] = address
    }
    return configuration
  }

  private enum Connections {
    case none
    case open(HTTPClient)
    case closed
  }

  private func client() throws -> HTTPClient {
    try connections.withLock { connections in
      switch connections {
      case .open(let client): return client
      case .closed: throw HTTPClientError.alreadyShutdown
      case .none:
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        connections = .open(client)
        return client
      }
    }
  }

  private static func configuration(_ tls: EngineTLS) throws(EngineError) -> TLSConfiguration {
    do {
      var configuration = TLSConfiguration.makeClientConfiguration()
      configuration.minimumTLSVersion = .tlsv12
      configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(tls.authority.utf8)))
      configuration.certificateChain =
        try NIOSSLCertificate.fromPEMBytes(Array(tls.certificate.utf8)).map { .certificate($0) }
      configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(tls.key.utf8), format: .pem))
      return configuration
    } catch {
      throw EngineError(.badEndpoint, "the certificates are damaged: \(error)")
    }
  }

  /// Closes all connections; once is enough.
  func shutdown() async {
    let last = connections.withLock { connections in
      defer { connections = .closed }
      return connections
    }
    if case .open(let client) = last { await Transport.close(client, logger) }
  }

  private static func close(_ client: HTTPClient, _ logger: Logger) async {
    do {
      try await client.shutdown()
    } catch {
      logger.error("the connections of an engine's client can't be closed", metadata: ["error": "\(error)"])
    }
  }

  deinit {
    // A client that nobody shut down must not leak its connections, and whoever forgot it has to learn of it. The task
    // outlives us on purpose: a deinit can't wait.
    guard case .open(let client) = connections.withLock({ $0 }) else { return }
    logger.warning("an engine's client was dropped without shutdown()", metadata: ["endpoint": "\(base)"])
    Task { [logger] in
      await Transport.close(client, logger)
    }
  }

  /// What is sent along.
  enum Body: Sendable {
    case none
    case json(Data)
    case tar([UInt8])
    case tarStream(any AsyncSequence<ByteBuffer, any Error> & Sendable)
  }

  /// Sends a request and returns once the head of the response is there, within `limit`. An error status is thrown, with
  /// the engine's message.
  func send(
    _ method: HTTPMethod, _ path: String, body: Body = .none, within limit: Duration
  ) async throws(EngineError) -> HTTPClientResponse {
    do {
      return try await withTimeLimit(limit) { [self] in
        try await retrying(method, path) { try await exchange(method, path, body, limit) }
      }
    } catch {
      throw wrap(error, method, path)
    }
  }

  /// Sends a request and reads the whole response, all within `limit`.
  func call(
    _ method: HTTPMethod, _ path: String, body: Body = .none, within limit: Duration
  ) async throws(EngineError) -> Data {
    do {
      return try await withTimeLimit(limit) { [self] in
        try await retrying(method, path) {
          let response = try await exchange(method, path, body, limit)
          let buffer = try await collect(response, upTo: largestAnswer)
          return Data(buffer.readableBytesView)
        }
      }
    } catch {
      throw wrap(error, method, path)
    }
  }

  func wrap(_ error: any Error, _ method: HTTPMethod, _ path: String) -> EngineError {
    classifier.describe(error).during(method.rawValue, path)
  }

  private func exchange(
    _ method: HTTPMethod, _ path: String, _ body: Body, _ limit: Duration
  ) async throws -> HTTPClientResponse {
    var request = HTTPClientRequest(url: base + path)
    request.method = method
    request.headers.add(name: "Host", value: "docker")
    switch body {
    case .none: break
    case .json(let data):
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(bytes: data))
    case .tar(let bytes):
      request.headers.add(name: "Content-Type", value: "application/x-tar")
      request.body = .bytes(ByteBuffer(bytes: bytes))
    case .tarStream(let stream):
      request.headers.add(name: "Content-Type", value: "application/x-tar")
      request.body = Transport.body(stream)
    }
    // The caller's own limit ends this by cancelling it; two limits at the same moment would race.
    let response = try await client().execute(request, timeout: .init(limit + .seconds(5)))
    // Redirects are no part of the API: following one would send a request somewhere else than asked.
    // 304 is how the engine says that a container runs, or is stopped, already: what was requested holds.
    guard response.status.code >= 300, response.status.code != 304 else { return response }
    let buffer = try await collect(response, upTo: Transport.largestMessage)
    throw EngineError(
      .status(Int(response.status.code)), Transport.message(in: buffer) ?? response.status.reasonPhrase,
      method: method.rawValue, path: path)
  }

  private static func body<S: AsyncSequence & Sendable>(_ stream: S) -> HTTPClientRequest.Body
  where S.Element == ByteBuffer { .stream(stream, length: .unknown) }

  private func collect(_ response: HTTPClientResponse, upTo limit: Int) async throws -> ByteBuffer {
    do {
      return try await response.body.collect(upTo: limit)
    } catch {
      throw BodyFailure(underlying: error)
    }
  }

  /// Sends what changes nothing again when its connection was lost; nothing else, and not when none can be made.
  private func retrying<T>(
    _ method: HTTPMethod, _ path: String, _ attempt: @Sendable () async throws -> T
  ) async throws -> T {
    let pauses = method == .GET || method == .HEAD ? Transport.retryPauses : []
    for pause in pauses {
      do {
        return try await attempt()
      } catch  where FailureClassifier.isReset(error) {
        logger.debug("a connection to the engine was lost", metadata: ["path": "\(path)", "error": "\(error)"])
        try await Task.sleep(for: pause)
      }
    }
    return try await attempt()
  }

  private static func message(in buffer: ByteBuffer) -> String? {
    struct Payload: Decodable { var message: String }
    let data = Data(buffer.readableBytesView)
    if let payload = try? JSONDecoder().decode(Payload.self, from: data) {
      return payload.message.trimmingTrailingNewlines()
    }
    let text = String(decoding: data.prefix(500), as: UTF8.self).trimmingTrailingNewlines()
    return text.isEmpty ? nil : text
  }
}

extension TimeAmount {
  init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }
}

extension String {
  func trimmingTrailingNewlines() -> String {
    var text = self[...]
    while text.last?.isNewline == true { text.removeLast() }
    return String(text)
  }
}
