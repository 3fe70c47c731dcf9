public import HydraDiagnostics
public import HydraLanguage
public import HydraModel

/// The form of an answer.
public enum OutputFormat: String, Sendable, CaseIterable {
  case table, json, yaml, names
}

/// How one answer is to be shown: the session's settings, changed by the command's own options.
public struct OutputOptions: Sendable, Equatable {
  /// The form of the answer.
  public var format: OutputFormat
  /// Whether colour is allowed (by the options; the terminal may still not have it).
  public var color: Bool
  /// Whether progress and confirmations are left out.
  public var quiet: Bool

  /// Options of these parts.
  public init(format: OutputFormat = .table, color: Bool = true, quiet: Bool = false) {
    self.format = format
    self.color = color
    self.quiet = quiet
  }
}

/// What a command answered, with its type, for tables and lines; ``CommandResult/value`` is the same for programs.
public enum ResultPayload: Sendable {
  case clusters([ClusterSummary])
  case cluster(ClusterSummary)
  case destroyed(DestroyReport)
  /// Nodes, and whether they were asked for as a list.
  case nodes([NodeState])
  case node(NodeState)
  case services([ServiceState])
  case service(ServiceState)
  case migration(Migration)
  case state(ClusterState)
  /// Names of what is gone now.
  case removed([String])
  /// The value of an expression.
  case value(Value)
  /// The topic that help was asked for; empty for all.
  case help([String])
}

/// The answer of one command.
public struct CommandResult: Sendable {
  /// The command; nil for the value of an expression.
  public var command: CommandID?
  /// The cluster it was asked of, where that is known by name.
  public var cluster: String?
  /// What it answered.
  public var payload: ResultPayload
  /// The same as a value of the language: what `$(…)` gives and what JSON and YAML are made of.
  public var value: Value
  /// How to show it.
  public var options: OutputOptions
}

/// Where a program's results go. Implemented by the shell. Calls come in order, one at a time, from each branch of the program;
/// the branches of a `parallel` call at the same time, and ``progress(_:)`` is called at any time.
public protocol RuntimeOutput: Sendable {
  /// The answer of a command that stands as a statement.
  func result(_ result: CommandResult) async
  /// A line that `print` prints, without its line end.
  func print(_ text: String) async
  /// An event that `watch` shows.
  func event(_ event: ClusterEvent, options: OutputOptions) async
  /// Whether there is a terminal on which a picture can be drawn in place.
  var canRedraw: Bool { get }
  /// Draws what `watch --live` shows, in the place of what it showed before.
  func redraw(_ frame: LiveFrame, options: OutputOptions) async
  /// The terminal is as it was before the first ``redraw(_:options:)``.
  func endRedraw() async
  /// A step of long work. Called from any thread, also while another call is under way; must not block.
  func progress(_ update: ProgressUpdate)
  /// Why nothing can be written any more; nil while all is well. It ends a program, but not what that has to undo.
  var failure: HydraError? { get }
  /// A warning of the text that is about to run.
  func warning(_ diagnostic: Diagnostic, sources: SourceMap) async
}

/// Asks a URL. Implemented beside the HTTP client; the runtime knows no HTTP.
public protocol HTTPProbe: Sendable {
  /// The answer to a GET of `url`. Throws ``HydraError`` with `unreachable` or `timeout` when there is none.
  func get(_ url: String) async throws -> HTTPProbeAnswer
}

/// What a URL answered.
public struct HTTPProbeAnswer: Sendable, Equatable {
  /// The status.
  public var status: Int
  /// The body as text, ill-formed parts repaired.
  public var body: String
  /// The headers, names in lower case, in the order they came.
  public var headers: [(name: String, value: String)]
  /// How long it took, connecting included.
  public var time: Duration

  /// An answer of these parts.
  public init(status: Int, body: String, headers: [(name: String, value: String)] = [], time: Duration = .zero) {
    self.status = status
    self.body = body
    self.headers = headers
    self.time = time
  }

  /// Equal in every part.
  public static func == (left: HTTPProbeAnswer, right: HTTPProbeAnswer) -> Bool {
    left.status == right.status && left.body == right.body && left.time == right.time
      && left.headers.elementsEqual(right.headers) { $0.name == $1.name && $0.value == $1.value }
  }
}
