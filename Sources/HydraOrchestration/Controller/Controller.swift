import FoundationEssentials
public import HydraModel
public import Logging

/// The one reconciler of a cluster. Level-triggered: events and requests only change what is desired or what is known
/// and wake it up; each pass compares the two and starts what is missing. Nothing else starts or stops a replica.
///
/// - ``Scheduler`` decides where replicas run, ``Planner`` what has to be done, ``RoutingTable`` what the proxy routes:
///   all pure. The controller executes, remembers what failed, and waits.
/// - Actions run beside each other, one per ``Action/Subject``, and never block a pass.
public actor Controller {
  let cluster: ClusterDescription
  let platform: any Platform
  var names: ClusterNames { ClusterNames(cluster.name) }
  let proxy: any ProxyControl
  let store: any Store
  let time: TimeSource
  let logger: Logger

  /// The desired state. Changed through ``change(_:)`` only.
  var desired = DesiredState()
  var revision = 0
  var savedRevision = 0
  var saving: Task<Void, any Error>?
  var storeProblem: HydraError?

  /// The observed state, as far as it is known.
  var observed = ObservedState()
  var proxyProblem: HydraError?
  var isApplyingRoutes = false
  var mustReapplyRoutes = true

  var failures: [Action.Subject: Failure] = [:]
  var running: [Action.Subject: Task<Void, Never>] = [:]
  var monitors: [String: Monitor] = [:]
  /// Nodes whose container is ending, by the uptime at which that was reported: what is observed later may still be old.
  var endingSince: [String: Duration] = [:]
  /// Grows each time an action changes the replicas of a node: a list read before that is out of date.
  var replicaGeneration: [String: Int] = [:]

  var log = EventLog()
  var migrations: [Migration] = []
  var startProblem: HydraError? = HydraError(.unavailable, "the cluster is starting", remedy: "try again in a moment")

  var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
  var nextWaiter = 0
  let wakeups: AsyncStream<Void>
  let wakeup: AsyncStream<Void>.Continuation
  let emissions: AsyncStream<Void>
  let emission: AsyncStream<Void>.Continuation

  /// A controller of `cluster`; ``run()`` sets it to work.
  public init(
    cluster: ClusterDescription, platform: any Platform, proxy: any ProxyControl, store: any Store,
    time: TimeSource = .system, logger: Logger
  ) {
    self.cluster = cluster
    self.platform = platform
    self.proxy = proxy
    self.store = store
    self.time = time
    self.logger = logger
    (wakeups, wakeup) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    (emissions, emission) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Works until cancelled: restores the desired state from the store, then reconciles.
  public func run() async {
    await restore()
    await withDiscardingTaskGroup { group in
      group.addTask { await self.followHostEvents() }
      group.addTask { await self.resyncForever() }
      group.addTask { await self.storeEventsForever() }
      for await _ in wakeups { await pass() }
      group.cancelAll()
    }
    for task in running.values { task.cancel() }
    for monitor in monitors.values { monitor.task.cancel() }
    await storeTheRest()
    log.finish()
  }

  private func restore() async {
    while !Task.isCancelled {
      do {
        let saved = try await store.load()
        log.restore(try await store.events(limit: EventLog.capacity), reserved: saved?.reservedEvents ?? 0)
        desired = saved ?? DesiredState()
        reserveEvents()
        try await persist()
        await refreshNodes()
        startProblem = nil
        if saved == nil { emit(.clusterStarted, "cluster '\(cluster.name)' started") }
        wake()
        return
      } catch {
        let problem = HydraError.wrapping(error)
        logger.warning("desired state can't be read yet: \(problem)")
        startProblem = HydraError(
          .unavailable, "the cluster is starting and can't read its state yet: \(problem.message)",
          remedy: "is the data node running?")
        try? await time.sleep(.milliseconds(200))
      }
    }
  }

  // MARK: Changing what is desired

  /// Changes what is desired and wakes the reconciler up. Follow it with ``persist()`` before it is reported as done.
  func change<T>(_ body: (inout DesiredState) throws -> T) rethrows -> T {
    let before = desired
    let result = try body(&desired)
    if desired != before {
      revision += 1
      wake()
    }
    return result
  }

  /// Returns once everything desired is in the store.
  func persist() async throws {
    while savedRevision < revision {
      let task = saving ?? Task { try await save() }
      saving = task
      do {
        try await task.value
      } catch {
        throw HydraError(
          .unavailable, "the state can't be saved: \(HydraError.wrapping(error).message)",
          remedy: "is the data node running?")
      }
    }
  }

  /// Saves what is desired now. Clears ``saving`` before it ends, so that who waits for it finds it cleared.
  private func save() async throws {
    defer { saving = nil }
    let (snapshot, snapshotRevision) = (desired, revision)
    do {
      try await store.save(snapshot)
      savedRevision = max(savedRevision, snapshotRevision)
      storeProblem = nil
    } catch {
      storeProblem = HydraError.wrapping(error)
      throw error
    }
  }

  /// Changes what is desired and saves it; takes the change back when it can't be saved.
  func commit(_ body: (inout DesiredState) throws -> Void, revert: (inout DesiredState) -> Void) async throws {
    try change(body)
    do {
      try await persist()
    } catch {
      change(revert)
      throw error
    }
  }

  /// Asks for a pass.
  func wake() { wakeup.yield() }

  // MARK: Events

  func emit(
    _ kind: ClusterEvent.Kind, node: String? = nil, service: String? = nil, migration: String? = nil, _ message: String
  ) {
    logger.info("\(kind.rawValue): \(message)")
    log.append(kind, at: time.now(), node: node, service: service, migration: migration, message: message)
    // No more: it may be called in the midst of a change of what is desired.
    emission.yield()
  }

  private func reserveEvents() {
    change { $0.reservedEvents = max($0.reservedEvents, log.lastID + EventLog.reservation) }
  }

  private func storeEventsForever() async {
    for await _ in emissions {
      if log.lastID + EventLog.reservation / 2 > desired.reservedEvents { reserveEvents() }
      while !log.unstored.isEmpty, !Task.isCancelled {
        do {
          try await storeBatch()
        } catch {
          log.dropUnstored(beyond: EventLog.capacity)
          try? await time.sleep(.seconds(1))
        }
      }
    }
  }

  private func storeBatch() async throws {
    let batch = Array(log.unstored.prefix(500))
    try await store.append(batch)
    log.stored(batch.count)
  }

  /// How long the last events may take when the management node is stopped; `docker stop` kills it after 10 s.
  private static var lastStoreLimit: Duration { .seconds(2) }

  /// Stores what was emitted up to now, and gives back the numbers that were not used.
  private func storeTheRest() async {
    let storing = Task {
      while !log.unstored.isEmpty { try await storeBatch() }
      change { $0.reservedEvents = log.lastID }
      try await persist()
    }
    let limit = Task { [time] in
      try await time.sleep(Controller.lastStoreLimit)
      storing.cancel()
    }
    if case .failure(let error) = await storing.result {
      logger.warning("the last events were not stored: \(HydraError.wrapping(error))")
    }
    limit.cancel()
  }
}

/// What the controller knows about the cluster that is not in the store.
public struct ClusterDescription: Sendable, Equatable {
  /// The cluster's name.
  public var name: String
  /// Base URL of the API as clients see it.
  public var api: String
  /// Base URL of the proxy as clients see it.
  public var proxy: String
  /// The stats page as clients see it.
  public var stats: String
  /// Name of the image of nodes.
  public var nodeImage: String

  /// A description of these parts.
  public init(name: String, api: String, proxy: String, stats: String, nodeImage: String) {
    self.name = name
    self.api = api
    self.proxy = proxy
    self.stats = stats
    self.nodeImage = nodeImage
  }
}

extension HydraError {
  /// `error` itself when it is one of ours, else `cancelled` or `internal` with its text.
  public static func wrapping(_ error: any Error) -> HydraError {
    if let error = error as? HydraError { return error }
    if error is CancellationError { return HydraError(.cancelled, "interrupted") }
    return HydraError(.internal, "\(error)")
  }
}
