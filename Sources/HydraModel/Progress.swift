/// A step of an operation that takes a while, for whoever displays it.
public struct ProgressUpdate: Sendable, Equatable {
  /// What the step is about: `node-3`, `network test`. Updates of one subject replace each other on a terminal.
  public var subject: String
  /// What is being done, or was: `starting`, `ready`.
  public var message: String
  /// Whether it is running, done, failed, or being undone.
  public var phase: Phase
  /// The fraction done, from 0 to 1, where that is known.
  public var fraction: Double?

  /// An update of these parts.
  public init(_ subject: String, _ message: String, phase: Phase = .running, fraction: Double? = nil) {
    self.subject = subject
    self.message = message
    self.phase = phase
    self.fraction = fraction
  }

  /// How a step stands.
  public enum Phase: String, Sendable {
    case running, done, failed, undone
    /// Done, and the result of the command says so: a person need not read it twice.
    case confirmed
  }
}

/// Receives progress updates. Called from any thread; must not block.
public typealias ProgressHandler = @Sendable (ProgressUpdate) -> Void
