import HydraModel

/// The clusters a session talks to. Finding one asks the engine, so what was found is kept until something may have changed.
actor ClusterAccess {
  let directory: any ClusterDirectory
  private var found: [String?: any ClusterOperations] = [:]

  init(_ directory: any ClusterDirectory) { self.directory = directory }

  /// The cluster `name`; nil is the one in use, or the only one.
  func operations(_ name: String?) async throws -> any ClusterOperations {
    if let known = found[name] { return known }
    let operations = try await directory.cluster(name)
    found[name] = operations
    return operations
  }

  /// To be called when clusters came, went or could not be reached.
  func forget() { found.removeAll() }
}
