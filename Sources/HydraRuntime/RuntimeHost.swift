public import HydraDiagnostics
public import HydraModel

/// The environment of a program.
public struct RuntimeHost: Sendable {
  /// Clusters.
  public var directory: any ClusterDirectory
  /// Where results go.
  public var output: any RuntimeOutput
  /// Access to HTTP, files and other programs; nil denies it.
  public var outside: (any OutsideAccess)?
  /// Time.
  public var clock: any RuntimeClock
  /// The environment variables: for `env(name)` and the programs that `exec` runs.
  public var environment: [String: String]
  /// The shell that runs the program; nil for a script.
  public var shell: (any ShellControl)?
  /// Files that options name (`--env-file`); nil where none can be read.
  public var files: (any TextFiles)?
  /// Receives the steps of a plan; nil to run the program. In a plan expectations are assumed to be met and nothing waits.
  public var plan: (any PlanListener)?

  /// A host of these parts.
  public init(
    directory: any ClusterDirectory, output: any RuntimeOutput, outside: (any OutsideAccess)?, clock: any RuntimeClock,
    environment: [String: String], shell: (any ShellControl)? = nil,
    files: (any TextFiles)? = nil, plan: (any PlanListener)? = nil
  ) {
    self.directory = directory
    self.output = output
    self.outside = outside
    self.clock = clock
    self.environment = environment
    self.shell = shell
    self.files = files
    self.plan = plan
  }
}

/// What a program can do to the shell that runs it.
public protocol ShellControl: Sendable {
  /// What was typed, oldest first.
  var history: [String] { get }
  /// Writes the input of this session to `path` as a script and returns a confirmation. Throws ``HydraError``.
  func save(to path: String, force: Bool) async throws -> String
  /// Runs the script at `path` after the current input.
  func source(_ path: String)
  /// Exits after the current input.
  func leave(status: Int32)
}

/// Receives the steps of a plan, in order.
public protocol PlanListener: Sendable {
  /// At `range` this command would be called, its values filled in except secrets; or the program would wait for this.
  func would(_ text: String, at range: SourceRange?)
  /// At `range` the program needs to know what only a real run can tell; the plan assumes `text`.
  func assume(_ text: String, at range: SourceRange?)
}
