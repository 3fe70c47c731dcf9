/// Time limits of a client. Every call ends. A connection has 3 s to be established.
public struct ClientConfiguration: Sendable {
  /// For a call that only reads.
  public var read: Duration = .seconds(15)
  /// For adding, starting, killing a node; a node is ready in about 2 s, two hundred wait for each other.
  public var node: Duration = .seconds(300)
  /// For deploying, moving and removing, which may include pulling an image on every node.
  public var deploy: Duration = .seconds(1800)
  /// How long a change is repeated, with the same key, after the API was reached once and then no more: a management
  /// node restarts in a few seconds.
  public var lostContact: Duration = .seconds(30)
  /// How long a change is repeated while a component behind the API does not work. The cluster has waited for it before it
  /// says so.
  public var unavailable: Duration = .seconds(5)
  /// How long a change is tried against an API that was never reached.
  public var firstContact: Duration = .seconds(5)
  /// For the cluster to undo a cancelled change.
  public var undo: Duration = .seconds(120)
  /// How long the API may take, twice in a row, to say how the cluster is, while it is asked to undo a change: longer, and it does
  /// not work, and is not waited for.
  public var presence: Duration = .seconds(2)
  /// How long an event stream may be silent before it counts as lost; the server sends a heartbeat every 10 s.
  public var silence: Duration = .seconds(30)
  /// First and longest pause between two tries.
  public var pauses: ClosedRange<Duration> = .milliseconds(100)...(.seconds(2))

  /// The default limits.
  public init() {}
}
