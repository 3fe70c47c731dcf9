/// Something HAProxy can't do, or that can't be done with it.
public struct HAProxyError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of failure it is.
  public enum Reason: Sendable, Equatable {
    /// What was asked for is wrong.
    case invalid
    /// The socket can't be reached.
    case unreachable
    /// HAProxy refused a command or a configuration.
    case refused
    /// No answer in time.
    case timeout
    /// The answer is not what HAProxy's manual describes.
    case unexpectedAnswer
  }

  /// What kind of failure it is.
  public var reason: Reason
  /// HAProxy's own message, or ours.
  public var message: String

  /// A failure for `reason`.
  public init(_ reason: Reason, _ message: String) {
    self.reason = reason
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
