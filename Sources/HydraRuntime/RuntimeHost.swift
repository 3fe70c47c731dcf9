public import HydraDiagnostics
public import HydraModel

/// Everything outside that a program can reach.
public struct RuntimeHost: Sendable {
  /// Clusters.
  public var directory: any ClusterDirectory
  /// Where answers go.
  public var output: any RuntimeOutput
  /// What `http(url)` asks; nil where it can't.
  public var http: (any HTTPProbe)?
  /// Time.
  public var clock: any RuntimeClock
  /// What `env(name)` sees.
  public var environment: [String: String]
  /// The shell that runs the program; nil for a script.
  public var shell: (any ShellControl)?
  /// Who is told what the program would do; nil when it does it. Expectations are then taken as met, and nothing is waited for.
  public var plan: (any PlanListener)?

  /// A host of these parts.
  public init(
    directory: any ClusterDirectory, output: any RuntimeOutput, http: (any HTTPProbe)?, clock: any RuntimeClock,
    environment: [String: String], shell: (any ShellControl)? = nil,
    plan: (any PlanListener)? = nil
  ) {
    self.directory = directory
    self.output = output
    self.http = http
    self.clock = clock
    self.environment = environment
    self.shell = shell
    self.plan = plan
  }
}

/// What a program can ask of the shell that runs it.
public protocol ShellControl: Sendable {
  /// What was typed, oldest first.
  var history: [String] { get }
  /// Writes what was typed in this session to `path` as a script; answers what to say of it. Throws ``HydraError``.
  func save(to path: String, force: Bool) async throws -> String
  /// Runs the script at `path` once the input that asks for it has ended.
  func source(_ path: String)
  /// Leaves once the input that asks for it has ended.
  func leave(status: Int32)
}

/// Hears what a program would do, in order.
public protocol PlanListener: Sendable {
  /// The command with these words, all values filled in but for secrets, would be called at `range`; or what is there would
  /// be waited for.
  func would(_ text: String, at range: SourceRange?)
  /// What only a real cluster can tell was asked for at `range`, and the plan goes on as if `text` were so.
  func assume(_ text: String, at range: SourceRange?)
}
