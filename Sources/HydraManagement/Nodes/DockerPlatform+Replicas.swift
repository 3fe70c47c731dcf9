import DockerEngine
import HydraContainers
import HydraControl
import HydraModel

extension DockerPlatform {
  /// Name of a replica's container in its node.
  private func container(_ alias: String, _ slot: Int) -> String { "\(alias).\(slot)" }

  /// The replicas in a node, and proof that its engine responds.
  func observeReplicas(on node: NodeAddress) async throws -> [ReportedReplica] {
    let engine = try await engines.engine(node)
    return try await engineCall("asking \(node.name)") {
      let found = try await engine.listContainers(labels: [Label.cluster: names.cluster], within: .seconds(1))
      return found.compactMap { container in
        guard let service = container.labels[Label.service],
          let slot = container.labels[Label.slot].flatMap({ Int($0) })
        else { return nil }
        return ReportedReplica(
          id: container.id, service: service, slot: slot, fingerprint: container.labels[Label.fingerprint] ?? "",
          isRunning: container.state == "running")
      }
    }
  }

  /// Creates and starts a replica, removing first what has its name. Returns the container's id.
  func startReplica(_ replica: ReplicaSpec, on node: NodeAddress) async throws -> String {
    let engine = try await engines.engine(node)
    let name = container(replica.service.alias, replica.slot)
    return try await engineCall("starting \(name) on \(node.name)") {
      let id = try await create(name, spec(replica, on: node), engine)
      do {
        try await engine.startContainer(id)
      } catch {
        // Nothing that can't run is left lying about, and the reason to fail stays the first one.
        try? await engine.removeContainer(id, force: true)
        throw error
      }
      return id
    }
  }

  /// A container of that name can only be a dead one of the same replica: it makes room.
  private func create(_ name: String, _ spec: ContainerSpec, _ engine: DockerEngine) async throws -> String {
    do {
      return try await engine.createContainer(name, spec)
    } catch {
      guard error.isConflict else { throw error }
    }
    try await ignoringMissing { try await engine.removeContainer(name, force: true) }
    return try await engine.createContainer(name, spec)
  }

  private func spec(_ replica: ReplicaSpec, on node: NodeAddress) -> ContainerSpec {
    let service = replica.service
    var spec = ContainerSpec(image: service.image)
    spec.command = service.command
    spec.hostname = "\(service.alias)-\(replica.slot)"
    spec.env = [
      "HYDRA_CLUSTER": names.cluster, "HYDRA_SERVICE": service.alias, "HYDRA_REPLICA": String(replica.slot),
      "HYDRA_NODE": node.name,
    ].merging(service.env) { _, own in own }
    spec.labels = [
      Label.cluster: names.cluster, Label.role: ClusterRole.service.rawValue, Label.service: service.alias,
      Label.slot: String(replica.slot), Label.fingerprint: service.fingerprint,
    ]
    spec.ports = [.init(containerPort: service.servicePort, hostAddress: "", hostPort: service.nodePort)]
    spec.nanoCPUs = service.cpus.map { Int64($0 * 1_000_000_000) }
    spec.memory = service.memory
    spec.initProcess = nil
    // The controller starts replicas, and nothing else does: a node that comes back must come back empty.
    spec.restartPolicy = .no
    return spec
  }

  /// Stops and removes a replica. No error when it is gone.
  func stopReplica(_ container: String, on node: NodeAddress) async throws {
    let engine = try await engines.engine(node)
    try await engineCall("stopping a replica on \(node.name)") {
      try await ignoringMissing {
        try await engine.stopContainer(container, grace: .seconds(5))
        try await engine.removeContainer(container, force: true)
      }
    }
  }

  /// The last lines a replica wrote.
  func replicaLog(_ container: String, on node: NodeAddress, lines: Int) async throws -> [String] {
    let engine = try await engines.engine(node)
    return try await engineCall("reading a log on \(node.name)") { try await engine.lastLog(container, lines: lines) }
  }

  /// One health check of the replica of `service` on the node at `address`.
  func checkHealth(of service: ServiceSpec, at address: String) async -> HealthVerdict {
    await HealthProbe(address: address, service: service).run()
  }
}
