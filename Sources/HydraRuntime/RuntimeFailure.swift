public import HydraDiagnostics
import HydraModel

/// Exit codes of the tool. A script can choose any from 0 to 255 with `exit`; those below are the tool's own.
public struct ExitCode: RawRepresentable, Sendable, Hashable, Comparable {
  /// The exit status of the process.
  public let rawValue: Int32

  /// The exit code with this status.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// Success.
  public static let done = ExitCode(rawValue: 0)
  /// A command failed.
  public static let failed = ExitCode(rawValue: 1)
  /// The text has errors; nothing was run.
  public static let invalid = ExitCode(rawValue: 2)
  /// An expectation was not met.
  public static let unmet = ExitCode(rawValue: 3)
  /// The engine or the API is unreachable or refused access.
  public static let unreachable = ExitCode(rawValue: 4)
  /// Interrupted.
  public static let interrupted = ExitCode(rawValue: 130)

  /// That of a command which ended with an error of `code`.
  init(_ code: HydraError.Code) {
    switch code {
    case .unauthorized, .forbidden, .unreachable: self = .unreachable
    case .cancelled: self = .interrupted
    default: self = .failed
    }
  }

  /// By number.
  public static func < (left: ExitCode, right: ExitCode) -> Bool { left.rawValue < right.rawValue }
}

/// Why a program stopped, and where.
public struct RuntimeFailure: Error, Sendable {
  /// Machine-readable code: a ``HydraError/Code`` raw value, or `evaluation`, `expectation`, `limit`, `interrupted`.
  public var code: String
  /// The message.
  public var message: String
  /// How to fix it; nil if unknown.
  public var remedy: String?
  /// The source of the operation that failed.
  public var range: SourceRange?
  /// Notes, such as the last value of an expression.
  public var notes: [Diagnostic.Note] = []
  /// The call stack, innermost first.
  public var calls: [Call] = []
  /// The exit code of a program that it ends.
  public var exitCode: ExitCode
  /// Failures of deferred blocks that ran after this one, in order.
  public var cleanup: [RuntimeFailure] = []
  /// How an expectation treats it.
  var nature: Nature = .final
  /// Whether it is an `exit`, which ends the program as a failure does but is none.
  var isExit = false

  /// A call of a definition.
  public struct Call: Sendable, Equatable {
    /// The definition.
    public var name: String
    /// Where it was called.
    public var range: SourceRange
  }

  /// How an expectation treats a failure of its condition.
  enum Nature: Sendable, Equatable {
    /// The expectation fails.
    case final
    /// Something does not exist yet: the condition is not true yet.
    case absent
    /// Something is temporarily unreachable, such as a management node that restarts.
    case transient
  }

  init(
    code: String, _ message: String, remedy: String? = nil, range: SourceRange? = nil, exitCode: ExitCode = .failed,
    nature: Nature = .final
  ) {
    self.code = code
    self.message = message
    self.remedy = remedy
    self.range = range
    self.exitCode = exitCode
    self.nature = nature
  }

  /// The failure of a command or query.
  init(_ error: HydraError, range: SourceRange?) {
    self.init(
      code: error.code.rawValue, error.message, remedy: error.remedy, range: range,
      exitCode: ExitCode(error.code))
    switch error.code {
    case .notFound: nature = .absent
    case .unreachable, .unavailable, .timeout: nature = .transient
    default: nature = .final
    }
  }

  /// The failure of a program that is interrupted at `range`.
  static func interrupted(at range: SourceRange?) -> RuntimeFailure {
    RuntimeFailure(code: "interrupted", "interrupted", range: range, exitCode: .interrupted)
  }

  /// An `exit` with this status.
  static func exit(_ status: Int, at range: SourceRange?) -> RuntimeFailure {
    var failure = RuntimeFailure(
      code: "exit", "exit \(status)", range: range, exitCode: ExitCode(rawValue: Int32(clamping: status)))
    failure.isExit = true
    return failure
  }

  /// Whether the program is interrupted from outside.
  var isInterruption: Bool { code == "interrupted" }

  /// Whether a `catch` may take it.
  var isCatchable: Bool { !isInterruption && !isExit }

  /// As a diagnostic, with the call stack and the failures of deferred blocks as notes.
  public var diagnostic: Diagnostic {
    var notes = self.notes
    // A recursion is one entry, with how often.
    var chain: [(call: Call, times: Int)] = []
    for call in calls {
      if let last = chain.last, last.call == call {
        chain[chain.count - 1].times += 1
      } else {
        chain.append((call, 1))
      }
    }
    let lines = chain.map { call, times in
      Diagnostic.Note("in the call of '\(call.name)'\(times > 1 ? ", \(times) times" : "")", range: call.range)
    }
    // Both ends of a long chain tell something: where it went wrong, and where it began.
    let isLong = lines.count > 8
    notes += lines.prefix(isLong ? 6 : 8)
    if isLong {
      notes.append(.init("… \(lines.count - 8) more calls …"))
      notes += lines.suffix(2)
    }
    for failure in cleanup { notes.append(.init("while cleaning up: \(failure.message)", range: failure.range)) }
    return Diagnostic(code: .init(code), message: message, range: range, notes: notes, remedy: remedy)
  }
}

/// The result of running one text.
public struct Outcome: Sendable {
  /// The exit code.
  public var exitCode: ExitCode
  /// Errors and warnings of the text, or the failure as a diagnostic.
  public var diagnostics: [Diagnostic]
  /// Whether the text is incomplete: the shell reads another line. Nothing was run.
  public var incomplete: Bool
  /// The failure of the running program; nil if it succeeded or did not run.
  public var failure: RuntimeFailure?

  /// Success.
  public static let done = Outcome(exitCode: .done, diagnostics: [], incomplete: false)

  /// An outcome of these parts.
  public init(
    exitCode: ExitCode, diagnostics: [Diagnostic], incomplete: Bool = false, failure: RuntimeFailure? = nil
  ) {
    self.exitCode = exitCode
    self.diagnostics = diagnostics
    self.incomplete = incomplete
    self.failure = failure
  }
}
