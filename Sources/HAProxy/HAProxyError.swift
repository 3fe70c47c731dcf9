/// Something HAProxy can't do, or that can't be done with it.
public struct HAProxyError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of failure it is.
  public enum Reason: Sendable, Equatable {
    /// The request can't be written down: a name, address or path that would mean something else.
    case invalid
    /// A socket can't be reached, or broke off.
    case unreachable
    /// No response in time.
    case timeout
    /// HAProxy refused a command or a configuration; it runs on as it was.
    case refused
    /// HAProxy could not load a configuration it had found valid; the old worker serves on.
    case reloadFailed
    /// The response is not what HAProxy's manual describes, or HAProxy did not do what it confirmed.
    case unexpectedAnswer
    /// The configuration's file can't be read or written.
    case file
  }

  /// What kind of failure it is.
  public var reason: Reason
  /// One line or more for people, with HAProxy's own words where there are any.
  public var message: String

  /// A failure for `reason`.
  public init(_ reason: Reason, _ message: String) {
    self.reason = reason
    self.message = message
  }

  /// The message.
  public var description: String { message }

  static func invalid(_ problems: [ConfigurationProblem]) -> HAProxyError {
    HAProxyError(.invalid, problems.map(\.description).joined(separator: "; "))
  }

  static func malformed(_ command: String, _ detail: String) -> HAProxyError {
    HAProxyError(.unexpectedAnswer, "the response to '\(command)' is malformed: \(detail)")
  }
}
