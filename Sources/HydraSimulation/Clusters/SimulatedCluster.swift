public import FoundationEssentials
import HydraControl
public import HydraModel

/// A cluster in memory: the control core of production in a simulated world in which nothing goes wrong by itself.
///
/// Its time is virtual. A request is answered at once, having taken as long there as it takes; then, unless told otherwise, the
/// world runs on until it is at rest, so that after a node died its replicas have been replaced. Between requests time stands.
public actor SimulatedCluster: ClusterOperations {
  /// The cluster's name.
  public nonisolated let name: String
  /// Where its API and its proxy are.
  public nonisolated let links: ClusterLinks

  private var world: World
  /// Who waits for an answer of the core.
  private var waiting: [RequestID: CheckedContinuation<Reply, any Error>] = [:]
  private var listeners: [Int: AsyncThrowingStream<ClusterEvent, any Error>.Continuation] = [:]
  private var nextListener = 0
  private var runsOn = true
  private var isHeld = false
  /// Whether things go wrong: then its requests are repeated as a client does it.
  private var isTroubled = false
  private var begun = Duration.zero
  private var asking: [Int: CheckedContinuation<Reply, any Error>] = [:]
  private var requests: [any ClusterRequest] = []
  private var failures: [String: HydraError] = [:]
  private var hanging: Set<String> = []

  /// The date at which somebody first sees a cluster.
  public static let beginning = Date(timeIntervalSince1970: 1_700_000_000)

  /// A cluster that is as `state` says at `beginning`, and was so a moment before.
  public init(_ state: ClusterState, beginning: Date = SimulatedCluster.beginning) {
    self.init(Template(state, beginning: beginning))
  }

  /// A cluster like `template`.
  public init(_ template: Template) {
    name = template.name
    links = template.links
    world = template.world
  }

  /// A cluster at its beginning, to make many equal ones of: cheaper than one by one.
  public struct Template: Sendable {
    let name: String
    let links: ClusterLinks
    let world: World

    /// Of clusters that are as `state` says.
    public init(_ state: ClusterState, beginning: Date = SimulatedCluster.beginning) {
      name = state.name
      links = ClusterLinks(api: state.api, proxy: state.proxy)
      var world = World(state, known: beginning)
      world.told = []
      self.world = world
    }

    /// Of clusters with `nodes` ready nodes.
    public init(
      name: String = "test", nodes: Int, links: ClusterLinks = ClusterLinks(),
      beginning: Date = SimulatedCluster.beginning
    ) {
      let names = ClusterNames(name)
      let states = (0..<nodes).map { index in
        let node = ClusterNames.node(index + 1)
        return NodeState(
          name: node, container: names.container(ofNode: node), ip: nil, image: SimulatedNode.image, state: .ready,
          since: beginning)
      }
      self.init(
        ClusterState(name: name, nodes: states, services: [], api: links.api, proxy: links.proxy, migrations: []),
        beginning: beginning)
    }
  }

  /// A cluster with `nodes` ready nodes.
  public init(
    name: String = "test", nodes: Int = 0, links: ClusterLinks = ClusterLinks(),
    beginning: Date = SimulatedCluster.beginning
  ) {
    self.init(Template(name: name, nodes: nodes, links: links, beginning: beginning))
  }

  // MARK: Requests

  public func send<R: ClusterRequest>(_ request: R, key: String?) async throws -> R.Answer {
    requests.append(request)
    if hanging.contains(R.name) { try await hang() }
    if let error = failures[R.name] { throw error }
    // As the API does, before the core sees it.
    try HydraError.throwIfAny(request.problems())
    let answer: any Sendable =
      switch request {
      case let reading as any Reading: try read(reading)
      case let work as any Work where isTroubled: try await ask(work, key: key).value
      case let work as any Work: try await wait { .request($0, work, key: key) }.value
      case let cancellation as CancelRequest: try await wait { .cancelKey($0, cancellation.key) }.value
      default: throw HydraError(.internal, "the control core does not know '\(R.name)'")
      }
    guard let answer = answer as? R.Answer else {
      throw HydraError(.internal, "the answer to '\(R.name)' is of another type")
    }
    return answer
  }

  private static let unreachable = HydraError(.unreachable, "the management node is down")

  /// Gives the core an input that it answers. Cancelling the task cancels the request in the core.
  private func wait(for input: (RequestID) -> Input) async throws -> Reply {
    let id = world.begin(input)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        waiting[id] = continuation
        if Task.isCancelled { world.cancel(id) }
        run()
      }
    } onCancel: {
      Task { await self.cancel(id) }
    }
  }

  private func read(_ reading: any Reading) throws -> any Sendable {
    guard let core = world.core else { throw SimulatedCluster.unreachable }
    return try reading.answer(core)
  }

  private func ask(_ work: any Work, key: String?) async throws -> Reply {
    let number = world.ask(work, key: key ?? "request-\(requests.count)")
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        asking[number] = continuation
        if Task.isCancelled { world.withdraw(number) }
        run()
      }
    } onCancel: {
      Task { await self.withdraw(number) }
    }
  }

  private func withdraw(_ number: Int) {
    world.withdraw(number)
    run()
  }

  private func cancel(_ id: RequestID) {
    guard waiting[id] != nil else { return }
    world.cancel(id)
    run()
  }

  /// Lets the world run until everybody is answered, and on until it is at rest.
  private func run() {
    guard !isHeld else { return deliver() }
    while !waiting.isEmpty {
      guard world.run(within: SimulatedCluster.patience, until: { !$0.direct.isEmpty }) else {
        let error = HydraError(.timeout, "no answer within \(SimulatedCluster.patience)")
        for id in waiting.keys { world.direct[id] = .failure(error) }
        break
      }
      answer()
    }
    if runsOn { world.rest() }
    deliver()
  }

  /// Longer than any request may take.
  private static let patience = Duration.seconds(2 * ServiceSpec.longestDeployment)

  /// Hands out the answers that the core gave.
  private func answer() {
    for (id, result) in world.direct.sorted(by: { $0.key < $1.key }) {
      waiting.removeValue(forKey: id)?.resume(with: result.mapError { $0 })
    }
    world.direct = [:]
    for (number, result) in world.asked.sorted(by: { $0.key < $1.key }) {
      asking.removeValue(forKey: number)?.resume(with: result.mapError { $0 })
    }
    world.asked = [:]
  }

  private func deliver() {
    answer()
    guard let told = world.told, !told.isEmpty else { return }
    world.told = []
    for (_, listener) in listeners.sorted(by: { $0.key < $1.key }) { for event in told { listener.yield(event) } }
  }

  // MARK: Events

  /// The number of the latest event.
  public func latestEvent() -> UInt64? { world.core?.latestEvent }

  public nonisolated func events(
    after id: UInt64?, contact: @escaping ContactHandler
  ) -> AsyncThrowingStream<ClusterEvent, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task { await self.listen(continuation, after: id) }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  private func listen(_ continuation: AsyncThrowingStream<ClusterEvent, any Error>.Continuation, after id: UInt64?) {
    guard !Task.isCancelled else { return }
    if let id { for event in world.core?.recentEvents ?? [] where event.id > id { continuation.yield(event) } }
    let number = nextListener
    nextListener += 1
    listeners[number] = continuation
    continuation.onTermination = { [weak self] _ in Task { await self?.forget(number) } }
  }

  private func forget(_ number: Int) { listeners[number] = nil }

  /// The number of those who follow the events.
  public var listenerCount: Int { listeners.count }

  // MARK: What the API does

  /// Every request so far, as it goes over HTTP: `POST /nodes/node-1/kill`.
  public var recorded: [String] { requests.map { $0.text } }

  /// How many requests of this kind there were.
  public func count<R: ClusterRequest>(_ kind: R.Type) -> Int { requests.count { $0 is R } }

  /// Requests of this kind fail with `error`, and never reach the core; nil lets them again.
  public func fail<R: ClusterRequest>(_ kind: R.Type, with error: HydraError?) { failures[R.name] = error }

  /// Requests of this kind never reach the core, and get no answer; they end when they are cancelled.
  public func hang<R: ClusterRequest>(_ kind: R.Type) { hanging.insert(R.name) }

  /// Waits until the task is cancelled.
  private func hang() async throws {
    let (nothing, end) = AsyncStream.makeStream(of: Never.self)
    for await _ in nothing {}
    end.finish()
    try Task.checkCancellation()
  }

  // MARK: What the world does

  /// Whether the world, once everybody is answered, runs on until it is at rest; otherwise ``rest()`` lets it.
  public func setRunsOn(_ runsOn: Bool) { self.runsOn = runsOn }

  /// Lets the world run until it is at rest.
  public func rest() {
    world.rest()
    deliver()
  }

  /// Time stands: requests reach the core and wait there.
  public func hold() { isHeld = true }

  /// Lets this much time pass, also while it is held.
  public func pass(_ time: Duration) {
    world.pass(time)
    deliver()
  }

  /// Until the next thing happens; nil if nothing will.
  public var timeToNext: Duration? { world.agenda.next.map { max(.zero, $0 - world.clock) } }

  /// Time stands, and from now on things go wrong, as `seed` and the cluster's name have it; `keepsTrace` notes what happens.
  public func begin(_ faults: Faults, seed: UInt64, keepsTrace: Bool = false) {
    isHeld = true
    isTroubled = true
    // Clusters of one seed are not struck at the same moments. FNV-1a: the same in every process.
    let own = name.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    world.begin(faults, seed: seed ^ own, keepsTrace: keepsTrace)
    begun = world.clock
  }

  /// What happened since ``begin(_:seed:keepsTrace:)``, and when, as a person would tell it: requests, events, and what went wrong.
  public var trace: [(time: Duration, text: String)] {
    world.trace.compactMap { line in
      let parts = line.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, let seconds = Double(parts[0]) else { return nil }
      let time = Duration.seconds(seconds) - begun
      let text = parts[1]
      if text.hasPrefix("event "), let colon = text.firstIndex(of: ":") {
        let message = text[text.index(after: colon)...].dropFirst()
        // The phases of a move are told beside what brought them about.
        let isPhase = [": image", ": started", ": healthy"].contains { message.hasSuffix($0) }
        return isPhase ? nil : (time, String(message))
      }
      return SimulatedCluster.toldBeginnings.contains { text.hasPrefix($0) } ? (time, String(text)) : nil
    }
  }

  private static let toldBeginnings = [
    "disaster: ", "request: ", "the management node starts", "the proxy starts", "VIOLATION",
  ]

  /// What a request to service `alias` at the proxy gets.
  public func requestThroughProxy(_ alias: String) -> ProxyAnswer { world.requestThroughProxy(alias) }

  /// Time runs again.
  public func release() {
    isHeld = false
    run()
  }

  /// The requests that the core works on, as `key: name stage`.
  public var underWay: [String] { world.core?.waiting ?? [] }

  /// Stops the management node at once, and starts it again; unless time stands, it has read what it had saved before this
  /// returns. Who waits for an answer loses the connection.
  public func restartManagement() {
    answer()
    for waiter in waiting.values { waiter.resume(throwing: SimulatedCluster.unreachable) }
    waiting = [:]
    world.restartManagement()
    if !isHeld { _ = world.run { (try? $0.state()) != nil } }
    deliver()
  }

  /// What the core did that it never may do; empty as long as it works.
  public var violations: [String] { world.violations }

  /// The state, not counted as a request.
  func view() throws -> ClusterState { try world.state() }
}
