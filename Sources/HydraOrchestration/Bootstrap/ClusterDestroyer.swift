import DockerEngine
import HydraModel

/// `cluster destroy`: removes whatever bears the cluster's label, however it came to be left.
struct ClusterDestroyer: Sendable {
  let engine: DockerEngine

  func destroy(_ name: String, progress: @escaping ProgressHandler) async throws -> DestroyReport {
    let labels = [Label.cluster: name]
    return try await engineCall("destroying cluster '\(name)'") {
      let containers = try await engine.listContainers(labels: labels)
      // Management first: it would take the disappearance of nodes for an outage.
      let (management, others) = (containers.filter(isManagement), containers.filter { !isManagement($0) })
      try await each(management, progress) { container in
        try await engine.removeContainer(container.id, force: true)
      }
      try await each(others, progress) { container in
        try await engine.removeContainer(container.id, force: true)
      }
      let networks = try await engine.listNetworks(labels: labels)
      for network in networks {
        try await ignoringMissing { try await engine.removeNetwork(network.id) }
        progress(ProgressUpdate("network \(network.name)", "removed", phase: .done))
      }
      let volumes = try await engine.listVolumes(labels: labels)
      for volume in volumes {
        try await ignoringMissing { try await engine.removeVolume(volume.name) }
        progress(ProgressUpdate("volume \(volume.name)", "removed", phase: .done))
      }
      return DestroyReport(
        name: name, containers: containers.map(\.name).sorted(), networks: networks.map(\.name).sorted(),
        volumes: volumes.map(\.name).sorted())
    }
  }

  private func isManagement(_ container: ContainerSummary) -> Bool {
    container.labels[Label.role] == ClusterRole.management.rawValue
  }

  private func each(
    _ containers: [ContainerSummary], _ progress: @escaping ProgressHandler,
    _ remove: @escaping @Sendable (ContainerSummary) async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for container in containers {
        group.addTask {
          progress(ProgressUpdate(container.name, "removing"))
          try await ignoringMissing { try await remove(container) }
          progress(ProgressUpdate(container.name, "removed", phase: .done))
        }
      }
      try await group.waitForAll()
    }
  }
}
