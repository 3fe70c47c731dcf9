package import HydraControl
package import HydraModel

/// What becomes of a replica of an image.
package enum ImageBehaviour: Sendable, Equatable {
  case works
  /// It ends at once.
  case ends(code: Int, log: [String])
  /// It never passes its check.
  case isNeverHealthy(String)
}

/// A node's container, and the engine inside.
package struct SimulatedNode: Sendable {
  var index: Int
  var state: ObservedContainer.State
  /// Counts the runs of all containers.
  var run: Int
  var isEngineUp = false
  /// Until when its engine does not respond, though its replicas serve.
  package var silentUntil: Duration = .zero
  /// Until when nothing reaches it.
  var cutOffUntil: Duration = .zero
  package internal(set) var replicas: [String: SimulatedReplica] = [:]
  var images: Set<String> = []

  func observed(_ name: String) -> ObservedContainer {
    ObservedContainer(
      id: "id-\(name)", state: state, incarnation: "run-\(run)",
      ip: state == .running || state == .paused ? "10.0.0.\(index)" : nil,
      image: "hydra-node")
  }
}

/// A replica's container.
package struct SimulatedReplica: Sendable {
  var spec: ReplicaSpec
  /// The label with the fingerprint of its spec.
  var fingerprint: String
  var isRunning = true
  var exitCode: Int?
  /// When it begins to pass its check.
  var healthyAt: Duration
  /// Whether a check ever passed.
  var wasHealthy = false
  /// When it passed its first check.
  var healthySince: Duration = .zero
}

/// The store: what it has acknowledged survives.
package struct SimulatedStore: Sendable {
  package internal(set) var state: SavedState?
  package internal(set) var events: [ClusterEvent] = []
  package var isUp = true
}

/// The proxy: a table, lost when it dies.
package struct SimulatedProxy: Sendable {
  package internal(set) var table = RoutingTable()
  var isUp = true
  /// When it came up last, or was last told something in vain.
  var troubledAt: Duration = .zero
}

extension World {
  // MARK: Performing effects

  mutating func perform(_ effect: Effect, _ epoch: Int, _ fate: Fate) {
    if epoch != self.epoch || core == nil {
      // Of what a process had begun when it died some was done.
      guard clock - coreDiedAt < .milliseconds(100), random.happens(0.5) else { return }
    }
    switch fate {
    case .fails:
      return end(effect, epoch, .failed(HydraError(.unreachable, "the connection was refused")), after: .zero)
    case .hangs:
      return end(effect, epoch, .failed(HydraError(.timeout, "no response within 5 s")), after: .seconds(5))
    case .timesOut:
      _ = outcome(of: effect)
      return end(effect, epoch, .failed(HydraError(.timeout, "no response within 5 s")), after: .seconds(5))
    case .well:
      let (outcome, pause) = outcome(of: effect)
      end(effect, epoch, outcome, after: pause)
    }
  }

  private mutating func end(_ effect: Effect, _ epoch: Int, _ outcome: Outcome, after pause: Duration) {
    schedule(.input(.result(effect.id, outcome), epoch: epoch), after: pause)
  }

  private static let unreachable = Outcome.failed(HydraError(.unreachable, "the connection was refused"))
  private static let silent = (Outcome.failed(HydraError(.timeout, "no response within 1 s")), Duration.seconds(1))

  /// What the outside does, and how long its answer takes.
  private mutating func outcome(of effect: Effect) -> (Outcome, Duration) {
    let answer = isCalm ? Duration.milliseconds(1) : random.time(.microseconds(100), faults.slowest)
    switch effect.kind {
    case .load: return (store.isUp ? load() : World.unreachable, answer)
    case .save(let state):
      guard store.isUp else { return (World.unreachable, answer) }
      store.state = state
      return (.done, answer)
    case .append(let events):
      guard store.isUp else { return (World.unreachable, answer) }
      let last = store.events.last?.id ?? 0
      store.events += events.filter { $0.id > last }
      if store.events.count > 4000 { store.events.removeFirst(store.events.count - 2000) }
      return (.done, answer)
    case .lookAtNodes:
      return (.nodes(Dictionary(uniqueKeysWithValues: nodes.map { ($0.key, $0.value.observed($0.key)) })), answer)
    case .probe(let address, let images): return probe(address, images, answer)
    case .createNode(let record): return (create(record), answer)
    case .startNode(let name): return (start(name), answer)
    case .killNode(let name):
      guard nodes[name] != nil else { return (.failed(HydraError(.notFound, "no such container")), answer) }
      // The engine says so at once, and for a moment still lists it as running.
      host(.nodeStopping(name, .killed))
      schedule(.nodeEnds(name, run: nodes[name]?.run ?? 0), after: random.time(.milliseconds(10), .milliseconds(150)))
      return (.done, answer)
    case .removeNode(let name):
      if nodes.removeValue(forKey: name) != nil {
        note("\(name)'s container is removed")
        host(.nodeStopping(name, .removed))
      }
      return (.done, answer)
    case .provideImage(let image, let addresses): return (provide(image, addresses), answer)
    case .startReplica(let spec, let address): return startReplica(spec, address, answer)
    case .stopReplica(let id, let address): return stopReplica(id, address, answer)
    case .checkHealth(let spec, let address): return checkHealth(spec, address, answer)
    case .readNodeLog: return (.log([]), answer)
    case .readReplicaLog(let id, let address):
      guard isReachable(address) else { return World.silent }
      let image = nodes[address.name]?.replicas[id]?.spec.service.image
      if case .ends(_, let lines) = image.flatMap({ images[$0] }) { return (.log(lines), answer) }
      return (.log([]), answer)
    case .applyRoutes(let table):
      guard proxy.isUp else { return (World.unreachable, answer) }
      applied(table)
      return (.done, answer)
    case .takeOut(let entries):
      guard proxy.isUp else { return (World.unreachable, answer) }
      for entry in entries { proxy.table.services[entry.service]?.servers[entry.node] = nil }
      return (.done, answer)
    case .startPart(let part):
      if part == .data { store.isUp = true } else { startProxy() }
      return (.done, answer)
    case .answer, .tell, .wake, .cancel: return (.done, answer)
    }
  }

  private func load() -> Outcome {
    do {
      // As the real store: written and read as JSON.
      let state = try store.state.map { try HydraJSON.decode(SavedState.self, from: HydraJSON.encode($0)) }
      return .loaded(state, events: Array(store.events.suffix(2000)))
    } catch {
      return .failed(HydraError(.internal, "the state can't be read: \(error)"))
    }
  }

  // MARK: Nodes

  private mutating func create(_ record: NodeRecord) -> Outcome {
    if nodes[record.name] == nil {
      runCounter += 1
      nodes[record.name] = SimulatedNode(index: record.index, state: .running, run: runCounter)
      note("\(record.name)'s container is created")
      bringUp(record.name)
    } else if nodes[record.name]?.state == .created {
      return start(record.name)
    }
    guard let node = nodes[record.name] else { return World.unreachable }
    return .node(node.observed(record.name))
  }

  mutating func start(_ name: String) -> Outcome {
    guard let node = nodes[name] else { return .failed(HydraError(.notFound, "no such container '\(name)'")) }
    if node.state == .paused {
      nodes[name]?.state = .running
      nodes[name]?.isEngineUp = true
      host(.nodeStarted(name))
    } else if node.state != .running {
      runCounter += 1
      nodes[name]?.run = runCounter
      nodes[name]?.state = .running
      nodes[name]?.silentUntil = .zero
      nodes[name]?.cutOffUntil = .zero
      for id in node.replicas.keys { nodes[name]?.replicas[id]?.isRunning = false }
      note("\(name) starts")
      bringUp(name)
    }
    return .node(nodes[name]?.observed(name) ?? node.observed(name))
  }

  private mutating func bringUp(_ name: String) {
    guard let run = nodes[name]?.run else { return }
    nodes[name]?.isEngineUp = false
    host(.nodeStarted(name))
    schedule(.engineUp(name, run: run), after: random.time(.milliseconds(300), .seconds(2)))
  }

  /// A node's container ends.
  mutating func end(node name: String, _ end: NodeEnd, code: Int) {
    guard let node = nodes[name], node.state == .running || node.state == .paused else { return }
    note("\(name) ends: \(end.rawValue)")
    nodes[name]?.state = .exited(code)
    nodes[name]?.isEngineUp = false
    for id in node.replicas.keys {
      nodes[name]?.replicas[id]?.isRunning = false
      nodes[name]?.replicas[id]?.wasHealthy = false
    }
    host(.nodeStopping(name, end))
    // As the real one: `kill` precedes `die` by about 30 ms.
    host(.nodeStopping(name, .exited), later: .milliseconds(30))
  }

  /// An event of the host's engine: late, lost, doubled.
  mutating func host(_ event: HostEvent, later: Duration = .zero) {
    guard core != nil else { return }
    if !isCalm, random.happens(faults.losesEvents) {
      // The stream broke: it reconnects, and says so.
      schedule(.input(.host(.resync), epoch: epoch), after: random.time(.milliseconds(100), .seconds(2)))
      return
    }
    let slowest = isCalm ? Duration.milliseconds(40) : faults.slowest
    schedule(.input(.host(event), epoch: epoch), after: later + random.time(.milliseconds(1), slowest))
    if !isCalm, random.happens(faults.doublesEvents) {
      schedule(.input(.host(event), epoch: epoch), after: random.time(.milliseconds(1), slowest))
    }
  }

  func isReachable(_ address: NodeAddress) -> Bool {
    guard let node = nodes[address.name], node.state == .running, node.isEngineUp, cutOffUntil <= clock else {
      return false
    }
    return node.silentUntil <= clock && node.cutOffUntil <= clock && address.incarnation == "run-\(node.run)"
  }

  private func refusal(_ address: NodeAddress) -> (Outcome, Duration) {
    // A container that does not run refuses at once; one that is frozen or cut off says nothing.
    guard let node = nodes[address.name], cutOffUntil <= clock else { return World.silent }
    if node.state == .running, !node.isEngineUp { return (World.unreachable, .milliseconds(1)) }
    return World.silent
  }

  private func probe(_ address: NodeAddress, _ images: [String], _ pause: Duration) -> (Outcome, Duration) {
    guard isReachable(address), let node = nodes[address.name] else { return refusal(address) }
    let replicas = node.replicas.sorted { $0.key < $1.key }.map { id, replica in
      ReportedReplica(
        id: id, service: replica.spec.service.alias, slot: replica.spec.slot,
        fingerprint: replica.fingerprint, isRunning: replica.isRunning, exitCode: replica.exitCode)
    }
    return (.replicas(replicas, images: node.images.intersection(images)), min(pause, .milliseconds(900)))
  }

  private mutating func provide(_ image: String, _ addresses: [NodeAddress]) -> Outcome {
    var errors: [String: HydraError] = [:]
    for address in addresses {
      if images[image] == nil {
        errors[address.name] = HydraError(.imageUnavailable, "image '\(image)' is not on the host and can't be pulled")
      } else if isReachable(address) {
        nodes[address.name]?.images.insert(image)
      } else {
        errors[address.name] = HydraError(.failed, "image '\(image)' can't be brought to \(address.name)")
      }
    }
    return .images(errors)
  }

  // MARK: Replicas

  private mutating func startReplica(
    _ spec: ReplicaSpec, _ address: NodeAddress, _ pause: Duration
  ) -> (Outcome, Duration) {
    guard isReachable(address), let node = nodes[address.name] else { return refusal(address) }
    let (alias, slot) = (spec.service.alias, spec.slot)
    guard node.images.contains(spec.service.image) else {
      return (.failed(HydraError(.failed, "no such image '\(spec.service.image)'")), pause)
    }
    for (id, other) in node.replicas where other.spec.service.alias == alias && other.spec.slot == slot {
      stopped(id, on: address.name)
    }
    if let other = nodes[address.name]?.replicas.values.first(where: {
      $0.isRunning && $0.spec.service.nodePort == spec.service.nodePort
    }) {
      return (
        .failed(
          HydraError(.failed, "port \(spec.service.nodePort) is already allocated by \(other.spec.service.alias)")),
        pause
      )
    }
    replicaCounter += 1
    let id = "c\(replicaCounter)"
    nodes[address.name]?.replicas[id] = SimulatedReplica(
      spec: spec, fingerprint: spec.service.fingerprint, healthyAt: clock + random.time(.milliseconds(50), .seconds(2)))
    note("\(alias).\(slot) (\(id)) runs on \(address.name)")
    if case .ends(let code, _) = images[spec.service.image] {
      schedule(.replicaEnds(address.name, id: id, code: code), after: .milliseconds(20))
    }
    return (.container(id), pause)
  }

  private mutating func stopReplica(_ id: String, _ address: NodeAddress, _ pause: Duration) -> (Outcome, Duration) {
    guard isReachable(address) else { return refusal(address) }
    if let replica = nodes[address.name]?.replicas[id], replica.isRunning, replica.wasHealthy,
      proxy.table.routes(replica.spec.service.alias, to: address.name)
    {
      violated(
        "\(replica.spec.service.alias).\(replica.spec.slot) is stopped on \(address.name) while the proxy sends it requests"
      )
    }
    stopped(id, on: address.name)
    return (.done, pause)
  }

  private mutating func stopped(_ id: String, on name: String) {
    guard let replica = nodes[name]?.replicas.removeValue(forKey: id) else { return }
    note("\(replica.spec.service.alias).\(replica.spec.slot) (\(id)) is gone from \(name)")
  }

  private mutating func checkHealth(
    _ spec: ServiceSpec, _ address: NodeAddress, _ pause: Duration
  ) -> (Outcome, Duration) {
    guard let node = nodes[address.name], node.state == .running, cutOffUntil <= clock, node.cutOffUntil <= clock,
      let (id, replica) = node.replicas.first(where: { $0.value.isRunning && $0.value.spec.service.alias == spec.alias }
      )
    else { return (.health(.failed("a TCP connect: the connection was refused", remedy: "")), pause) }
    if case .isNeverHealthy(let reason) = images[spec.image] {
      return (.health(.failed(reason, remedy: "expected 200 to 399; check '--health' and '--health-host'")), pause)
    }
    guard replica.healthyAt <= clock else {
      return (.health(.failed("a TCP connect: the connection was refused", remedy: "")), pause)
    }
    if !replica.wasHealthy { nodes[address.name]?.replicas[id]?.healthySince = clock }
    nodes[address.name]?.replicas[id]?.wasHealthy = true
    return (.health(.passed), pause)
  }

  /// A replica ends by itself.
  mutating func kill(replica id: String, on name: String, code: Int) {
    guard let node = nodes[name], let replica = node.replicas[id], replica.isRunning else { return }
    note("\(replica.spec.service.alias).\(replica.spec.slot) on \(name) ends with \(code)")
    nodes[name]?.replicas[id]?.isRunning = false
    nodes[name]?.replicas[id]?.exitCode = code
    nodes[name]?.replicas[id]?.wasHealthy = false
    let address = NodeAddress(name: name, ip: "10.0.0.\(node.index)", incarnation: "run-\(node.run)")
    guard isReachable(address), !random.happens(faults.losesEvents) else { return }
    schedule(
      .input(.replica(address, .ended(container: id, exitCode: code)), epoch: epoch),
      after: random.time(.milliseconds(1), faults.slowest))
  }

  // MARK: Proxy

  mutating func startProxy() {
    guard !proxy.isUp else { return }
    proxy.isUp = true
    proxy.troubledAt = clock
    // What it was told last is in its file.
    host(.partStarted(.proxy))
  }

  private mutating func applied(_ table: RoutingTable) {
    checkApplied(table, before: proxy.table)
    note("the proxy routes \(table.services.map { "\($0.key): \($0.value.servers.keys.sorted())" }.sorted())")
    proxy.table = table
  }
}
