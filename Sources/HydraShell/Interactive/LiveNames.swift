import FoundationEssentials
import HydraLanguage
import HydraModel
import HydraRuntime
import Synchronization

/// Names that are valid now, for completion: of the cluster the monitor follows, which is always up to date, and of what
/// has to be asked for, kept for a moment. The editor bounds how long an answer may take.
final class LiveNames: Sendable {
  /// A name and what is to be said of it.
  struct Name: Sendable, Equatable {
    var text: String
    var description: String
  }

  private struct State {
    var monitor: ClusterMonitor?
    var kept: [CompletionSource: (names: [Name], at: Duration)] = [:]
  }

  private let directory: any ClusterDirectory
  private let clock: any RuntimeClock
  private let images: @Sendable () async throws -> [String]
  private let state = Mutex(State())
  /// How long an answer is good for: long enough for a few Tabs.
  private static let freshness = Duration.seconds(2)

  init(
    directory: any ClusterDirectory, clock: any RuntimeClock, images: @escaping @Sendable () async throws -> [String]
  ) {
    self.directory = directory
    self.clock = clock
    self.images = images
  }

  /// Names come from the cluster that `monitor` follows.
  func follow(_ monitor: ClusterMonitor) { state.withLock { $0.monitor = monitor } }

  /// The names for `source`; `prefix` is what is typed of a path.
  func names(for source: CompletionSource, prefix: String) async -> [Name] {
    switch source {
    case .nodes: return await nodes { _ in true }
    case .runningNodes: return await nodes { $0.state != .down }
    case .downNodes: return await nodes { $0.state == .down }
    case .services:
      return await view()?.services.map { service in
        Name(
          text: service.name,
          description: "\(service.ready)/\(service.replicas) \(service.state.rawValue), \(service.image)")
      } ?? []
    case .helpTopics: return HelpText.topics.map { Name(text: $0, description: "") }
    case .files: return Self.files(prefix)
    case .clusters, .connectedClusters, .images: return await kept(source)
    }
  }

  private func view() async -> ClusterState? {
    guard let monitor = state.withLock({ $0.monitor }) else { return nil }
    return await monitor.view.state
  }

  private func nodes(_ isValid: (NodeState) -> Bool) async -> [Name] {
    await view()?.nodes.filter(isValid).map { node in
      let services = node.services.isEmpty ? "free" : node.services.joined(separator: ", ")
      return Name(text: node.name, description: "\(node.state.rawValue), \(services)")
    } ?? []
  }

  private func kept(_ source: CompletionSource) async -> [Name] {
    let now = clock.now
    if let (names, at) = state.withLock({ $0.kept[source] }), now - at < Self.freshness { return names }
    // What can't be asked has no names to offer; the command itself will say why.
    guard let names = try? await ask(source) else { return [] }
    state.withLock { $0.kept[source] = (names, now) }
    return names
  }

  private func ask(_ source: CompletionSource) async throws -> [Name] {
    if source == .images { return try await images().map { Name(text: $0, description: "") } }
    return try await directory.list().filter { source == .clusters || $0.origin == .remote }.map { cluster in
      Name(text: cluster.name, description: "\(cluster.state.rawValue), \(Units.counted(cluster.nodes, "node"))")
    }
  }

  static func files(_ prefix: String) -> [Name] {
    let slash = prefix.lastIndex(of: "/")
    let folder = slash.map { String(prefix[...$0]) } ?? ""
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
    return names.filter { !$0.hasPrefix(".") }.sorted().map { name in
      var isFolder = false
      _ = FileManager.default.fileExists(atPath: folder + name, isDirectory: &isFolder)
      return Name(text: folder + name + (isFolder ? "/" : ""), description: "")
    }
  }
}
