import FoundationEssentials
import HydraModel
import HydraOrchestration
import Logging
import Testing

/// Time that runs fifty times as fast, so that the controller's limits and pauses pass within a test.
extension TimeSource {
  static let fast: TimeSource = {
    let start = ContinuousClock.now
    return TimeSource(
      sleep: { try await Task.sleep(for: $0 / 50) }, uptime: { (ContinuousClock.now - start) * 50 }, now: { Date() })
  }()
}

/// A running controller over fakes.
struct Rig: Sendable {
  let platform = FakePlatform()
  let proxy = FakeProxy()
  let store: MemoryStore
  let controller: Controller

  private init(store: MemoryStore) {
    self.store = store
    let cluster = ClusterDescription(
      name: "test", api: "http://localhost:4000", proxy: "http://localhost:8888", stats: "http://localhost:9999/stats",
      nodeImage: "hydra-node")
    controller = Controller(
      cluster: cluster, platform: platform, proxy: proxy, store: store, time: .fast,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  /// Runs `body` against a controller with `nodes` ready nodes; stops the controller whatever happens.
  static func with(
    nodes: Int = 0, store: MemoryStore = MemoryStore(),
    prepare: @Sendable (FakePlatform) throws -> Void = { _ in }, _ body: @escaping @Sendable (Rig) async throws -> Void
  ) async throws {
    let rig = Rig(store: store)
    try prepare(rig.platform)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await rig.controller.run() }
      group.addTask {
        try await rig.eventually { (try? await rig.controller.state()) != nil }
        for _ in 0..<nodes { _ = try await rig.controller.addNode(NodeSpec()) }
        try await body(rig)
      }
      _ = try await group.next()
      group.cancelAll()
    }
  }

  func hello(_ replicas: Int, alias: String = "hello1", port: Int = 8001) async throws -> ServiceState {
    try await controller.addService(
      ServiceSpec(alias: alias, image: "hydra-hello", replicas: replicas, nodePort: port, servicePort: 8000))
  }

  /// Waits, within bounds, until `condition` holds.
  func eventually(
    _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: @Sendable () async throws -> Bool
  ) async throws {
    for _ in 0..<2000 {
      if try await condition() { return }
      try await Task.sleep(for: .milliseconds(2))
    }
    Issue.record(comment ?? "the condition never held", sourceLocation: sourceLocation)
    throw CancellationError()
  }

  func nodesOf(_ alias: String) async throws -> [String] {
    try await controller.service(named: alias).nodes.filter { $0.state == .ready }.compactMap(\.name).sorted()
  }
}

/// Expects `body` to fail with `code` and a message that contains each of `texts`.
func expectFailure(
  _ code: HydraError.Code, _ texts: String..., sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () async throws -> Void
) async {
  do {
    try await body()
    Issue.record("expected \(code.rawValue), nothing failed", sourceLocation: sourceLocation)
  } catch {
    let error = HydraError.wrapping(error)
    #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
    for text in texts { #expect(error.message.contains(text), "\(error)", sourceLocation: sourceLocation) }
  }
}
