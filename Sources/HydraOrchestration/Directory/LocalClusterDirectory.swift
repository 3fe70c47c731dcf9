public import DockerEngine
public import HydraModel

/// The clusters of this machine's engine, and those connected to. Everything beyond starting and destroying goes
/// through a cluster's API, so that local and remote are one path.
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
      // A start that did not give what was asked for leaves nothing behind, Ctrl-C included.
      let destroyed = await Task { try await destroy(spec.name, progress: progress) }.result
      if case .failure(let second) = destroyed {
        var wrapped = HydraError.wrapping(error)
        wrapped.remedy = "not removed again: \(HydraError.wrapping(second).message)"
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
          let node = try await operations.addNode(NodeSpec())
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

  public func currentName() async throws -> String? {
    let known = try await names()
    if let current = try contexts.current(), known.contains(current) { return current }
    return known.count == 1 ? known.first : nil
  }

  public func cluster(_ name: String?) async throws -> any ClusterOperations {
    let context = try await context(name)
    return try await makeOperations(context.url, context.token)
  }

  /// The context of cluster `name`, or of the one to be taken when it is nil.
  func context(_ name: String?) async throws -> ClusterContext {
    guard let name = try await nameOrCurrent(name) else {
      let known = try await names()
      throw known.isEmpty
        ? HydraError(.notFound, "there is no cluster", remedy: "start one with 'cluster start NAME --port PORT'")
        : HydraError(
          .invalidArgument, "there are several clusters: \(known.joined(separator: ", "))",
          remedy: "name one with --cluster, or choose one with 'cluster use'")
    }
    if let known = try contexts.load(name) {
      if known.origin == .local { try await requireManagement(name) }
      return known
    }
    return try await adopt(name)
  }

  func nameOrCurrent(_ name: String?) async throws -> String? {
    if let name { return name }
    return try await currentName()
  }

  /// A cluster of this engine that another account started: its API can be asked, but what changes something needs the
  /// token, which that account has.
  private func adopt(_ name: String) async throws -> ClusterContext {
    let containers = try await localContainers()[name] ?? []
    guard let container = containers.first(where: { $0.labels[Label.role] == ClusterRole.management.rawValue }) else {
      throw await unknown(name)
    }
    guard let port = container.ports.first(where: { $0.containerPort == 8080 })?.hostPort else {
      throw stopped(name, container)
    }
    return ClusterContext(name: name, url: "http://localhost:\(port)", token: nil, origin: .local)
  }

  private func requireManagement(_ name: String) async throws {
    guard let container = try await management(name) else { throw await unknown(name) }
    guard container.state == "running" else { throw stopped(name, container) }
  }

  private func stopped(_ name: String, _ container: ContainerSummary) -> HydraError {
    HydraError(
      .unreachable, "the management node of cluster '\(name)' is \(container.state)",
      remedy: "start it with 'docker \(container.state == "paused" ? "unpause" : "start") \(container.name)'")
  }

  private func management(_ name: String) async throws -> ContainerSummary? {
    try await engineCall("looking for cluster '\(name)'") {
      let labels = [Label.cluster: name, Label.role: ClusterRole.management.rawValue]
      return try await engine.listContainers(labels: labels).first
    }
  }
}
