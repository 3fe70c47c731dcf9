public import HydraDiagnostics

/// The rules for the values of commands that only the model knows, such as names and sizes. Passed in, so that a text is
/// checked by the same code as a request.
public protocol CommandValidator: Sendable {
  /// What is wrong with the values that are written out in `command`.
  func problems(of command: Program.CommandTemplate) -> [ValueProblem]
  /// Why nothing of `kind` can be called `name`; nil if it can.
  func problem(ofName name: String, _ kind: CompletionSource, at range: SourceRange) -> ValueProblem?
}

/// Why a value of a command is not allowed.
public struct ValueProblem: Sendable {
  /// What is wrong.
  public let message: String
  /// What to do about it.
  public let remedy: String?
  /// Where the value stands.
  public let range: SourceRange

  /// A problem of these parts.
  public init(_ message: String, remedy: String?, range: SourceRange) {
    self.message = message
    self.remedy = remedy
    self.range = range
  }
}
