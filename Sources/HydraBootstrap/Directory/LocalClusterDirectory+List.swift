import DockerEngine
import HydraContainers
public import HydraModel

extension LocalClusterDirectory {
  public func list() async throws -> [ClusterSummary] {
    let known = try contexts.all()
    // A file that can't be read is reported by commands that need it; the list is complete without.
    let current = try? await currentName()
    var summaries = try await localContainers().sorted { $0.key < $1.key }.map { name, containers in
      summary(name, containers, isCurrent: name == current)
    }
    for context in known.contexts where context.origin == .remote {
      summaries.append(await remote(context, isCurrent: context.name == current))
    }
    for (name, problem) in known.unreadable {
      if let index = summaries.firstIndex(where: { $0.name == name }) {
        summaries[index].reason = problem.message
      } else {
        summaries.append(
          ClusterSummary(name: name, state: .unreachable, api: "", origin: .remote, reason: problem.message))
      }
    }
    return summaries
  }

  public func inspect(_ name: String?) async throws -> ClusterSummary {
    let context = try await nameOrCurrent(name)
    guard let chosen = context else { throw try await nothingInUse() }
    let current = try? await currentName()
    let known = try contexts.load(chosen)
    if let known, known.origin == .remote { return await remote(known, isCurrent: chosen == current) }
    guard let containers = try await localContainers(of: known)[chosen] else { throw await unknown(chosen) }
    var summary = summary(chosen, containers, isCurrent: chosen == current)
    if summary.state != .stopped, let state = try? await cluster(chosen).state() { fill(&summary, state) }
    return summary
  }

  public func connect(url: String, token: String?) async throws -> ClusterSummary {
    let operations = try await makeOperations(url, token)
    let state = try await operations.state()
    do {
      try NameRule.cluster.validate(state.name)
    } catch {
      // The name is the server's own and becomes a file here: not to be trusted, nor to be shown as it is.
      throw HydraError(
        .failed, "the API at \(url) gives its cluster a name that is not allowed: \(String(reflecting: state.name))",
        remedy: error.remedy)
    }
    if let token, !token.isEmpty { try await checkToken(operations) }
    let local = (try? await localContainers())?[state.name]
    if local != nil {
      throw HydraError(
        .conflict, "cluster '\(state.name)' runs on this machine", remedy: "choose it with 'cluster use \(state.name)'")
    }
    let context = ClusterContext(name: state.name, url: url, token: token, origin: .remote)
    try contexts.save(context)
    try contexts.use(state.name)
    var summary = ClusterSummary(name: state.name, state: .running, api: url, current: true, origin: .remote)
    fill(&summary, state)
    return summary
  }

  /// A changing request for what can't exist tells whether the token is taken, without changing anything.
  private func checkToken(_ operations: any ClusterOperations) async throws {
    do {
      _ = try await operations.send(RemoveService("hydra-token-check"))
    } catch let error as HydraError where error.code == .notFound {}
  }

  public func disconnect(_ name: String?) async throws -> ClusterSummary {
    guard let chosen = try await nameOrCurrent(name) else {
      throw HydraError(.notFound, "no cluster is connected", remedy: "see 'cluster list'")
    }
    guard let known = try contexts.load(chosen), known.origin == .remote else {
      throw HydraError(
        .conflict, "cluster '\(chosen)' is not connected", remedy: "'cluster list' shows where each cluster runs")
    }
    try contexts.remove(chosen)
    return ClusterSummary(name: chosen, state: .unreachable, api: known.url, origin: .remote)
  }

  // MARK: Parts

  /// Names of all clusters, local and connected; and of those that this account started or connected to.
  func knownNames() async throws -> (all: [String], own: [String]) {
    let local = try await localContainers().keys.sorted()
    let known = try contexts.all().contexts
    let connected = known.filter { $0.origin == .remote }.map(\.name)
    let started = Set(known.filter { $0.origin == .local }.map(\.name))
    return (local + connected, local.filter(started.contains) + connected)
  }

  /// The containers of the clusters on this machine. Without an engine there are none for whoever manages clusters of
  /// others; it is an error when none is connected, or when it is a cluster started here that is asked for.
  func localContainers(of wanted: ClusterContext? = nil) async throws -> [String: [ContainerSummary]] {
    do {
      let containers = try await engineCall("listing clusters") {
        try await engine.listContainers(havingLabel: Label.cluster, within: .seconds(10))
      }
      // Whoever may create containers can give them any label: what is no name of a cluster is none of ours.
      return Dictionary(grouping: containers) { $0.labels[Label.cluster] ?? "" }
        .filter { (try? NameRule.cluster.validate($0.key)) != nil }
    } catch let error as HydraError where error.code == .unreachable {
      guard wanted?.origin != .local, try contexts.all().contexts.contains(where: { $0.origin == .remote }) else {
        throw error
      }
      return [:]
    }
  }

  private func summary(_ name: String, _ containers: [ContainerSummary], isCurrent: Bool) -> ClusterSummary {
    func role(_ container: ContainerSummary) -> ClusterRole? {
      container.labels[Label.role].flatMap(ClusterRole.init(rawValue:))
    }
    let core = containers.filter { [.management, .data, .proxy].contains(role($0)) }
    let nodes = containers.filter { role($0) == .node }
    let running = core.filter { $0.state == "running" }
    func url(_ wanted: ClusterRole, _ port: Int) -> String {
      core.first { role($0) == wanted }?.url(ofPort: port) ?? ""
    }
    let stats = url(.proxy, 9999)
    return ClusterSummary(
      name: name, state: running.isEmpty ? .stopped : running.count == 3 ? .running : .degraded,
      api: url(.management, 8080), proxy: url(.proxy, 8888), stats: stats.isEmpty ? "" : "\(stats)/stats",
      nodes: nodes.count, nodesReady: nodes.count { $0.state == "running" }, current: isCurrent, origin: .local,
      components: containers.map { container in
        ClusterSummary.Component(
          name: container.name, role: role(container) ?? .service, state: container.state,
          ip: container.addresses[name])
      }.sorted { $0.name < $1.name })
  }

  private func remote(_ context: ClusterContext, isCurrent: Bool) async -> ClusterSummary {
    var summary = ClusterSummary(
      name: context.name, state: .unreachable, api: context.url, current: isCurrent, origin: .remote)
    if let operations = try? await makeOperations(context.url, context.token), let state = try? await operations.state()
    {
      summary.state = .running
      fill(&summary, state)
    }
    return summary
  }

  private func fill(_ summary: inout ClusterSummary, _ state: ClusterState) {
    summary.nodes = state.nodes.count
    summary.nodesReady = state.nodes.count { $0.state == .ready }
    summary.services = state.services.count
    summary.proxy = state.proxy.endpoint
    summary.stats = state.proxy.stats
  }
}

extension ContainerSummary {
  /// `http://ADDRESS:PORT` where `port` of the container is published; nil if it is not.
  func url(ofPort port: Int) -> String? {
    let found = ports.first { $0.containerPort == port && $0.hostPort != nil }
    return found?.hostPort.map { "http://\(ClusterSpec.host(found?.hostAddress ?? "")):\($0)" }
  }
}

extension LocalClusterDirectory {
  /// Names of the engine's images, for completion.
  public func images() async throws -> [String] {
    try await engineCall("listing images") { try await engine.listImages() }
  }
}
