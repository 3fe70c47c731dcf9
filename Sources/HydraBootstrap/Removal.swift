import DockerEngine
import HydraContainers
import HydraModel

/// Removes networks and volumes of a cluster. Where a container that is not the cluster's holds one, the error (`conflict`) names
/// it and the command that releases it.
struct Removal: Sendable {
  let engine: DockerEngine
  let cluster: String

  func remove(_ network: NetworkSummary) async throws {
    do {
      try await engine.removeNetwork(network.id)
    } catch {
      guard error.isConflict || error.status == 403 else { throw error }
      let onIt = try await engine.inspectNetwork(network.id)?.containers.keys.map { String($0) } ?? []
      let holders = try await strangers { onIt.contains($0.id) }
      guard let first = holders.first else { throw error }
      throw HydraError(
        .conflict, "network '\(network.name)' is in use by \(described(holders))",
        remedy: "release it with 'docker network disconnect --force \(network.name) \(first)'")
    }
  }

  func remove(_ volume: VolumeSummary) async throws {
    do {
      try await engine.removeVolume(volume.name)
    } catch {
      guard error.isConflict else { throw error }
      let users = Set(try await engine.listContainers(usingVolume: volume.name).map(\.id))
      let holders = try await strangers { users.contains($0.id) }
      guard let first = holders.first else { throw error }
      throw HydraError(
        .conflict, "volume '\(volume.name)' is in use by \(described(holders))",
        remedy: "release it with 'docker rm --force \(first)'")
    }
  }

  /// Names of containers that are not of this cluster.
  private func strangers(_ isHolder: (ContainerSummary) -> Bool) async throws -> [String] {
    try await engine.listContainers(labels: [:])
      .filter { isHolder($0) && $0.labels[Label.cluster] != cluster }.map(\.name).sorted()
  }

  private func described(_ names: [String]) -> String {
    let quoted = names.map { "'\($0)'" }.joined(separator: ", ")
    return "\(names.count == 1 ? "container" : "containers") \(quoted), not part of the cluster"
  }
}
