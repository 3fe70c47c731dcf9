import DockerEngine
import HydraContainers
import HydraModel

/// `cluster destroy`: removes everything with the cluster's label, however it came to be left.
struct ClusterDestroyer: Sendable {
  let engine: DockerEngine

  /// How often it looks again for what was created while it removed the rest: a request that was on its way to the engine
  /// when its sender died.
  private static let mostRounds = 10

  /// Removes what belongs to cluster `name`. What somebody else's containers hold is left until the rest is gone, and is then an
  /// error that names the holders.
  func destroy(_ name: String, progress: @escaping ProgressHandler) async throws -> DestroyReport {
    var report = DestroyReport(name: name, containers: [], networks: [], volumes: [])
    let held = try await engineCall("destroying cluster '\(name)'") { () async throws -> HydraError? in
      for _ in 0..<ClusterDestroyer.mostRounds {
        let (found, held) = try await round(name, progress)
        report.containers += found.containers
        report.networks += found.networks
        report.volumes += found.volumes
        if found.containers.isEmpty, found.networks.isEmpty, found.volumes.isEmpty { return held }
      }
      return nil
    }
    if var held {
      held.message = "cluster '\(name)' was destroyed except for one part: \(held.message)"
      held.remedy = held.remedy.map { "\($0), then run 'cluster destroy \(name)' again" }
      throw held
    }
    report.containers = Set(report.containers).sorted()
    report.networks = Set(report.networks).sorted()
    report.volumes = Set(report.volumes).sorted()
    return report
  }

  /// Removes what there is now; returns what was removed, and why something was not.
  private func round(
    _ name: String, _ progress: @escaping ProgressHandler
  ) async throws -> (DestroyReport, held: HydraError?) {
    let labels = [Label.cluster: name]
    let containers = try await engine.listContainers(labels: labels)
    // Management first: it would take the disappearance of nodes for an outage.
    try await remove(containers.filter(isManagement), progress)
    try await remove(containers.filter { !isManagement($0) }, progress)
    var removed = DestroyReport(name: name, containers: containers.map(\.name), networks: [], volumes: [])
    var held: HydraError?
    let removal = Removal(engine: engine, cluster: name)
    for network in try await engine.listNetworks(labels: labels) {
      do {
        try await ignoringMissing { try await removal.remove(network) }
        removed.networks.append(network.name)
        progress(ProgressUpdate("network \(network.name)", "removed", phase: .done))
      } catch let error as HydraError {
        held = error
      }
    }
    for volume in try await engine.listVolumes(labels: labels) {
      do {
        try await ignoringMissing { try await removal.remove(volume) }
        removed.volumes.append(volume.name)
        progress(ProgressUpdate("volume \(volume.name)", "removed", phase: .done))
      } catch let error as HydraError {
        held = error
      }
    }
    return (removed, held)
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
