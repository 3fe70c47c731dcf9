import FoundationEssentials
import HydraDiagnostics
import HydraLanguage
import HydraModel
import HydraRuntime
import Synchronization

/// Names that are valid now, for completion: of the cluster that the monitor follows, which is always up to date, and of
/// what has to be requested, which is kept for a moment. The editor limits how long a request may take.
final class LiveNames: Sendable {
  /// A name and its description.
  struct Name: Sendable, Equatable {
    var text: String
    var description: String
  }

  private struct State {
    var monitor: ClusterMonitor?
    var kept: [CompletionSource: (names: [Name], at: Duration)] = [:]
    var states: [String: (state: ClusterState, at: Duration)] = [:]
  }

  private let directory: any ClusterDirectory
  private let clock: any RuntimeClock
  /// What `~` stands for.
  private let home: String?
  private let images: @Sendable () async throws -> [String]
  private let state = Mutex(State())
  /// How long a result is used: long enough for a few Tabs.
  private static let freshness = Duration.seconds(2)

  init(
    directory: any ClusterDirectory, clock: any RuntimeClock, home: String?,
    images: @escaping @Sendable () async throws -> [String]
  ) {
    self.home = home
    self.directory = directory
    self.clock = clock
    self.images = images
  }

  /// From now on names come from the cluster that `monitor` follows.
  func follow(_ monitor: ClusterMonitor) { state.withLock { $0.monitor = monitor } }

  /// The names for `source`, of `cluster` if the command names one; `service` is what the command is about, and `prefix`
  /// what is typed of a path.
  func names(
    for source: CompletionSource, of cluster: String?, service: String? = nil, prefix: String
  ) async -> [Name] {
    Self.visible(await found(source, cluster, service, prefix))
  }

  /// Names come from servers and folders that anybody may have filled. One that can't be shown as it is is not offered.
  private static func visible(_ names: [Name]) -> [Name] {
    names.filter { Shown.line($0.text) == $0.text }
      .map { Name(text: $0.text, description: Shown.line($0.description)) }
  }

  private func found(
    _ source: CompletionSource, _ cluster: String?, _ service: String?, _ prefix: String
  ) async -> [Name] {
    switch source {
    case .nodes: return await nodes(of: cluster, prefix) { _ in true }
    case .runningNodes: return await nodes(of: cluster, prefix) { $0.state != .down }
    case .downNodes: return await nodes(of: cluster, prefix) { $0.state == .down }
    case .nodesWithService:
      return await nodes(of: cluster, prefix) { node in service.map(node.services.contains) ?? !node.services.isEmpty }
    case .nodesWithoutService:
      return await nodes(of: cluster, prefix) { node in
        node.state == .ready && !(service.map(node.services.contains) ?? false)
      }
    case .services:
      return await view(of: cluster)?.services.map { service in
        Name(
          text: service.name,
          description: "\(service.ready)/\(service.replicas) \(service.state.rawValue), \(service.image)")
      } ?? []
    case .helpTopics: return HelpText.topics.map { Name(text: $0, description: "") }
    case .files: return Self.files(prefix, home: home)
    case .clusters, .connectedClusters, .images: return await kept(source)
    }
  }

  private func view(of cluster: String?) async -> ClusterState? {
    let monitor = state.withLock { $0.monitor }
    if let view = await monitor?.view, cluster == nil || view.cluster == cluster { return view.state }
    guard let cluster else { return nil }
    let now = clock.now
    if let (known, at) = state.withLock({ $0.states[cluster] }), now - at < Self.freshness { return known }
    guard let asked = try? await directory.cluster(cluster).state() else { return nil }
    state.withLock { $0.states[cluster] = (asked, now) }
    return asked
  }

  /// Nodes, by the names of their containers once a dot is typed.
  private func nodes(of cluster: String?, _ prefix: String, _ isValid: (NodeState) -> Bool) async -> [Name] {
    await view(of: cluster)?.nodes.filter(isValid).map { node in
      let services = node.services.isEmpty ? "free" : node.services.joined(separator: ", ")
      return Name(
        text: prefix.contains(".") ? node.container : node.name, description: "\(node.state.rawValue), \(services)")
    } ?? []
  }

  private func kept(_ source: CompletionSource) async -> [Name] {
    let now = clock.now
    if let (names, at) = state.withLock({ $0.kept[source] }), now - at < Self.freshness { return names }
    // Without a response there are no names to offer; the command itself reports why.
    guard let names = try? await ask(source) else { return [] }
    state.withLock { $0.kept[source] = (names, now) }
    return names
  }

  private func ask(_ source: CompletionSource) async throws -> [Name] {
    if source == .images { return try await images().map { Name(text: $0, description: "") } }
    return try await directory.list().filter { source == .clusters || $0.origin == .remote }.map { cluster in
      Name(text: cluster.name, description: "\(cluster.state.rawValue), \(Plural.of(cluster.nodes, "node"))")
    }
  }

  /// Files that begin with `prefix`; hidden ones once their dot is typed.
  static func files(_ prefix: String, home: String? = nil) -> [Name] {
    let slash = prefix.lastIndex(of: "/")
    let folder = slash.map { String(prefix[...$0]) } ?? ""
    var place = folder.isEmpty ? "." : folder
    if let home, folder.hasPrefix("~/") { place = home + folder.dropFirst() }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
    let showsHidden = prefix.dropFirst(folder.count).hasPrefix(".")
    return visible(
      names.filter { showsHidden || !$0.hasPrefix(".") }.sorted().map { name in
        var isFolder = false
        _ = FileManager.default.fileExists(atPath: "\(place)/\(name)", isDirectory: &isFolder)
        return Name(text: folder + name + (isFolder ? "/" : ""), description: "")
      })
  }
}
