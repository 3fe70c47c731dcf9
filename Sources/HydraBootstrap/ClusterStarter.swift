import AsyncSupport
import DockerEngine
import HydraContainers
public import HydraModel

/// `cluster start`: the core of a cluster, as an ordered list of named actions, each with its undo.
struct ClusterStarter: Sendable {
  let engine: DockerEngine
  let images: ImageNames
  let contexts: ContextStore
  let makeOperations: OperationsFactory

  /// How long the core may take until its API responds.
  static let readyLimit: Duration = .seconds(60)

  func start(_ spec: ClusterSpec, progress: @escaping ProgressHandler) async throws -> ClusterContext {
    try HydraError.throwIfAny(spec.problems())
    try await checkEngine(spec)
    try await checkImages()
    try await checkPorts(spec)
    let chosen = try await choosingPorts(spec)
    let core = CoreContainers(
      asked: spec, identity: try ClusterIdentity(spec: chosen, nodeImage: images.node), images: images,
      start: Secret.random(), engineSocket: try socketPath())
    let result = Outcome()
    try await Step.perform(stages(core, result), progress: progress)
    return try await result.get()
  }

  /// The result of the last step.
  private actor Outcome {
    private var context: ClusterContext?
    func set(_ context: ClusterContext) { self.context = context }
    func get() throws -> ClusterContext {
      guard let context else { throw HydraError(.internal, "the cluster was started but its API is not known") }
      return context
    }
  }

  private func stages(_ core: CoreContainers, _ result: Outcome) -> [[Step]] {
    let names = core.names
    let volumes = [names.managementVolume, names.dataVolume, names.proxyVolume]
    return [
      // The first volume is what two starts of one name race for: an engine makes a volume once.
      [volume(names.managementVolume, core)],
      volumes.dropFirst().map { volume($0, core) } + [network(core)],
      [
        container(names.data, core.data, core, files: core.dataFiles),
        container(names.proxy, core.proxy, core, files: nil),
        container(names.management, core.management, core, files: core.managementFiles),
      ],
      [api(core, result)],
    ]
  }

  // MARK: Steps

  private func volume(_ name: String, _ core: CoreContainers) -> Step {
    Step("volume \(name)", "creating") {
      try await engineCall("creating volume '\(name)'") {
        let volume = try await uninterrupted {
          try await engine.createVolume(name, labels: core.labels(.volume))
        }
        guard volume.labels[CoreContainers.startLabel] == core.start else {
          throw inTheWay("volume '\(name)'", volume.labels, core, remove: "docker volume rm \(name)")
        }
        return "created"
      }
    } undo: {
      try await undoing {
        let mine = try await engine.listVolumes(labels: core.labels(.volume)).contains { $0.name == name }
        if mine { try await engine.removeVolume(name) }
        return mine
      }
    }
  }

  private func network(_ core: CoreContainers) -> Step {
    let name = core.names.network
    return Step("network \(name)", "creating") {
      try await engineCall("creating network '\(name)'") {
        if let found = try await engine.listNetworks(named: name).first {
          throw inTheWay("Docker network '\(name)'", found.labels, core, remove: "docker network rm \(name)")
        }
        _ = try await uninterrupted {
          try await engine.createNetwork(name, labels: core.labels(.network))
        }
        return "created"
      }
    } undo: {
      try await undoing {
        let networks = try await engine.listNetworks(labels: core.labels(.network))
        for network in networks { try await Removal(engine: engine, cluster: name).remove(network) }
        return !networks.isEmpty
      }
    }
  }

  private func container(
    _ name: String, _ spec: ContainerSpec, _ core: CoreContainers, files: (@Sendable () throws -> [UInt8])?
  ) -> Step {
    Step(name, "starting") {
      try await engineCall("starting '\(name)'") {
        try await create(name, spec, core, files)
        return "started"
      }
    } undo: {
      try await undoing {
        let containers = try await engine.listContainers(labels: spec.labels)
        for container in containers { try await engine.removeContainer(container.id, force: true) }
        return !containers.isEmpty
      }
    }
  }

  /// How often a container is created anew because a port chosen for it was taken meanwhile.
  private static let portTries = 5

  private func create(
    _ name: String, _ spec: ContainerSpec, _ core: CoreContainers, _ files: (@Sendable () throws -> [UInt8])?
  ) async throws {
    var spec = spec
    var tries = 1
    while true {
      let id = try await make(name, spec, core)
      if let files { try await engine.putArchive(id, path: "/", tar: try files()) }
      guard let failure = await startFailure(id) else { return }
      // A port that was free when it was chosen need not be free any more.
      guard tries < ClusterStarter.portTries, let other = try await rechoosing(spec, core.asked) else { throw failure }
      try await engine.removeContainer(id, force: true)
      spec = other
      tries += 1
    }
  }

  /// An engine finishes the creation it was asked for although nobody waits for its answer: a removal that came in between would
  /// not find what it is to remove.
  private func make(_ name: String, _ spec: ContainerSpec, _ core: CoreContainers) async throws -> String {
    do {
      return try await uninterrupted { try await engine.createContainer(name, spec) }
    } catch let error as EngineError where error.isConflict {
      let found = try await engine.listContainers(labels: [:]).first { $0.names.contains(name) }
      throw inTheWay("container '\(name)'", found?.labels ?? [:], core, remove: "docker rm -f \(name)")
    }
  }

  /// Starts a container; returns why that failed, nil if it did not.
  private func startFailure(_ id: String) async -> EngineError? {
    do {
      try await engine.startContainer(id)
      return nil
    } catch {
      return error
    }
  }

  private func api(_ core: CoreContainers, _ result: Outcome) -> Step {
    let name = core.names.cluster
    return Step("api", "waiting until it is ready") {
      let container = try await engineCall("inspecting '\(core.names.management)'") {
        try await engine.inspectContainer(core.names.management)
      }
      guard let port = container.ports[8080]?.first?.port else {
        throw HydraError(.failed, "'\(core.names.management)' has no published port; it ended: \(container.error)")
      }
      let url = "http://\(core.identity.spec.publishedHost):\(port)"
      let context = ClusterContext(name: name, url: url, token: core.identity.token, origin: .local)
      try await untilReady(context, core)
      try contexts.save(context)
      await result.set(context)
      return "ready at \(url)"
    } undo: {
      guard try contexts.load(name)?.token == core.identity.token else { return false }
      try contexts.remove(name)
      return true
    }
  }

  private func untilReady(_ context: ClusterContext, _ core: CoreContainers) async throws {
    let operations = try await makeOperations(context.url, context.token)
    let deadline = ContinuousClock.now + ClusterStarter.readyLimit
    var last = HydraError(.timeout, "no response yet")
    while ContinuousClock.now < deadline {
      do {
        _ = try await operations.state()
        return
      } catch let error as HydraError where error.code != .cancelled {
        last = error
      }
      for container in [core.names.management, core.names.data, core.names.proxy] {
        try await requireRunning(container)
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw HydraError(
      .timeout, "the API did not respond within \(ClusterStarter.readyLimit.components.seconds) s: \(last.message)",
      remedy: "see 'docker logs \(core.names.management)'")
  }

  /// The log of a component that ended has the reason; waiting for the others is no use then.
  private func requireRunning(_ name: String) async throws {
    try await engineCall("looking at '\(name)'") {
      let container = try await engine.inspectContainer(name)
      guard container.state != "running" else { return }
      let last = (try? await engine.lastLog(name, lines: 3)) ?? []
      let said = last.isEmpty ? "" : ": \(last.joined(separator: " / "))"
      throw HydraError(.failed, "'\(name)' is \(container.state) (exit code \(container.exitCode))\(said)")
    }
  }

  /// What is being undone may be gone already.
  private func undoing(_ body: () async throws -> Bool) async throws -> Bool {
    do {
      return try await engineCall("undoing") { try await body() }
    } catch let error as HydraError where error.code == .notFound {
      return false
    }
  }
}

/// Makes the operations of a cluster from the URL of its API and its token.
public typealias OperationsFactory = @Sendable (_ url: String, _ token: String?) async throws -> any ClusterOperations
