import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// A request that got no whole answer.
struct ConnectionFailure: Error, Equatable {
  /// Why, in words for people: `connection refused`.
  var reason: String
  /// Whether a connection had come about: then the request may have arrived.
  var wasConnected: Bool

  /// The failure behind an error of the HTTP client's; nil for a cancellation and for what is not about a connection.
  init?(_ error: any Error) {
    switch error {
    case let error as ConnectionFailure:
      self = error
    case let error as HTTPClientError:
      guard let failure = ConnectionFailure(clientError: error) else { return nil }
      self = failure
    case let error as NIOConnectionError:
      self = ConnectionFailure(error)
    case let error as IOError:
      self.init(ConnectionFailure.text(of: error), wasConnected: error.errnoCode != ECONNREFUSED)
    case HTTPParserError.invalidEOFState:
      self.init(ConnectionFailure.brokenOff, wasConnected: true)
    case is HTTPParserError:
      self.init("the answer is not valid HTTP", wasConnected: true)
    case is ChannelError:
      self.init("the connection was closed", wasConnected: true)
    default:
      return nil
    }
  }

  init(_ reason: String, wasConnected: Bool) {
    self.reason = reason
    self.wasConnected = wasConnected
  }

  private init?(clientError error: HTTPClientError) {
    switch error {
    case .cancelled, .requestStreamCancelled: return nil
    case .remoteConnectionClosed: self.init(ConnectionFailure.brokenOff, wasConnected: true)
    case .connectTimeout, .tlsHandshakeTimeout: self.init("nothing answers there", wasConnected: false)
    case .getConnectionFromPoolTimeout: self.init("too many requests wait for a connection", wasConnected: false)
    case .readTimeout, .writeTimeout: self.init("it took too long", wasConnected: true)
    default: self.init(error.shortDescription, wasConnected: true)
    }
  }

  private init(_ error: NIOConnectionError) {
    if let first = error.connectionErrors.first {
      let reason = (first.error as? IOError).map(ConnectionFailure.text) ?? "\(first.error)"
      self.init(reason, wasConnected: false)
    } else {
      self.init("host '\(error.host)' is not known", wasConnected: false)
    }
  }

  private static let brokenOff = "the connection was closed in the middle of an answer"

  private static func text(of error: IOError) -> String {
    guard let text = strerror(error.errnoCode) else { return "error \(error.errnoCode)" }
    return String(cString: text).lowercased()
  }
}
