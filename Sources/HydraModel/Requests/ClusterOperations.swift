/// One cluster, wherever it runs: takes requests, and tells what happens.
public protocol ClusterOperations: Sendable {
  /// Sends `request`, and returns its answer. Cancelling the task cancels the request: what it did is undone.
  ///
  /// - Parameter key: under which a repeat of it is recognized, also after a restart; nil for one of the cluster's own.
  func send<R: ClusterRequest>(_ request: R, key: String?) async throws -> R.Answer
  /// The events after number `id`, then those that come, until the consumer stops. Nil begins with what comes.
  /// Reconnects by itself, telling `contact` while the cluster can't be reached; ends with an error only when it can't be for long.
  func events(
    after id: UInt64?, contact: @escaping ContactHandler
  ) -> AsyncThrowingStream<ClusterEvent, any Error>
  /// The number of the latest event, 0 before the first: who begins to follow after it misses nothing. Nil where it is not
  /// known yet.
  func latestEvent() async throws -> UInt64?
}

extension ClusterOperations {
  /// Sends `request` under a key of the cluster's own.
  public func send<R: ClusterRequest>(_ request: R) async throws -> R.Answer { try await send(request, key: nil) }

  /// The cluster as it is now.
  public func state() async throws -> ClusterState { try await send(ReadState()) }

  /// ``events(after:contact:)``, telling nobody about contact.
  public func events(after id: UInt64?) -> AsyncThrowingStream<ClusterEvent, any Error> {
    events(after: id, contact: { _ in })
  }
}

/// Finds, starts and destroys clusters.
public protocol ClusterDirectory: Sendable {
  /// Starts a cluster's core and its first nodes; a failed start leaves nothing behind.
  func start(_ spec: ClusterSpec, progress: @escaping ProgressHandler) async throws -> ClusterSummary
  /// Removes everything with the cluster's label; returns what was removed. `not_found` if there was nothing.
  func destroy(_ name: String, progress: @escaping ProgressHandler) async throws -> DestroyReport
  /// Local clusters, by name, then connected ones.
  func list() async throws -> [ClusterSummary]
  /// One cluster, running or not.
  func inspect(_ name: String?) async throws -> ClusterSummary
  /// Makes `name` the cluster in use: that of commands that name none.
  func use(_ name: String) async throws -> ClusterSummary
  /// Adds a cluster that was started elsewhere, after asking its API.
  func connect(url: String, token: String?) async throws -> ClusterSummary
  /// Forgets a connected cluster. Nil is the one in use.
  func disconnect(_ name: String?) async throws -> ClusterSummary
  /// The cluster `name`; nil is the one in use: the one chosen, or the only one this account started or connected to.
  func cluster(_ name: String?) async throws -> any ClusterOperations
  /// The name of the cluster in use; nil if none is.
  func currentName() async throws -> String?
}
