public import HydraModel

/// Keeps what must survive a restart of the management node: the desired state and the event log.
public protocol Store: Sendable {
  /// The desired state saved last; nil when none was saved yet.
  func load() async throws -> DesiredState?
  /// Saves `state`; returns once it is on disk.
  func save(_ state: DesiredState) async throws
  /// Appends events, oldest first. An event whose number is there already is skipped, so that this may be repeated.
  func append(_ events: [ClusterEvent]) async throws
  /// The last `limit` events, oldest first.
  func events(limit: Int) async throws -> [ClusterEvent]
  /// Whether the store answers; throws what is wrong.
  func check() async throws
}
