/// A call to an engine that did not succeed. Keeps what was asked; never a body, which may hold secrets.
public struct EngineError: Error, Sendable, Equatable {
  /// What kind of failure it is.
  public var reason: Reason
  /// The engine's own message, or the transport's.
  public var message: String
  /// HTTP method of the call; nil when none was made.
  public var method: String?
  /// Path of the call.
  public var path: String?
  /// Whether nobody waits for the response any more: the calling task was cancelled. The reason is `timeout` then.
  public var isCancelled = false

  /// A failure for `reason`.
  public init(_ reason: Reason, _ message: String, method: String? = nil, path: String? = nil) {
    self.reason = reason
    self.message = message
    self.method = method
    self.path = path
  }

  /// What kind of failure it is.
  public enum Reason: Sendable, Equatable {
    /// Nothing listens there: no such socket, connection refused or reset.
    case unreachable
    /// The socket is there but not for us.
    case permissionDenied
    /// No response within the time limit, or within the patience of whoever asked (``EngineError/isCancelled``).
    case timeout
    /// The engine responded with this HTTP status.
    case status(Int)
    /// The engine's response is not what the API describes, is too large, or breaks off.
    case unexpectedAnswer
    /// The work was begun and failed; the engine said so inside a stream.
    case inBand
    /// The endpoint itself is wrong.
    case badEndpoint
  }

  /// The HTTP status, when the engine responded with one.
  public var status: Int? {
    if case .status(let code) = reason { return code }
    return nil
  }

  /// Whether what was requested is not there (404).
  public var isNotFound: Bool { status == 404 }
  /// Whether something of that name is there already, or its state forbids the call (409).
  public var isConflict: Bool { status == 409 }

  /// The calling task was cancelled.
  static func cancelled() -> EngineError {
    var error = EngineError(.timeout, "cancelled")
    error.isCancelled = true
    return error
  }

  /// The same failure, as one of this call; a call it already names stays.
  func during(_ method: String, _ path: String) -> EngineError {
    var error = self
    error.method = self.method ?? method
    error.path = self.path ?? path
    return error
  }
}

extension EngineError: CustomStringConvertible {
  /// The message, with the call it belongs to.
  public var description: String {
    let call = [method, path].compactMap { $0 }.joined(separator: " ")
    let status = status.map { " (\($0))" } ?? ""
    return call.isEmpty ? message : "\(message) [\(call)\(status)]"
  }
}
