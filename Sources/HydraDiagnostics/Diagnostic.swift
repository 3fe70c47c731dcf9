/// An error or a warning about a text.
///
/// It holds data only; the wording of each language error lives beside the language, and how a diagnostic is drawn in
/// ``DiagnosticRenderer``.
public struct Diagnostic: Error, Sendable, Equatable {
  /// Its severity.
  public enum Severity: String, Sendable { case error, warning }

  /// A stable name for programs, such as `unknown-verb`.
  public struct Code: RawRepresentable, Sendable, Hashable {
    /// The name.
    public let rawValue: String
    /// The code named `rawValue`.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The code named `name`.
    public init(_ name: String) { rawValue = name }
  }

  /// A further note, with its own position if it has one.
  public struct Note: Sendable, Equatable {
    /// The text of the note.
    public var message: String
    /// The position it is about.
    public var range: SourceRange?
    /// A note about `range`.
    public init(_ message: String, range: SourceRange? = nil) {
      self.message = message
      self.range = range
    }
  }

  /// Its severity.
  public var severity: Severity
  /// Its stable name.
  public var code: Code
  /// Lower case, no full stop, the offending value quoted.
  public var message: String
  /// The exact position; nil if it is about none.
  public var range: SourceRange?
  /// Further notes, in order.
  public var notes: [Note]
  /// What to do about it, or "did you mean".
  public var remedy: String?

  /// A diagnostic of these parts.
  public init(
    _ severity: Severity = .error, code: Code, message: String, range: SourceRange?, notes: [Note] = [],
    remedy: String? = nil
  ) {
    self.severity = severity
    self.code = code
    self.message = message
    self.range = range
    self.notes = notes
    self.remedy = remedy
  }
}

extension Sequence where Element == Diagnostic {
  /// Whether one of them is an error.
  public var containsError: Bool { contains { $0.severity == .error } }

  /// In the order of the text: by file, then by start; those without a place first.
  public func inTextOrder() -> [Diagnostic] {
    sorted { left, right in
      guard let first = left.range else { return right.range != nil }
      guard let second = right.range else { return false }
      return (first.file, first.start, first.end) < (second.file, second.start, second.end)
    }
  }
}
