import DockerEngine
public import HydraModel

/// `cluster start`: the core of a cluster, as an ordered list of named actions, each with its undo.
struct ClusterStarter: Sendable {
  let engine: DockerEngine
  let images: ImageNames
  let contexts: ContextStore
  let makeOperations: OperationsFactory

  /// How long the core may take until its API answers.
  static let readyLimit: Duration = .seconds(60)

  func start(_ spec: ClusterSpec, progress: @escaping ProgressHandler) async throws -> ClusterContext {
    try HydraError.throwIfAny(spec.problems())
    try await checkEngine(spec)
    try await checkImages()
    try await checkPorts(spec)
    let spec = try await choosingPorts(spec)
    let core = CoreContainers(
      identity: try ClusterIdentity(spec: spec, nodeImage: images.node), images: images,
      names: ClusterNames(spec.name), start: Secret.random(), engineSocket: try socketPath())
    let result = Outcome()
    try await Step.perform(stages(core, result), progress: progress)
    return try await result.get()
  }

  /// What the last step found.
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
        container(names.data, core.data, files: core.dataFiles),
        container(names.proxy, core.proxy, files: nil),
        container(names.management, core.management, files: core.managementFiles),
      ],
      [api(core, result)],
    ]
  }

  // MARK: Steps

  private func volume(_ name: String, _ core: CoreContainers) -> Step {
    Step("volume \(name)", "creating") {
      try await engineCall("creating volume '\(name)'") {
        let volume = try await ClusterStarter.uninterrupted {
          try await engine.createVolume(name, labels: core.labels(.volume))
        }
        guard volume.labels[CoreContainers.startLabel] == core.start else { throw taken(core.names.cluster) }
        return "created"
      }
    } undo: {
      try await undoing {
        let mine = try await engine.listVolumes(labels: core.labels(.volume)).contains { $0.name == name }
        if mine { try await engine.removeVolume(name) }
      }
    }
  }

  private func network(_ core: CoreContainers) -> Step {
    let name = core.names.network
    return Step("network \(name)", "creating") {
      try await engineCall("creating network '\(name)'") {
        guard try await engine.listNetworks(named: name).isEmpty else {
          throw HydraError(
            .conflict, "there is a Docker network '\(name)' already",
            remedy: "choose another name, or remove it with 'docker network rm \(name)'")
        }
        _ = try await ClusterStarter.uninterrupted {
          try await engine.createNetwork(name, labels: core.labels(.network))
        }
        return "created"
      }
    } undo: {
      try await undoing {
        for network in try await engine.listNetworks(labels: core.labels(.network)) {
          try await engine.removeNetwork(network.id)
        }
      }
    }
  }

  private func container(
    _ name: String, _ spec: ContainerSpec, files: (@Sendable () throws -> [UInt8])?
  ) -> Step {
    Step(name, "starting") {
      try await engineCall("starting '\(name)'") {
        let id: String
        do {
          id = try await ClusterStarter.uninterrupted { try await engine.createContainer(name, spec) }
        } catch let error as EngineError where error.isConflict {
          throw HydraError(
            .conflict, "there is a container '\(name)' already", remedy: "remove it with 'docker rm -f \(name)'")
        }
        if let files { try await engine.putArchive(id, path: "/", tar: try files()) }
        try await engine.startContainer(id)
        return "started"
      }
    } undo: {
      try await undoing {
        for container in try await engine.listContainers(labels: spec.labels) {
          try await engine.removeContainer(container.id, force: true)
        }
      }
    }
  }

  private func api(_ core: CoreContainers, _ result: Outcome) -> Step {
    let name = core.names.cluster
    return Step("api", "waiting for it to answer") {
      let container = try await engineCall("looking at '\(core.names.management)'") {
        try await engine.inspectContainer(core.names.management)
      }
      guard let port = container.ports[8080]?.first?.port else {
        throw HydraError(.failed, "'\(core.names.management)' has no published port; it ended: \(container.error)")
      }
      let url = "http://\(PublishedHost.name(core.identity.spec.listen)):\(port)"
      let context = ClusterContext(name: name, url: url, token: core.identity.token, origin: .local)
      try await untilReady(context, core)
      try contexts.save(context)
      await result.set(context)
      return "ready at \(url)"
    } undo: {
      if try contexts.load(name)?.token == core.identity.token { try contexts.remove(name) }
    }
  }

  private func untilReady(_ context: ClusterContext, _ core: CoreContainers) async throws {
    let operations = try await makeOperations(context.url, context.token)
    let deadline = ContinuousClock.now + ClusterStarter.readyLimit
    var last = HydraError(.timeout, "no answer yet")
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
      .timeout, "the API did not answer within \(ClusterStarter.readyLimit.components.seconds) s: \(last.message)",
      remedy: "see 'docker logs \(core.names.management)'")
  }

  /// A component that ended says why in its log; there is no use in waiting for the others then.
  private func requireRunning(_ name: String) async throws {
    try await engineCall("looking at '\(name)'") {
      let container = try await engine.inspectContainer(name)
      guard container.state != "running" else { return }
      let last = (try? await engine.lastLog(name, lines: 3)) ?? []
      let said = last.isEmpty ? "" : ": \(last.joined(separator: " / "))"
      throw HydraError(.failed, "'\(name)' is \(container.state) (exit code \(container.exitCode))\(said)")
    }
  }

  /// Runs `body` to its end even when this task is cancelled. An engine finishes the creation it was asked for although
  /// nobody waits for its answer; a removal that came in between would not find what it is to remove.
  private static func uninterrupted<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
    try await Task { try await body() }.value
  }

  /// Something being undone may be gone already, or never have been there.
  private func undoing(_ body: () async throws -> Void) async throws {
    do {
      try await engineCall("undoing") { try await body() }
    } catch let error as HydraError where error.code == .notFound {}
  }
}

/// Makes the operations of a cluster from the URL of its API and its token.
public typealias OperationsFactory = @Sendable (_ url: String, _ token: String?) async throws -> any ClusterOperations
