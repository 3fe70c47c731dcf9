public import HydraDiagnostics
public import HydraLanguage
public import HydraModel

/// An output format.
public enum OutputFormat: String, Sendable, CaseIterable {
  case table, json, yaml, names
}

/// How to show a result: the settings of the session, overridden by the options of the command.
public struct OutputOptions: Sendable, Equatable {
  /// The format.
  public var format: OutputFormat
  /// Whether the options allow colour; the terminal may not support it.
  public var color: Bool
  /// Whether to omit progress and confirmations.
  public var quiet: Bool
  /// Whether tables keep their width where the terminal is too narrow for it.
  public var wide: Bool

  /// Options of these parts.
  public init(format: OutputFormat = .table, color: Bool = true, quiet: Bool = false, wide: Bool = false) {
    self.format = format
    self.color = color
    self.quiet = quiet
    self.wide = wide
  }
}

/// The typed result of a command, for tables and lines; ``CommandResult/value`` is the same for programs.
public enum ResultPayload: Sendable {
  case clusters([ClusterSummary])
  case cluster(ClusterSummary)
  case destroyed(DestroyReport)
  /// Several nodes.
  case nodes([NodeState])
  case node(NodeState)
  case services([ServiceState])
  case service(ServiceState)
  case migration(Migration)
  case state(ClusterState)
  /// Names of what was removed.
  case removed([String])
  /// The value of an expression.
  case value(Value)
  /// A help topic; empty for the overview.
  case help([String])
}

/// The result of one command.
public struct CommandResult: Sendable {
  /// The command; nil for the value of an expression.
  public var command: CommandID?
  /// The cluster it was sent to, if known by name.
  public var cluster: String?
  /// The typed result.
  public var payload: ResultPayload
  /// The same as a value of the language: the value of `$(…)`, and the source of JSON and YAML.
  public var value: Value
  /// How to show it.
  public var options: OutputOptions
}

/// Where a program's results go. Implemented by the shell. Calls come in order, one at a time, from each branch of the program;
/// the branches of a `parallel` call at the same time, and ``progress(_:)`` is called at any time.
public protocol RuntimeOutput: Sendable {
  /// The result of a command that is a statement.
  func result(_ result: CommandResult) async
  /// A line that `print` prints, without its line end.
  func print(_ text: String) async
  /// A line that `print_error` prints to standard error, without its line end.
  func printError(_ text: String) async
  /// An event that `watch` shows.
  func event(_ event: ClusterEvent, options: OutputOptions) async
  /// Whether the output is a terminal that can be redrawn in place.
  var canRedraw: Bool { get }
  /// Draws what `watch --live` shows, replacing the previous frame.
  func redraw(_ frame: LiveFrame, options: OutputOptions) async
  /// Restores the terminal to its state before the first ``redraw(_:options:)``.
  func endRedraw() async
  /// Progress of a long operation. Called from any thread, also during another call; must not block.
  func progress(_ update: ProgressUpdate)
  /// Why output can no longer be written; nil if it can. It ends a program, but not its deferred blocks.
  var failure: HydraError? { get }
  /// Whether the person has asked to leave what ``redraw(_:options:)`` shows.
  var wantsToLeave: Bool { get }
  /// `watch` has lost contact to the cluster, or has it again. Called from any thread; must not block.
  func contact(_ contact: Contact)
  /// A warning about the text that is about to run.
  func warning(_ diagnostic: Diagnostic, sources: SourceMap) async
}
