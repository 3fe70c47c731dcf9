public import FoundationEssentials
public import HydraModel

/// Clusters in memory.
public actor SimulatedDirectory: ClusterDirectory {
  private var clusters: [String: SimulatedCluster] = [:]
  private var inUse: String?
  /// Those that were started here or connected to: one of these is taken where none is named, if it is the only one.
  private var own: Set<String>
  private var failures: [String: HydraError] = [:]
  private var calls: [String] = []
  private var hangs: Set<String> = []
  /// Where the clusters that are started here are.
  private let links: @Sendable (ClusterSpec) -> ClusterLinks
  /// When the world of a cluster that is started now begins.
  private let now: @Sendable () -> Date
  /// Prepares each cluster before anybody uses it.
  private let prepare: @Sendable (SimulatedCluster) async -> Void
  /// All that ever were.
  public private(set) var everyCluster: [SimulatedCluster] = []

  /// A directory of these clusters.
  public init(
    _ clusters: [SimulatedCluster] = [], now: @escaping @Sendable () -> Date = { SimulatedCluster.beginning },
    links: @escaping @Sendable (ClusterSpec) -> ClusterLinks = { _ in ClusterLinks() },
    prepare: @escaping @Sendable (SimulatedCluster) async -> Void = { _ in }
  ) {
    self.links = links
    self.prepare = prepare
    self.now = now
    for cluster in clusters { self.clusters[cluster.name] = cluster }
    everyCluster = clusters
    own = Set(clusters.map(\.name))
  }

  /// Adds a cluster that somebody else started, unless `isCurrent`: then it is the one in use.
  public func add(_ cluster: SimulatedCluster, isCurrent: Bool) {
    clusters[cluster.name] = cluster
    everyCluster.append(cluster)
    guard isCurrent else { return }
    inUse = cluster.name
    own.insert(cluster.name)
  }

  /// Every call so far that changes something.
  public var recorded: [String] { calls }
  /// The next calls of `operation` fail with `error`; nil lets them succeed again.
  public func fail(_ operation: String, with error: HydraError?) { failures[operation] = error }
  /// Calls of `operation` never return; they end when they are cancelled.
  public func hang(_ operation: String) { hangs.insert(operation) }
  /// The cluster called `name`, for what only a simulated one can do.
  public func simulated(_ name: String) -> SimulatedCluster? { clusters[name] }

  private func enter(_ operation: String, _ argument: String) async throws {
    calls.append("\(operation) \(argument)")
    if hangs.contains(operation) { try await Task.sleep(for: .seconds(3600)) }
    if let error = failures[operation] { throw error }
  }

  /// Starts a cluster.
  public func start(_ spec: ClusterSpec, progress: @escaping ProgressHandler) async throws -> ClusterSummary {
    try await enter("start", spec.name)
    guard clusters[spec.name] == nil else { throw exists(spec.name) }
    progress(ProgressUpdate("api.\(spec.name)", "ready", phase: .done))
    let cluster = SimulatedCluster(name: spec.name, nodes: spec.nodes, links: links(spec), beginning: now())
    clusters[spec.name] = cluster
    everyCluster.append(cluster)
    await prepare(cluster)
    own.insert(spec.name)
    return try await summary(spec.name)
  }

  private func exists(_ name: String) -> HydraError {
    HydraError(
      .conflict, "cluster '\(name)' already exists",
      remedy: "choose another name, or remove it with 'cluster destroy \(name)'")
  }

  /// Destroys a cluster.
  public func destroy(_ name: String, progress: @escaping ProgressHandler) async throws -> DestroyReport {
    try await enter("destroy", name)
    guard clusters.removeValue(forKey: name) != nil else { throw missing(name) }
    return DestroyReport(name: name, containers: ["api.\(name)"], networks: [name], volumes: [])
  }

  /// All clusters.
  public func list() async throws -> [ClusterSummary] {
    var all: [ClusterSummary] = []
    for name in clusters.keys.sorted() { all.append(try await summary(name)) }
    return all
  }

  /// One cluster.
  public func inspect(_ name: String?) async throws -> ClusterSummary { try await summary(try chosen(name)) }

  /// Uses a cluster.
  public func use(_ name: String) async throws -> ClusterSummary {
    try await enter("use", name)
    inUse = try chosen(name)
    return try await summary(name)
  }

  /// Connects to a cluster, which is called `remote`.
  public func connect(url: String, token: String?) async throws -> ClusterSummary {
    try await enter("connect", token.map { "\(url) \($0)" } ?? url)
    clusters["remote"] = SimulatedCluster(name: "remote", beginning: now())
    own.insert("remote")
    return try await summary("remote")
  }

  /// Forgets a cluster.
  public func disconnect(_ name: String?) async throws -> ClusterSummary {
    try await enter("disconnect", name ?? "")
    let name = try chosen(name)
    let summary = try await summary(name)
    clusters[name] = nil
    return summary
  }

  /// The operations of a cluster.
  public func cluster(_ name: String?) async throws -> any ClusterOperations {
    let name = try chosen(name)
    guard let cluster = clusters[name] else { throw missing(name) }
    return cluster
  }

  /// The name of the cluster in use.
  public func currentName() async throws -> String? { try? chosen(nil) }

  private func chosen(_ name: String?) throws -> String {
    if let name {
      guard clusters[name] != nil else { throw missing(name) }
      return name
    }
    if let inUse, clusters[inUse] != nil { return inUse }
    guard !clusters.isEmpty else {
      throw HydraError(.notFound, "there is no cluster", remedy: "start one with 'cluster start NAME --port PORT'")
    }
    let present = clusters.keys.filter(own.contains)
    guard present.count == 1, let only = present.first else {
      let names = (present.isEmpty ? Array(clusters.keys) : present).sorted().joined(separator: ", ")
      throw HydraError(
        .invalidArgument,
        present.isEmpty ? "no cluster is in use; running: \(names)" : "there are several clusters: \(names)",
        remedy: "choose one with 'cluster use NAME', or name it with --cluster")
    }
    return only
  }

  private func missing(_ name: String) -> HydraError {
    HydraError(
      .notFound, "no cluster '\(name)'",
      remedy: clusters.isEmpty
        ? "start one with 'cluster start NAME --port PORT'"
        : "known clusters: \(clusters.keys.sorted().joined(separator: ", "))")
  }

  private func summary(_ name: String) async throws -> ClusterSummary {
    guard let cluster = clusters[name] else { throw missing(name) }
    let state = try await cluster.view()
    return ClusterSummary(
      name: name, state: .running, api: cluster.links.base, proxy: cluster.links.proxy.endpoint,
      stats: cluster.links.proxy.stats, nodes: state.nodes.count,
      nodesReady: state.nodes.count { $0.state == .ready }, services: state.services.count, current: inUse == name,
      origin: name == "remote" ? .remote : .local)
  }
}
