/// One reason why a configuration can't be written down.
public struct ConfigurationProblem: Sendable, Equatable, CustomStringConvertible {
  /// What is wrong: `backend name`, `server address`, …
  public var subject: String
  /// The value; empty when it is a secret.
  public var value: String
  /// What it should be.
  public var expectation: String

  /// One line, the value quoted.
  public var description: String {
    value.isEmpty ? "\(subject) is not \(expectation)" : "\(subject) '\(value.visible)' is not \(expectation)"
  }
}

extension String {
  /// Control characters made visible, and cut, so that a value can be shown in one line.
  fileprivate var visible: String {
    let shown = unicodeScalars.prefix(80).map { $0.value < 0x20 || $0.value == 0x7F ? "\u{FFFD}" : String($0) }.joined()
    return unicodeScalars.count > 80 ? shown + "…" : shown
  }
}
