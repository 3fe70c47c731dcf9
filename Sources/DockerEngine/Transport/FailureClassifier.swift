import AsyncHTTPClient
import AsyncSupport
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// A failure after the head of the response was there.
struct BodyFailure: Error {
  var underlying: any Error
}

/// Tells transport failures apart by type and errno, never by their words.
struct FailureClassifier: Sendable {
  let endpoint: EngineEndpoint
  let largestAnswer: Int

  /// Whether the connection was there and was lost, as when an engine closes an idle connection just as it is used
  /// again. A request that changes nothing may then be sent once more.
  static func isReset(_ error: any Error) -> Bool {
    switch error {
    case let error as BodyFailure: isReset(error.underlying)
    case let error as HTTPClientError: error == .remoteConnectionClosed
    case let error as IOError: error.errnoCode == ECONNRESET || error.errnoCode == EPIPE
    case let error as NIOSSLError: if case .uncleanShutdown = error { true } else { false }
    case let error as HTTPParserError: error == .invalidEOFState
    default: false
    }
  }

  /// `error` as callers meet it.
  func describe(_ error: any Error) -> EngineError {
    switch error {
    case let error as EngineError: error
    case let error as BodyFailure:
      FailureClassifier.isReset(error.underlying)
        ? EngineError(.unexpectedAnswer, "the response of \(endpoint) breaks off") : describe(error.underlying)
    case is CancellationError: .cancelled()
    case is TimeLimitExceeded: noAnswer
    case let error as HTTPClientError: describe(client: error)
    case let error as IOError: describe(errno: error.errnoCode)
    case let error as NIOConnectionError: describe(connection: error)
    case is NIOTooManyBytesError:
      EngineError(.unexpectedAnswer, "the response is larger than \(largestAnswer) bytes")
    case is SocketAddressError: EngineError(.badEndpoint, "\(endpoint) is not an address: \(error)")
    case is SocketAddressError.UnknownHost, is ChannelError, is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
      EngineError(.unreachable, "\(endpoint): \(error)")
    case is HTTPParserError: EngineError(.unexpectedAnswer, "\(endpoint) does not speak HTTP: \(error)")
    default: EngineError(.unexpectedAnswer, "\(endpoint): \(error)")
    }
  }

  private var noAnswer: EngineError { EngineError(.timeout, "no response from \(endpoint) in time") }

  private func describe(client error: HTTPClientError) -> EngineError {
    switch error {
    case .deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout,
      .tlsHandshakeTimeout:
      noAnswer
    case .cancelled: .cancelled()
    case .remoteConnectionClosed: EngineError(.unreachable, "\(endpoint) closed the connection")
    case .alreadyShutdown: EngineError(.unreachable, "the client of \(endpoint) is shut down")
    case .emptyHost, .invalidURL, .missingSocketPath: EngineError(.badEndpoint, "\(endpoint) is not an address")
    default: EngineError(.unexpectedAnswer, "\(endpoint): \(error)")
    }
  }

  private func describe(errno code: CInt) -> EngineError {
    switch code {
    case EACCES, EPERM: EngineError(.permissionDenied, "no rights to \(endpoint)")
    default: EngineError(.unreachable, "\(endpoint): \(String(cString: strerror(code)))")
    }
  }

  private func describe(connection error: NIOConnectionError) -> EngineError {
    if let code = error.connectionErrors.lazy.compactMap({ ($0.error as? IOError)?.errnoCode }).first {
      return describe(errno: code)
    }
    let timedOut = error.connectionErrors.contains {
      if case ChannelError.connectTimeout = $0.error { true } else { false }
    }
    return timedOut ? noAnswer : EngineError(.unreachable, "\(endpoint): \(error)")
  }
}
