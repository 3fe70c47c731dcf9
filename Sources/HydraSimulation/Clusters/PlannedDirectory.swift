public import FoundationEssentials
public import HydraModel

/// Clusters in which nothing happens but in memory: each change is reported as the request it would be, and takes effect on a
/// simulated cluster, so that what is planned next sees it.
public struct PlannedDirectory: ClusterDirectory {
  private let simulation: SimulatedDirectory
  private let beginning: Date
  private let tell: @Sendable (String) -> Void

  /// An empty directory at `beginning`; `tell` receives each request in readable form.
  public init(beginning: Date, tell: @escaping @Sendable (String) -> Void) {
    simulation = SimulatedDirectory(now: { beginning }, links: ClusterLinks.init(_:))
    self.beginning = beginning
    self.tell = tell
  }

  /// Copies the clusters of `real` as they are now, and returns those that could not be read. Rethrows the errors of `real`.
  public func copy(_ real: any ClusterDirectory) async throws -> [(name: String, error: any Error)] {
    let (clusters, current, unreadable) = try await ClusterStates.all(in: real)
    for state in clusters {
      await simulation.add(SimulatedCluster(state, beginning: beginning), isCurrent: state.name == current)
    }
    return unreadable
  }

  public func start(_ spec: ClusterSpec, progress: @escaping ProgressHandler) async throws -> ClusterSummary {
    let names = ClusterNames(spec.name)
    tell(
      "engine: create volumes \(names.managementVolume), \(names.dataVolume), \(names.proxyVolume), network \(names.network)"
    )
    tell("engine: start containers \(names.data), \(names.proxy), \(names.management)")
    let links = ClusterLinks(spec)
    tell(
      "engine: publish the API as \(links.base), the proxy as \(links.proxy.endpoint), its statistics as \(links.proxy.stats)"
    )
    let summary = try await simulation.start(spec, progress: { _ in })
    for _ in 0..<spec.nodes { tell(try RequestMessage(AddNode()).text) }
    return summary
  }

  public func destroy(_ name: String, progress: @escaping ProgressHandler) async throws -> DestroyReport {
    let report = try await simulation.destroy(name, progress: { _ in })
    tell("engine: remove every container, network and volume with the label hydra.cluster=\(name)")
    return report
  }

  public func list() async throws -> [ClusterSummary] { try await simulation.list() }
  public func inspect(_ name: String?) async throws -> ClusterSummary { try await simulation.inspect(name) }

  public func use(_ name: String) async throws -> ClusterSummary {
    tell("local: use cluster '\(name)' from now on")
    return try await simulation.use(name)
  }

  public func connect(url: String, token: String?) async throws -> ClusterSummary {
    tell("GET \(url)/state")
    return try await simulation.connect(url: url, token: token)
  }

  public func disconnect(_ name: String?) async throws -> ClusterSummary {
    tell("local: forget the cluster")
    return try await simulation.disconnect(name)
  }

  public func cluster(_ name: String?) async throws -> any ClusterOperations {
    var chosen = name
    if chosen == nil { chosen = try await simulation.currentName() }
    guard let chosen, let cluster = await simulation.simulated(chosen) else {
      // The simulation has the right error: no cluster, several, or none of that name.
      return try await simulation.cluster(name)
    }
    return PlannedCluster(cluster: cluster, tell: tell)
  }

  public func currentName() async throws -> String? { try await simulation.currentName() }
}

/// One cluster of a ``PlannedDirectory``.
private struct PlannedCluster: ClusterOperations {
  let cluster: SimulatedCluster
  let tell: @Sendable (String) -> Void

  func send<R: ClusterRequest>(_ request: R, key: String?) async throws -> R.Answer {
    // What a plan shows is kept in logs of builds; values of the environment are not for them.
    if R.endpoint.changes { tell(try RequestMessage(request.redacted).text) }
    return try await cluster.send(request, key: key)
  }

  func events(
    after id: UInt64?, contact: @escaping ContactHandler
  ) -> AsyncThrowingStream<ClusterEvent, any Error> { cluster.events(after: id) }
  func latestEvent() async -> UInt64? { await cluster.latestEvent() }
}
