import DockerEngine
import HydraContainers
import HydraControl
import HydraModel

/// The engines: the host's, over its socket, and those in the nodes, over mutual TLS.
struct DockerPlatform: Sendable {
  let names: ClusterNames
  let identity: ClusterIdentity
  let host: DockerEngine
  let engines: NodeEngines
  private let core: CoreContainers
  private let images: ImageDistributor

  /// The platform of the cluster of `core` on the engine `host`.
  init(core: CoreContainers, host: DockerEngine) {
    names = core.names
    identity = core.identity
    self.core = core
    self.host = host
    engines = NodeEngines(names: names, identity: identity)
    images = ImageDistributor(host: host, engines: engines)
  }

  /// Closes the clients of the nodes' engines.
  func shutdown() async { await engines.shutdown() }

  // MARK: Nodes

  /// The containers of the cluster's nodes, by node.
  func observeNodes() async throws -> [String: ObservedContainer] {
    let labels = [Label.cluster: names.cluster, Label.role: ClusterRole.node.rawValue]
    return try await engineCall("listing nodes") {
      let found = try await host.listContainers(labels: labels, within: .seconds(5))
      // A list tells neither when a container was started nor how it ended.
      return try await withThrowingTaskGroup(of: (String, ObservedContainer)?.self) { group in
        for container in found { group.addTask { try await observe(container) } }
        return try await group.reduce(into: [:]) { nodes, node in
          if let node { nodes[node.0] = node.1 }
        }
      }
    }
  }

  private func observe(_ summary: ContainerSummary) async throws(EngineError) -> (String, ObservedContainer)? {
    guard let name = summary.labels[Label.node] else { return nil }
    let container: ContainerInspection
    do {
      container = try await host.inspectContainer(summary.id, within: .seconds(5))
    } catch  where error.isNotFound {
      return nil
    }
    return (name, observed(container))
  }

  private func observed(_ container: ContainerInspection) -> ObservedContainer {
    let state: ObservedContainer.State =
      switch container.state {
      case "created": .created
      case "running": .running
      case "paused": .paused
      case "exited", "dead": .exited(container.exitCode)
      // Between two states: `restarting`, `removing`. Its exit code says nothing yet.
      default: .passing
      }
    return ObservedContainer(
      id: container.id, state: state, incarnation: "\(container.id.prefix(12))/\(container.startedAt)",
      ip: container.addresses[names.network], image: container.image)
  }

  /// Creates and starts the container of a node, or adopts the one that an earlier try made.
  func createNode(_ node: NodeRecord) async throws -> ObservedContainer {
    let container = names.container(ofNode: node.name)
    let keys = try CertificateAuthority(identity.authority).issue(.server(name: container))
    return try await engineCall("creating \(node.name)") {
      try await removeNeverStarted(container)
      let labels = NodeContainer.labels(node.name, names)
      let volume = try await host.createVolume(names.volume(ofNode: node.name), labels: labels)
      guard volume.labels[Label.cluster] == names.cluster else {
        throw HydraError(
          .conflict, "volume '\(volume.name)' already exists and does not belong to cluster '\(names.cluster)'",
          remedy: "remove it with 'docker volume rm \(volume.name)'")
      }
      let spec = NodeContainer.spec(node, image: identity.nodeImage, names: names)
      if let id = try await make(container, spec, node.name) {
        try await host.putArchive(
          id, path: "/", tar: try NodeContainer.files(keys, authority: identity.authority.certificate))
        try await host.startContainer(id)
      }
      return observed(try await host.inspectContainer(container))
    }
  }

  /// What an earlier try left behind: made, but never started.
  private func removeNeverStarted(_ container: String) async throws(EngineError) {
    do {
      let old = try await host.inspectContainer(container)
      guard old.labels[Label.cluster] == names.cluster, old.state == "created" else { return }
      try await host.removeContainer(old.id, force: true)
    } catch  where error.isNotFound {}
  }

  /// Creates a node's container; returns its id. Nil if it is there already: an earlier try made it, whose reply was lost.
  private func make(_ container: String, _ spec: ContainerSpec, _ node: String) async throws -> String? {
    do {
      return try await host.createContainer(container, spec)
    } catch {
      guard error.isConflict else { throw error }
    }
    let found = try await host.inspectContainer(container)
    guard found.labels[Label.cluster] == names.cluster, found.labels[Label.node] == node else {
      throw HydraError(
        .conflict, "container '\(container)' already exists and does not belong to cluster '\(names.cluster)'",
        remedy: "remove it with 'docker rm -f \(container)'")
    }
    return nil
  }

  /// Starts a node's container again, or unpauses it.
  func startNode(_ name: String) async throws -> ObservedContainer {
    let container = names.container(ofNode: name)
    return try await engineCall("starting \(name)") {
      if try await host.inspectContainer(container).state == "paused" {
        try await host.unpauseContainer(container)
      } else {
        try await host.startContainer(container)
      }
      return observed(try await host.inspectContainer(container))
    }
  }

  /// Starts a container of the core again, should it not run, and makes it anew if it was removed: what it needs is on its volume.
  func startPart(_ part: Part) async throws {
    let container = names.container(of: part)
    try await engineCall("starting '\(container)'") {
      do {
        switch try await host.inspectContainer(container).state {
        case "running", "restarting": break
        case "paused":
          throw HydraError(
            .unavailable, "'\(container)' is paused", remedy: "continue it with 'docker unpause \(container)'")
        default: try await host.startContainer(container)
        }
      } catch let error as EngineError where error.isNotFound {
        try await make(part, container)
      }
    }
  }

  private func make(_ part: Part, _ container: String) async throws {
    let (spec, files) = try core.specification(of: part)
    let id = try await host.createContainer(container, spec)
    if let files { try await host.putArchive(id, path: "/", tar: files) }
    try await host.startContainer(id)
  }

  /// Kills or pauses a node's container. No error when it is paused already: an earlier try did it, whose reply was lost.
  func halt(_ name: String, _ halt: Halt) async throws {
    let container = names.container(ofNode: name)
    switch halt {
    case .kill: try await engineCall("killing \(name)") { try await host.killContainer(container) }
    case .pause:
      try await engineCall("pausing \(name)") {
        if try await host.inspectContainer(container).state != "paused" { try await host.pauseContainer(container) }
      }
    }
  }

  /// Removes a node's container and its volume. No error when they are gone.
  func removeNode(_ name: String) async throws {
    await engines.forget(name)
    try await engineCall("removing \(name)") {
      try await ignoringMissing {
        try await host.removeContainer(names.container(ofNode: name), force: true)
      }
      try await ignoringMissing {
        try await host.removeVolume(names.volume(ofNode: name))
      }
    }
  }

  /// The last lines a node's container wrote.
  func nodeLog(_ name: String, lines: Int) async throws -> [String] {
    try await engineCall("reading the log of \(name)") {
      try await host.lastLog(names.container(ofNode: name), lines: lines)
    }
  }

  // MARK: Images

  /// Names of `images` that are in the node in the version the host has.
  func presentImages(_ images: Set<String>, on node: NodeAddress) async throws -> Set<String> {
    let engine = try await engines.engine(node)
    return try await engineCall("looking for images on \(node.name)") {
      var present: Set<String> = []
      for image in images {
        guard let there = try await engine.inspectImage(image, within: .seconds(5)) else { continue }
        let original = try await host.inspectImage(image, within: .seconds(5))
        if original == nil || original?.id == there.id { present.insert(image) }
      }
      return present
    }
  }

  /// Brings `image` to `nodes`; returns the errors by node.
  func provideImage(
    _ image: String, to nodes: [NodeAddress], progress: @escaping @Sendable (String) -> Void
  ) async throws -> [String: HydraError] {
    try await images.provide(image, to: nodes, progress: progress)
  }
}

extension CoreContainers {
  /// The container of `part`, and the files that are put into it, as a tar archive below `/`.
  fileprivate func specification(of part: Part) throws -> (spec: ContainerSpec, files: [UInt8]?) {
    switch part {
    case .data: (data, try dataFiles())
    case .proxy: (proxy, nil)
    }
  }
}
