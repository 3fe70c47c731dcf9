import FoundationEssentials
public import HydraControl
package import HydraModel

/// One simulated world: the engines, nodes, replicas, images, the proxy, the store and the clients around the production
/// core, under virtual time and a seed. Nothing here decides about the cluster.
public struct World: Sendable {
  /// The core as it runs now; nil while the management node is dead.
  public internal(set) var core: ControlCore?
  /// Time since the world began.
  public internal(set) var clock: Duration = .zero
  /// What happened, for people; kept only if asked for.
  public internal(set) var trace: [String] = []
  /// What must not have happened.
  public internal(set) var violations: [String] = []
  /// How many inputs the core took.
  public internal(set) var steps = 0

  var random: SplitMix64
  var faults: Faults
  let disabled: Guard?
  let timings: Timings
  var keepsTrace: Bool
  let cluster: ClusterDescription
  /// What the calendar showed when the world began.
  let beginning: Date
  /// Whether its dates are whole milliseconds.
  let hasWholeMilliseconds: Bool
  var isCalm = false
  /// Whether a person runs a program in it, who is spared the loss of everything that was saved.
  var hasPeople = false

  var agenda = Agenda<Happening>()
  /// Grows with each start of the management node: what was under way for an earlier one is nobody's.
  var epoch = 0
  var tickAt: Duration?

  package internal(set) var nodes: [String: SimulatedNode] = [:]
  var replicaCounter = 0
  var runCounter = 0
  /// The images on the host, by name.
  package var images: [String: ImageBehaviour] = [:]
  /// Whether there is every other image as well, and works.
  let hasEveryImage: Bool
  package var store = SimulatedStore()
  package internal(set) var proxy = SimulatedProxy()
  /// Until when the management node reaches no node's engine.
  var cutOffUntil: Duration = .zero
  var cutOffSince: Duration = .zero
  var checker = Checker()
  var clients = Clients()
  /// Answers to requests made by ``call(_:key:within:)``.
  package var direct: [RequestID: Result<Reply, HydraError>] = [:]
  /// Answers to requests made by ``ask(_:key:)``.
  var asked: [Int: Result<Reply, HydraError>] = [:]
  /// The events that the core told, where somebody takes them.
  package var told: [ClusterEvent]?
  var coreDiedAt: Duration = .zero
  var lastActivity: Duration = .zero

  /// Everything that can happen.
  enum Happening: Sendable {
    case perform(Effect, epoch: Int, fate: Fate)
    case input(Input, epoch: Int)
    case tick(epoch: Int, due: Duration)
    case disaster(Disaster)
    case nextDisaster
    case heal(Disaster)
    case client(Int)
    case nextClient
    case engineUp(String, run: Int)
    case nodeEnds(String, run: Int)
    case replicaEnds(String, id: String, code: Int)
    case restart
    case proxyIsDue(since: Duration, epoch: Int)
    case outIsDue(String, downs: Int, epoch: Int, since: Duration)
  }

  /// What becomes of a call.
  enum Fate: Sendable { case well, fails, timesOut, hangs }

  /// A world of `seed`.
  public init(
    seed: UInt64, faults: Faults = .none, timings: Timings = Timings(), disabled: Guard? = nil, keepsTrace: Bool = false
  ) {
    random = SplitMix64(seed)
    self.faults = faults
    self.timings = timings
    self.disabled = disabled
    self.keepsTrace = keepsTrace
    cluster = ClusterDescription(
      name: "test", api: "http://localhost:4000", proxy: "http://localhost:8888",
      stats: "http://localhost:9999/stats", nodeImage: SimulatedNode.image)
    beginning = Date(timeIntervalSince1970: 1_700_000_000)
    hasWholeMilliseconds = false
    hasEveryImage = false
    startCore()
  }

  /// A world without faults that begins at `beginning` with this cluster, has every image, and keeps what the core tells.
  init(_ cluster: ClusterDescription, _ existing: ExistingCluster, beginning: Date) {
    random = SplitMix64(1)
    faults = .none
    timings = Timings()
    disabled = nil
    keepsTrace = false
    self.cluster = cluster
    self.beginning = beginning
    hasWholeMilliseconds = true
    hasEveryImage = true
    told = []
    store.state = existing.saved
    nodes = existing.nodes
    runCounter = existing.nodes.count
    replicaCounter = existing.nodes.values.reduce(0) { $0 + $1.replicas.count }
    for name in existing.saved.desired.nodes.keys where nodes[name] == nil { checker.destroyed(name) }
    startCore()
  }

  // MARK: Time

  mutating func schedule(_ what: Happening, after pause: Duration) {
    agenda.add(what, at: clock + pause)
  }

  /// Lets the next thing happen; false when nothing is left.
  @discardableResult
  public mutating func advance() -> Bool {
    guard let next = agenda.take() else { return false }
    clock = max(clock, next.due)
    happen(next.what)
    return true
  }

  /// Lets everything happen that is due until `end`.
  public mutating func run(until end: Duration) {
    while let next = agenda.next, next <= end, violations.isEmpty { advance() }
    clock = max(clock, end)
  }

  var instant: Instant {
    // As every payload has them, so that what a program reads here does not differ from what it reads over HTTP.
    let sinceBeginning = hasWholeMilliseconds ? (clock / .milliseconds(1)).rounded(.down) / 1000 : clock / .seconds(1)
    return Instant(uptime: clock, date: beginning.addingTimeInterval(sinceBeginning))
  }

  mutating func note(_ text: @autoclosure () -> String) {
    guard keepsTrace else { return }
    let milliseconds = Int(clock / .milliseconds(1))
    trace.append("\(milliseconds / 1000).\(String(1000 + milliseconds % 1000).dropFirst()) \(text())")
  }

  mutating func violated(_ text: String) {
    note("VIOLATION: \(text)")
    violations.append(text)
  }

  private mutating func happen(_ what: Happening) {
    switch what {
    case .perform(let effect, let epoch, let fate): perform(effect, epoch, fate)
    case .input(let input, let epoch):
      guard epoch == self.epoch else { return }
      if case .result(_, .node(let container)) = input { checker.knownRuns[container.id] = container.incarnation }
      feed(input)
    case .tick(let epoch, let due):
      guard epoch == self.epoch, tickAt == due else { return }
      tickAt = nil
      feed(.tick)
    case .disaster(let disaster): strike(disaster)
    case .nextDisaster: nextDisaster()
    case .heal(let disaster): heal(disaster)
    case .client(let number): clientActs(number)
    case .nextClient: nextClient()
    case .engineUp(let name, let run):
      guard nodes[name]?.run == run, nodes[name]?.state == .running else { return }
      engineIsUp(name)
    case .nodeEnds(let name, let run): if nodes[name]?.run == run { end(node: name, .killed, code: 137) }
    case .replicaEnds(let name, let id, let code): kill(replica: id, on: name, code: code)
    case .restart: startCore()
    case .proxyIsDue(let since, let epoch): checkProxy(since: since, epoch)
    case .outIsDue(let name, let downs, let epoch, let since): checkTakenOut(name, downs, epoch, since: since)
    }
  }

  // MARK: The core

  mutating func startCore() {
    guard core == nil else { return }
    epoch += 1
    tickAt = nil
    proxy.takenOut = [:]
    checker.revision = 0
    checker.knownRuns = [:]
    core = ControlCore(cluster: cluster, timings: timings, disabled: disabled)
    note("the management node starts")
    feed(.begin)
    schedule(.input(.host(.resync), epoch: epoch), after: .milliseconds(5))
    clientsReconnect()
  }

  mutating func stopCore() {
    guard core != nil else { return }
    note("the management node dies")
    core = nil
    coreDiedAt = clock
  }

  /// Gives the core an input, and sets what it wants to work.
  mutating func feed(_ input: Input) {
    let instant = instant
    guard let effects = core?.step(input, at: instant) else { return }
    steps += 1
    for effect in effects { take(effect) }
    check(after: input)
  }

  private mutating func take(_ effect: Effect) {
    switch effect.kind {
    case .wake(let at):
      tickAt = at
      agenda.add(.tick(epoch: epoch, due: at), at: max(at, clock))
    case .answer(let id, let result):
      note("answer to \(id.number)")
      answered(id, result)
    case .tell(let event):
      note("event \(event.id): \(event.message)")
      heard(event)
    case .cancel: break
    default:
      wanted(effect)
      let fate = fate(of: effect)
      schedule(.perform(effect, epoch: epoch, fate: fate), after: random.time(.microseconds(200), latency(effect)))
    }
  }

  private mutating func fate(of effect: Effect) -> Fate {
    guard !isCalm else { return .well }
    if random.happens(faults.fails) { return .fails }
    if random.happens(faults.timesOut) { return .timesOut }
    if random.happens(faults.hangs) { return .hangs }
    return .well
  }

  private func latency(_ effect: Effect) -> Duration {
    let slow = isCalm ? Faults.none.slowest : faults.slowest
    switch effect.kind {
    case .applyRoutes(let table):
      let isReload = table.services.keys != proxy.table.services.keys
      return slow + (isReload && !isCalm ? faults.slowestReload : .zero)
    case .createNode, .startNode: return slow + .milliseconds(500)
    case .startReplica, .stopReplica: return slow + .milliseconds(300)
    case .provideImage: return slow + .seconds(1)
    case .save, .load, .append: return min(slow, .milliseconds(100))
    default: return slow
    }
  }
}
