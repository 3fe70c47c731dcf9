public import HydraModel

/// The clusters that there are, as a simulation copies them.
public enum ClusterStates {
  /// The states of the clusters of `directory` that run, and the name of the one in use. Rethrows the errors of `directory`.
  public static func all(
    in directory: any ClusterDirectory
  ) async throws -> (clusters: [ClusterState], current: String?) {
    var clusters: [ClusterState] = []
    for cluster in try await directory.list() where cluster.state == .running {
      clusters.append(try await directory.cluster(cluster.name).state())
    }
    return (clusters, try await directory.currentName())
  }
}
