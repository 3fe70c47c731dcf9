import FoundationEssentials
import HydraModel

/// What decides about a cluster: a state machine. Everything that happens is an ``Input``, everything it wants an ``Effect``.
/// No I/O, no clock, no waiting, nothing random: the same inputs give the same effects, in the same order.
///
/// Level-triggered: inputs change what is desired or what is known; a pass then compares the two and asks for what is
/// missing. Steps that depend on each other are never wanted at once: each waits until the one before was observed. So work
/// that is interrupted anywhere goes on from what there is.
public struct ControlCore: Sendable {
  let cluster: ClusterDescription
  let timings: Timings
  let disabled: Guard?
  var names: ClusterNames { ClusterNames(cluster.name) }

  /// The time of the present step.
  var now = Instant(uptime: .zero, date: Date(timeIntervalSince1970: 0))
  var effects: [Effect] = []
  var nextEffect: EffectID = 1
  /// Effects under way, with what their results mean.
  var flights: [EffectID: Flight] = [:]
  var timers = Timers<TimerKey>()
  var wakeAt: Duration?

  var desired = DesiredState()
  var observed = ObservedState()
  var migrations: [Migration] = []
  var log = EventLog()
  var saver = Saver()
  var jobs = Jobs()

  /// Why no request can be served yet; nil once the saved state was read.
  var startProblem: HydraError? = HydraError(.unavailable, "the cluster is starting", remedy: "try again in a moment")
  var startedAt: Duration?
  var loadFailure: Failure?
  var pendingLoad: (state: SavedState?, events: [ClusterEvent])?

  var failures: [Subject: Failure] = [:]
  var busy: [Subject: EffectID] = [:]
  var watches: [Subject: HealthWatch] = [:]
  /// Nodes on which a service failed to start, until when they are avoided.
  var avoided: [String: [String: Duration]] = [:]
  /// Grows each time an action changes the replicas of a node: a list read before that is out of date.
  var generations: [String: Int] = [:]
  /// Nodes whose container is ending, by the uptime at which that was reported.
  var endings: [String: Duration] = [:]
  /// When a node's container was last known by our own doing: what a look that began before says is older.
  var knownAt: [String: Duration] = [:]
  var probing: [String: EffectID] = [:]
  var probeAgain: Set<String> = []
  var looking: EffectID?
  var lookAgain = false
  /// The last time this process was held up.
  var heldUp: Duration = .seconds(-3600)
  var isInDoubt = false
  /// When it was last this side, rather, that heard nothing.
  var doubtedAt: Duration = .zero

  var routes = RouteKeeper()
  var parts: [Part: PartProblem] = [:]
  var needsPass = false
  var isAppending = false

  /// A core for `cluster`. Send ``Input/begin`` first.
  public init(cluster: ClusterDescription, timings: Timings = Timings(), disabled: Guard? = nil) {
    self.cluster = cluster
    self.timings = timings
    self.disabled = disabled
  }

  /// Whether `guard` is in force: always, in production.
  func holds(_ guard: Guard) -> Bool { disabled != `guard` }

  /// Takes in what happened at `instant`, and returns what is wanted now, in this order.
  public mutating func step(_ input: Input, at instant: Instant) -> [Effect] {
    presume(instant.uptime >= now.uptime, "time went back")
    now = instant
    take(input)
    while let key = timers.takeDue(now.uptime) { fire(key) }
    // What a pass finds out can need another one; more than a few are a defect, which the next input must not repeat.
    for _ in 0..<8 where needsPass || jobs.mustLook {
      if needsPass { pass() }
      advanceJobs()
    }
    flush()
    arm()
    defer { effects.removeAll(keepingCapacity: true) }
    return effects
  }

  private mutating func take(_ input: Input) {
    switch input {
    case .begin: want(.load, as: .load)
    case .request(let id, let work, let key): arrive(id, work, key: key)
    case .cancel(let id): cancel(id)
    case .cancelKey(let id, let key): cancel(key: key, for: id)
    case .host(let event): take(event)
    case .replica(let address, let event): take(event, on: address)
    case .tick:
      if let due = wakeAt, now.uptime - due > timings.lateness { heldUp = now.uptime }
      wakeAt = nil
    case .progress(let id, let text): if flights[id] != nil { emit(.imageProgress, text) }
    case .result(let id, let outcome):
      guard let flight = flights.removeValue(forKey: id) else { return }
      land(flight, id, outcome)
    }
  }

  // MARK: Effects

  /// Wants `kind`; its result will mean `flight`.
  @discardableResult
  mutating func want(_ kind: Effect.Kind, as flight: Flight) -> EffectID {
    let id = tell(kind)
    flights[id] = flight
    return id
  }

  /// Wants `kind`, which has no result.
  @discardableResult
  mutating func tell(_ kind: Effect.Kind) -> EffectID {
    defer { nextEffect += 1 }
    effects.append(Effect(id: nextEffect, kind: kind))
    return nextEffect
  }

  /// Gives up what works on `subject`: its result means nothing any more.
  mutating func abandon(_ subject: Subject) {
    guard let id = busy.removeValue(forKey: subject) else { return }
    // An image may be under way to other nodes as well.
    if case .action(.provideImage) = flights[id] { return }
    flights[id] = nil
    tell(.cancel(id))
  }

  private mutating func arm() {
    guard let next = timers.next(), next != wakeAt else { return }
    wakeAt = next
    tell(.wake(at: next))
  }

  // MARK: Events

  mutating func emit(
    _ kind: ClusterEvent.Kind, node: String? = nil, service: String? = nil, migration: String? = nil, _ message: String
  ) {
    let event = ClusterEvent(
      id: 0, time: now.date, kind: kind, node: node, service: service, migration: migration, message: message)
    if let told = log.append(event) { tell(.tell(told)) }
    if log.needsReservation { saver.note() }
  }
}

/// What the core knows about the cluster that is not in the store.
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

/// What the result of an effect under way means.
enum Flight: Sendable {
  case load, save(Saver.Batch), append(upTo: UInt64)
  case look(begun: Duration)
  case probe(NodeAddress, generation: Int, begun: Duration)
  case action(Action)
  case check(SlotName, NodeAddress, container: String)
  /// The last words of a replica that ended, or was never healthy; they complete `error`.
  case lastWords(SlotName, node: String, error: HydraError, separator: String)
  case nodeWords(job: String, error: HydraError)
  case job(String)
  case applyRoutes(RoutingTable), takeOut([RoutingTable.Entry])
  case startPart(Part)
}

/// What can become due.
enum TimerKey: Hashable, Sendable {
  case load, save, unsaved, events, look, routes, retryRoutes, settled
  case probe(String), retry(Subject), health(Subject), avoid, part(Part), job(String), forget
}

/// A defect of the core: it stops, and starts again from what was saved.
func presume(_ condition: Bool, _ message: @autoclosure () -> String) {
  if !condition { fatalError("a defect of hydra: \(message())") }
}
