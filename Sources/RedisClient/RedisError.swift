/// A command that did not succeed. Keeps the command's name, never its arguments.
public struct RedisError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of failure it is.
  public enum Reason: Sendable, Equatable {
    /// Redis can't be reached, or closed the connection.
    case unreachable
    /// No answer in time. Whether the command was executed is not known.
    case timeout
    /// Redis refused the command.
    case refused
    /// What answered does not speak the protocol.
    case protocolViolation
  }

  /// What kind of failure it is.
  public var reason: Reason
  /// Redis's message, or the transport's.
  public var message: String
  /// Name of the command.
  public var command: String?

  /// A failure for `reason`.
  public init(_ reason: Reason, _ message: String, command: String? = nil) {
    self.reason = reason
    self.message = message
    self.command = command
  }

  /// The message, with the command it belongs to.
  public var description: String { command.map { "\($0): \(message)" } ?? message }
}
