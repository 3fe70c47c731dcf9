/// A command that did not succeed. Keeps the command's name, never its arguments.
public struct RedisError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of failure it is.
  public enum Reason: Sendable, Equatable {
    /// Redis can't be reached, or the connection broke.
    case unreachable
    /// No reply in time.
    case timeout
    /// Redis replied with an error; its first word is in `code`.
    case refused
    /// The reply is not of the protocol, or does not fit the command.
    case protocolViolation
    /// The client was closed.
    case closed
  }

  /// What kind of failure it is.
  public var reason: Reason
  /// Redis's message, or what happened to the connection.
  public var message: String
  /// Name of the command; nil when none was being sent.
  public var command: String?
  /// Whether Redis may have executed the command all the same: it was sent, and no reply came.
  public var mayHaveBeenExecuted: Bool

  /// A failure for `reason`.
  public init(_ reason: Reason, _ message: String, command: String? = nil, mayHaveBeenExecuted: Bool = false) {
    self.reason = reason
    self.message = message
    self.command = command
    self.mayHaveBeenExecuted = mayHaveBeenExecuted
  }

  /// First word of Redis's message, such as `WRONGTYPE`, `NOPERM` or `ERR`; nil unless Redis refused the command.
  public var code: String? {
    guard reason == .refused else { return nil }
    return message.split(separator: " ", maxSplits: 1).first.map(String.init)
  }

  /// The message, with the command it belongs to.
  public var description: String {
    let prefix = command.map { "redis \($0): " } ?? "redis: "
    return prefix + message + (mayHaveBeenExecuted ? " (the command may have been executed)" : "")
  }

  func of(_ command: String) -> RedisError {
    var copy = self
    if copy.command == nil { copy.command = command }
    return copy
  }
}
