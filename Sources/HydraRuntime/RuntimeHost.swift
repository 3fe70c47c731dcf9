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

  /// A host of these parts.
  public init(
    directory: any ClusterDirectory, output: any RuntimeOutput, http: (any HTTPProbe)?, clock: any RuntimeClock,
    environment: [String: String]
  ) {
    self.directory = directory
    self.output = output
    self.http = http
    self.clock = clock
    self.environment = environment
  }
}
