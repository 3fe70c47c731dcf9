import HydraModel

/// The clusters a session talks to. Finding one asks the engine, so what was found is kept until something may have changed.
actor ClusterAccess {
  let directory: any ClusterDirectory
  private var found: [String?: any ClusterOperations] = [:]
  /// The cluster that this session started or chose last: what it says next is meant for that one, whatever else runs.
  private(set) var own: String?

  init(_ directory: any ClusterDirectory) { self.directory = directory }

  /// The cluster `name`; nil is the one in use, or the only one.
  func operations(_ name: String?) async throws -> any ClusterOperations {
    if let known = found[name] { return known }
    let operations = try await directory.cluster(name ?? own)
    found[name] = operations
    return operations
  }

  /// The session has started or chosen `name`.
  func choose(_ name: String) { own = name }

  /// `name` is gone.
  func drop(_ name: String) { if own == name { own = nil } }

  /// To be called when clusters came, went or could not be reached.
  func forget() { found.removeAll() }
}
