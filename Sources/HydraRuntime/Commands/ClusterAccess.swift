import HydraModel

/// The clusters a session talks to. Finding one asks the engine, so what was found is kept until something may have changed.
actor ClusterAccess {
  let directory: any ClusterDirectory
  private var found: [String?: any ClusterOperations] = [:]
  /// The cluster that this session started or selected last: later commands refer to it, whatever else runs.
  private(set) var own: String?

  init(_ directory: any ClusterDirectory) { self.directory = directory }

  /// The cluster `name`; nil is the one in use.
  func operations(_ name: String?) async throws -> any ClusterOperations {
    if let known = found[name] { return known }
    let operations = try await directory.cluster(name ?? own)
    found[name] = operations
    return operations
  }

  /// The same clusters, for a branch of the program that may select another one.
  func copy() -> ClusterAccess { ClusterAccess(directory, found: found, own: own) }

  private init(_ directory: any ClusterDirectory, found: [String?: any ClusterOperations], own: String?) {
    self.directory = directory
    self.found = found
    self.own = own
  }

  /// A branch has selected `name`, or destroyed the cluster it had.
  func adopt(_ name: String?) { own = name }

  /// The session has started or selected `name`.
  func choose(_ name: String) { own = name }

  /// `name` is gone.
  func drop(_ name: String) { if own == name { own = nil } }

  /// Call this when clusters were added, removed or unreachable.
  func forget() { found.removeAll() }
}
