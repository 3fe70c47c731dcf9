public import HydraModel

/// The clusters that there are, as a simulation copies them.
public enum ClusterStates {
  /// The states of the clusters of `directory` that run, the name of the one in use, and why others could not be read. Rethrows
  /// the errors of `directory`.
  public static func all(
    in directory: any ClusterDirectory
  ) async throws -> (clusters: [ClusterState], current: String?, unreadable: [(name: String, error: any Error)]) {
    var clusters: [ClusterState] = []
    var unreadable: [(name: String, error: any Error)] = []
    for cluster in try await directory.list() where cluster.state == .running {
      do {
        clusters.append(try await directory.cluster(cluster.name).state())
      } catch {
        unreadable.append((cluster.name, error))
      }
    }
    return (clusters, try await directory.currentName(), unreadable)
  }
}
