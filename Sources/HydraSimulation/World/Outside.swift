import HydraControl
import HydraModel

extension World {
  // MARK: Performing effects

  mutating func perform(_ effect: Effect, _ epoch: Int, _ fate: Fate) {
    if epoch != self.epoch || core == nil {
      // Of what a process had begun when it died some was done.
      guard clock - coreDiedAt < .milliseconds(100), random.happens(0.5) else { return }
    }
    if fate != .well { troubled(effect.kind) }
    switch fate {
    case .fails:
      return end(effect, epoch, .failed(HydraError(.unreachable, "the connection was refused")), after: .zero)
    case .hangs:
      let limit = limit(of: effect.kind)
      return end(effect, epoch, .failed(HydraError(.timeout, "no response within \(limit)")), after: limit)
    case .timesOut:
      _ = outcome(of: effect)
      let limit = limit(of: effect.kind)
      return end(effect, epoch, .failed(HydraError(.timeout, "no response within \(limit)")), after: limit)
    case .well:
      let (outcome, pause) = outcome(of: effect)
      end(effect, epoch, outcome, after: pause)
    }
  }

  private func limit(of effect: Effect.Kind) -> Duration {
    if case .probe = effect { .seconds(1) } else { .seconds(5) }
  }

  private mutating func end(_ effect: Effect, _ epoch: Int, _ outcome: Outcome, after pause: Duration) {
    if case .probe(let address, _) = effect.kind {
      if case .failed = outcome { nodes[address.name]?.missed += 1 } else { nodes[address.name]?.missed = 0 }
    }
    schedule(.input(.result(effect.id, outcome), epoch: epoch), after: pause)
  }

  static let unreachable = Outcome.failed(HydraError(.unreachable, "the connection was refused"))
  static let silent = (Outcome.failed(HydraError(.timeout, "no response within 1 s")), Duration.seconds(1))

  /// What the outside does, and how long its answer takes.
  private mutating func outcome(of effect: Effect) -> (Outcome, Duration) {
    let answer = isCalm ? Duration.milliseconds(1) : random.time(.microseconds(100), faults.slowest)
    switch effect.kind {
    case .load: return (store.isUp ? load() : World.unreachable, answer)
    case .save(let state):
      guard store.isUp else { return (World.unreachable, answer) }
      note("the store takes \(state.desired.nodes.values.map { "\($0.name) \($0.phase)" }.sorted())")
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
    case .halt(let name, .pause):
      guard let node = nodes[name], node.state == .running || node.state == .paused else {
        return (.failed(HydraError(.conflict, "the container is not running")), answer)
      }
      freeze(name)
      return (.done, answer)
    case .halt(let name, .kill):
      guard nodes[name] != nil else { return (.failed(HydraError(.notFound, "no such container")), answer) }
      // The engine says so at once, and for a moment still lists it as running.
      host(.nodeStopping(name, .killed))
      schedule(.nodeEnds(name, run: nodes[name]?.run ?? 0), after: random.time(.milliseconds(10), .milliseconds(150)))
      return (.done, answer)
    case .removeNode(let name):
      checkEmpty(name)
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
    case .applyRoutes(let table): return (apply(table, effect.id), answer)
    case .takeOut(let entries): return (takeOut(entries, effect.id), answer)
    case .startPart(let part):
      if part == .data { store.isUp = true } else { startProxy() }
      return (.done, answer)
    case .answer, .tell, .wake, .cancel: return (.done, answer)
    }
  }

  private mutating func load() -> Outcome {
    do {
      // Now and then as in the real store, written and read as JSON: that takes longer than a thousand steps of the core.
      guard random.happens(0.1) else { return .loaded(store.state, events: Array(store.events.suffix(2000))) }
      let state = try store.state.map { try HydraJSON.decode(SavedState.self, from: HydraJSON.encode($0)) }
      return .loaded(state, events: Array(store.events.suffix(2000)))
    } catch {
      return .failed(HydraError(.internal, "the state can't be read: \(error)"))
    }
  }
}
