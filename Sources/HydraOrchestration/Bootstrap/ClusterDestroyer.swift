import DockerEngine
import HydraModel

/// `cluster destroy`: removes whatever bears the cluster's label, however it came to be left.
struct ClusterDestroyer: Sendable {
  let engine: DockerEngine

  /// How often it looks again for what came to be while it removed the rest: a request that was on its way to the engine
  /// when its sender died.
  private static let mostRounds = 10

  func destroy(_ name: String, progress: @escaping ProgressHandler) async throws -> DestroyReport {
    var report = DestroyReport(name: name, containers: [], networks: [], volumes: [])
    try await engineCall("destroying cluster '\(name)'") {
      for _ in 0..<ClusterDestroyer.mostRounds {
        let found = try await round([Label.cluster: name], progress)
        if found.isEmpty { return }
        report.containers += found.containers
        report.networks += found.networks
        report.volumes += found.volumes
      }
    }
    report.containers = Set(report.containers).sorted()
    report.networks = Set(report.networks).sorted()
    report.volumes = Set(report.volumes).sorted()
    return report
  }

  private struct Found {
    var containers: [String]
    var networks: [String]
    var volumes: [String]
    var isEmpty: Bool { containers.isEmpty && networks.isEmpty && volumes.isEmpty }
  }

  private func round(_ labels: [String: String], _ progress: @escaping ProgressHandler) async throws -> Found {
    let containers = try await engine.listContainers(labels: labels)
    // Management first: it would take the disappearance of nodes for an outage.
    try await remove(containers.filter(isManagement), progress)
    try await remove(containers.filter { !isManagement($0) }, progress)
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
    return Found(containers: containers.map(\.name), networks: networks.map(\.name), volumes: volumes.map(\.name))
  }

  private func isManagement(_ container: ContainerSummary) -> Bool {
    container.labels[Label.role] == ClusterRole.management.rawValue
  }

  private func remove(_ containers: [ContainerSummary], _ progress: @escaping ProgressHandler) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for container in containers {
        group.addTask {
          progress(ProgressUpdate(container.name, "removing"))
          try await ignoringMissing { try await engine.removeContainer(container.id, force: true) }
          progress(ProgressUpdate(container.name, "removed", phase: .done))
        }
      }
      try await group.waitForAll()
    }
  }
}
