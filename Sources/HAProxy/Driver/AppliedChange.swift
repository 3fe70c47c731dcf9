/// What was done to make the proxy do what it should.
public struct AppliedChange: Sendable, Equatable {
  /// Commands of the runtime API that were executed.
  public var commands: [RuntimeCommand] = []
  /// Whether the file was loaded by a new worker.
  public var reloaded = false
  /// Servers that are out and can't be removed yet, because they still serve requests. The next `apply` tries again.
  public var lingering: [ServerReference] = []
  /// Process id of the worker that serves now, in its own container.
  public var worker = 0

  /// Whether the proxy did already what it should.
  public var isEmpty: Bool { commands.isEmpty && !reloaded }
}
