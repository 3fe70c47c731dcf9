import AsyncSupport
public import DockerEngine
public import HydraContainers
public import HydraModel

/// The clusters of this machine's engine, and connected ones. Everything beyond starting and destroying goes through a
/// cluster's API, so that local and remote are one path.
public struct LocalClusterDirectory: ClusterDirectory {
  let engine: DockerEngine
  let images: ImageNames
  let contexts: ContextStore
  let makeOperations: OperationsFactory

  /// A directory over `engine`.
  public init(
    engine: DockerEngine, images: ImageNames, contexts: ContextStore, makeOperations: @escaping OperationsFactory
  ) {
    self.engine = engine
    self.images = images
    self.contexts = contexts
    self.makeOperations = makeOperations
  }

  // MARK: Lifecycle

  public func start(_ spec: ClusterSpec, progress: @escaping ProgressHandler) async throws -> ClusterSummary {
    let starter = ClusterStarter(engine: engine, images: images, contexts: contexts, makeOperations: makeOperations)
    let context = try await starter.start(spec, progress: progress)
    do {
      try await addNodes(spec.nodes, context, progress)
      return try await inspect(spec.name)
    } catch {
      // A start that fails leaves nothing behind, also after Ctrl-C.
      do {
        _ = try await uninterrupted { try await destroy(spec.name, progress: progress) }
      } catch let second {
        var wrapped = HydraError.wrapping(error)
        wrapped.remedy = "not rolled back: \(HydraError.wrapping(second).message)"
        throw wrapped
      }
      throw error
    }
  }

  private func addNodes(_ count: Int, _ context: ClusterContext, _ progress: @escaping ProgressHandler) async throws {
    guard count > 0 else { return }
    let operations = try await makeOperations(context.url, context.token)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<count {
        group.addTask {
          let node = try await operations.send(AddNode())
          progress(ProgressUpdate(node.name, "ready at \(node.ip ?? "?")", phase: .done))
        }
      }
      progress(ProgressUpdate("nodes", "starting \(count)"))
      try await group.waitForAll()
      progress(ProgressUpdate("nodes", "\(count) ready", phase: .done))
    }
  }

  public func destroy(_ name: String, progress: @escaping ProgressHandler) async throws -> DestroyReport {
    if let known = try contexts.load(name), known.origin == .remote {
      throw HydraError(
        .conflict, "cluster '\(name)' was started elsewhere (\(known.url))",
        remedy: "destroy it there; 'cluster disconnect \(name)' forgets it here")
    }
    let report = try await ClusterDestroyer(engine: engine).destroy(name, progress: progress)
    let hadContext = try contexts.load(name) != nil
    try contexts.remove(name)
    if report.containers.isEmpty, report.networks.isEmpty, report.volumes.isEmpty, !hadContext {
      throw await unknown(name)
    }
    return report
  }

  func unknown(_ name: String) async -> HydraError {
    let known = (try? await list().map(\.name)) ?? []
    return HydraError(
      .notFound, "no cluster '\(name)'",
      remedy: known.isEmpty
        ? "start one with 'cluster start NAME --port PORT'" : "known clusters: \(known.joined(separator: ", "))")
  }

  // MARK: Choosing

  public func use(_ name: String) async throws -> ClusterSummary {
    let summary = try await inspect(name)
    try contexts.use(name)
    var chosen = summary
    chosen.current = true
    return chosen
  }

  /// The cluster that was chosen with ``use(_:)`` while it exists; else the only one that this account started or connected to.
  /// One that somebody else started on this engine is never taken without being named.
  public func currentName() async throws -> String? {
    let known = try await knownNames()
    if let current = try contexts.current(), known.all.contains(current) { return current }
    return known.own.count == 1 ? known.own.first : nil
  }

  public func cluster(_ name: String?) async throws -> any ClusterOperations {
    let context = try await context(name)
    return try await makeOperations(context.url, context.token)
  }

  /// The context of cluster `name`, or of the one in use when it is nil.
  func context(_ name: String?) async throws -> ClusterContext {
    guard let name = try await nameOrCurrent(name) else { throw try await nothingInUse() }
    let known = try contexts.load(name)
    if let known, known.origin == .remote { return known }
    let published = try await publishedAddress(name)
    // Another account may have started a cluster of that name meanwhile: our token is not for that one.
    return known?.url == published
      ? known ?? .init(name: name, url: published, token: nil, origin: .local)
      : ClusterContext(name: name, url: published, token: nil, origin: .local)
  }

  func nameOrCurrent(_ name: String?) async throws -> String? {
    if let name { return name }
    return try await currentName()
  }

  /// Why there is no cluster for a command that names none.
  func nothingInUse() async throws -> HydraError {
    let known = try await knownNames()
    let names = (known.own.isEmpty ? known.all : known.own).joined(separator: ", ")
    let remedy = "choose one with 'cluster use NAME', or name it with --cluster"
    if known.all.isEmpty {
      return HydraError(.notFound, "there is no cluster", remedy: "start one with 'cluster start NAME --port PORT'")
    }
    return known.own.isEmpty
      ? HydraError(
        .invalidArgument, "no cluster is in use; running on this machine, but not started by you: \(names)",
        remedy: remedy)
      : HydraError(.invalidArgument, "there are several clusters: \(names)", remedy: remedy)
  }

  /// The address of the API of a cluster of this engine, as the engine publishes it.
  private func publishedAddress(_ name: String) async throws -> String {
    guard let container = try await management(name) else { throw await unknown(name) }
    guard container.state == "running" else {
      throw HydraError(
        .unreachable, "the management node of cluster '\(name)' is \(container.state)",
        remedy: "start it with 'docker \(container.state == "paused" ? "unpause" : "start") \(container.name)'")
    }
    guard let url = container.url(ofPort: 8080) else {
      throw HydraError(.unreachable, "the management node of cluster '\(name)' has no published port")
    }
    return url
  }

  private func management(_ name: String) async throws -> ContainerSummary? {
    try await engineCall("looking for cluster '\(name)'") {
      let labels = [Label.cluster: name, Label.role: ClusterRole.management.rawValue]
      return try await engine.listContainers(labels: labels).first
    }
  }
}
