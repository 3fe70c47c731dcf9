import AsyncHTTPClient
import FoundationEssentials
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// HTTP to one engine: verbs, time limits, errors. Knows nothing of what is asked.
struct Transport: Sendable {
  private let client: HTTPClient
  private let base: String
  private let endpoint: EngineEndpoint

  /// Largest answer that is read whole, in bytes.
  static let largestAnswer = 32 << 20

  init(_ endpoint: EngineEndpoint, connectTimeout: Duration) throws(EngineError) {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.timeout = .init(connect: .init(connectTimeout), read: nil)
    configuration.connectionPool.idleTimeout = .seconds(30)
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
    // Retries are ours to decide: a dead node must be told of at once.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.httpVersion = .http1Only
    self.endpoint = endpoint
    switch endpoint {
    case .unix(let path):
      let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
      let escaped = path.utf8.map { byte -> String in
        let character = Character(UnicodeScalar(byte))
        if allowed.contains(character) { return String(character) }
        let digits = String(byte, radix: 16, uppercase: true)
        return "%" + (digits.count == 1 ? "0" : "") + digits
      }
      base = "http+unix://\(escaped.joined())"
    case .tcp(let host, let port, let tls):
      base = "\(tls == nil ? "http" : "https")://\(host):\(port)"
      if let tls {
        configuration.tlsConfiguration = try Transport.configuration(tls)
        if let address = tls.address { configuration.dnsOverride[host] = address }
      }
    }
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
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

  func shutdown() async throws { try await client.shutdown() }

  /// What is sent along.
  enum Body: Sendable {
    case none
    case json(Data)
    case tar([UInt8])
    case tarStream(any AsyncSequence<ByteBuffer, any Error> & Sendable)
  }

  /// Sends a request and returns once the head of the answer is there. An error status is thrown, with the engine's
  /// message.
  func send(
    _ method: HTTPMethod, _ path: String, body: Body = .none, within limit: Duration
  ) async throws(EngineError) -> HTTPClientResponse {
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
    do {
      let response = try await client.execute(request, timeout: .init(limit))
      if response.status.code < 400 { return response }
      let data = try await response.body.collect(upTo: 1 << 20)
      throw EngineError(
        .status(Int(response.status.code)), Transport.message(in: data) ?? response.status.reasonPhrase,
        method: method.rawValue, path: path)
    } catch {
      throw wrap(error, method, path)
    }
  }

  private static func body<S: AsyncSequence & Sendable>(_ stream: S) -> HTTPClientRequest.Body
  where S.Element == ByteBuffer { .stream(stream, length: .unknown) }

  /// Sends a request and reads the answer whole.
  func call(
    _ method: HTTPMethod, _ path: String, body: Body = .none, within limit: Duration
  ) async throws(EngineError) -> Data {
    let response = try await send(method, path, body: body, within: limit)
    do {
      let buffer = try await response.body.collect(upTo: Transport.largestAnswer)
      return Data(buffer.readableBytesView)
    } catch {
      throw wrap(error, method, path)
    }
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

  /// Tells transport failures apart by type and errno, not by their words.
  func wrap(_ error: any Error, _ method: HTTPMethod, _ path: String) -> EngineError {
    if let error = error as? EngineError { return error }
    let (reason, message) = classify(error)
    return EngineError(reason, message, method: method.rawValue, path: path)
  }

  private func classify(_ error: any Error) -> (EngineError.Reason, String) {
    if error is CancellationError { return (.timeout, "cancelled") }
    if let error = error as? HTTPClientError {
      switch error {
      case .deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout,
        .tlsHandshakeTimeout:
        return (.timeout, "no answer from \(endpoint) in time")
      case .cancelled: return (.timeout, "cancelled")
      case .remoteConnectionClosed: return (.unreachable, "\(endpoint) closed the connection")
      default: return (.unexpectedAnswer, "\(error)")
      }
    }
    let errnoCode = (error as? IOError)?.errnoCode ?? (error as? NIOConnectionError)?.firstErrno
    switch errnoCode {
    case .some(EACCES), .some(EPERM): return (.permissionDenied, "no rights to \(endpoint)")
    case .some(let code): return (.unreachable, "\(endpoint): \(String(cString: strerror(code)))")
    case nil: break
    }
    if error is NIOTooManyBytesError {
      return (.unexpectedAnswer, "the answer is larger than \(Transport.largestAnswer) bytes")
    }
    if error is ChannelError || error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError {
      return (.unreachable, "\(endpoint): \(error)")
    }
    return (.unexpectedAnswer, "\(endpoint): \(error)")
  }
}

extension NIOConnectionError {
  fileprivate var firstErrno: CInt? {
    connectionErrors.lazy.compactMap { ($0.error as? IOError)?.errnoCode }.first
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
