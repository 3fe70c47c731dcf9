import HydraControl
import HydraModel

/// Something bad that happens to a part of the world.
enum Disaster: Sendable {
  case nodeDies(String)
  case nodeRestarts(String)
  case nodeFreezes(String)
  case engineHangs(String)
  case nodeIsCutOff(String)
  case containerIsRemoved(String)
  case replicaDies(String)
  case managementIsCutOff
  case proxyDies
  case proxyRestarts
  case storeDies
  case storeIsLost
  case managementDies
  case managementIsHeldUp

  /// As people say it.
  var text: String {
    switch self {
    case .nodeDies(let name): "\(name) dies"
    case .nodeRestarts(let name): "\(name) is restarted"
    case .nodeFreezes(let name): "\(name) freezes"
    case .engineHangs(let name): "the engine of \(name) hangs"
    case .nodeIsCutOff(let name): "\(name) is cut off from the network"
    case .containerIsRemoved(let name): "the container of \(name) is removed"
    case .replicaDies(let name): "a replica on \(name) dies"
    case .managementIsCutOff: "the management node is cut off from the network"
    case .proxyDies: "the proxy dies"
    case .proxyRestarts: "the proxy is restarted"
    case .storeDies: "the store dies"
    case .storeIsLost: "the store loses its data"
    case .managementDies: "the management node dies"
    case .managementIsHeldUp: "the management node is held up"
    }
  }
}

extension World {
  /// Begins a life with disasters.
  mutating func beginDisasters() {
    guard let pace = faults.disasters else { return }
    schedule(.nextDisaster, after: random.time(.zero, pace * 2))
  }

  mutating func nextDisaster() {
    guard !isCalm, let pace = faults.disasters else { return }
    if let disaster = chooseDisaster() { schedule(.disaster(disaster), after: .zero) }
    schedule(.nextDisaster, after: random.time(.milliseconds(10), pace * 2))
  }

  private mutating func chooseDisaster() -> Disaster? {
    let names = nodes.keys.sorted()
    let name = names.isEmpty ? "" : names[random.index(names.count)]
    switch random.index(20) {
    case 0...2: return names.isEmpty ? nil : .nodeDies(name)
    case 3: return names.isEmpty ? nil : .nodeRestarts(name)
    case 4: return names.isEmpty ? nil : .nodeFreezes(name)
    case 5, 6: return names.isEmpty ? nil : .engineHangs(name)
    case 7: return names.isEmpty ? nil : .nodeIsCutOff(name)
    case 8: return names.isEmpty || !random.happens(0.3) ? nil : .containerIsRemoved(name)
    case 9, 10: return names.isEmpty ? nil : .replicaDies(name)
    case 11: return .managementIsCutOff
    case 12: return .proxyDies
    case 13, 14: return .storeDies
    case 15...17: return .managementDies
    case 18: return .proxyRestarts
    default: return .managementIsHeldUp
    }
  }

  mutating func strike(_ disaster: Disaster) {
    guard !isCalm else { return }
    note("disaster: \(disaster.text)")
    let soon = random.time(.milliseconds(100), .seconds(8))
    switch disaster {
    case .nodeDies(let name):
      end(node: name, .killed, code: 137)
      if random.happens(0.5) { schedule(.heal(disaster), after: soon) }
    case .nodeRestarts(let name):
      end(node: name, .stopped, code: 0)
      schedule(.heal(disaster), after: random.time(.milliseconds(1), .milliseconds(400)))
    case .nodeFreezes(let name):
      if freeze(name) { schedule(.heal(disaster), after: soon) }
    case .engineHangs(let name): nodes[name]?.silentUntil = clock + soon
    case .nodeIsCutOff(let name): nodes[name]?.cutOffUntil = clock + soon
    case .containerIsRemoved(let name):
      guard !store.isLost, nodes.removeValue(forKey: name) != nil else { return }
      checker.destroyed(name)
      host(.nodeStopping(name, .removed))
    case .replicaDies(let name):
      let running = (nodes[name]?.replicas ?? [:]).filter(\.value.isRunning).keys.sorted()
      if let id = running.first { kill(replica: id, on: name, code: 139) }
    case .managementIsCutOff:
      if cutOffUntil <= clock { cutOffSince = clock }
      cutOffUntil = max(cutOffUntil, clock + (random.happens(0.2) ? soon * 3 : soon))
    case .proxyDies:
      proxy.isUp = false
      proxy.troubledAt = clock
      if !random.happens(faults.losesEvents) { host(.partStopped(.proxy)) }
    case .proxyRestarts:
      // By somebody else, or by the engine.
      guard proxy.isUp else { return }
      proxy.isUp = false
      proxy.troubledAt = clock
      host(.partStopped(.proxy))
      schedule(.heal(disaster), after: random.time(.milliseconds(1), .milliseconds(400)))
    case .storeIsLost:
      guard core == nil, !nodes.isEmpty, !hasPeople else { return }
      store.isLost = true
      store.state = nil
      store.events = []
    case .storeDies:
      store.isUp = false
      if random.happens(0.5) { host(.partStopped(.data)) }
      schedule(.heal(disaster), after: soon)
    case .managementDies:
      stopCore()
      schedule(.restart, after: random.time(.milliseconds(200), .seconds(5)))
      if random.happens(0.1) { muteNode() }
      // Not before what was under way is over.
      if random.happens(0.01) { schedule(.disaster(.storeIsLost), after: .milliseconds(150)) }
    case .managementIsHeldUp:
      // Everything that would have come meanwhile comes afterwards, at once.
      clock += random.time(.milliseconds(300), .seconds(4))
    }
  }

  mutating func heal(_ disaster: Disaster) {
    switch disaster {
    case .nodeDies(let name), .nodeRestarts(let name), .nodeFreezes(let name):
      if nodes[name] != nil { _ = start(name) }
    case .storeDies: store.isUp = true
    case .proxyRestarts: startProxy()
    default: break
    }
  }

  /// The engine of one node hangs, until that is started again.
  private mutating func muteNode() {
    let running = nodes.filter { $0.value.state == .running }.keys.sorted()
    guard !running.isEmpty, !nodes.keys.contains(where: isMute) else { return }
    let name = running[random.index(running.count)]
    note("\(name) falls silent for good")
    nodes[name]?.silentUntil = World.ever
  }

  func isMute(_ name: String) -> Bool { nodes[name]?.silentUntil == World.ever }
  static let ever = Duration.seconds(1_000_000)

  /// Nothing goes wrong from now on, and what is down comes back.
  mutating func calmDown() {
    isCalm = true
    note("calm")
    cutOffUntil = .zero
    store.isUp = true
    for name in nodes.keys.sorted() {
      if !isMute(name) { nodes[name]?.silentUntil = .zero }
      nodes[name]?.cutOffUntil = .zero
      if nodes[name]?.state != .running { _ = start(name) }
    }
    if core == nil { startCore() } else { feed(.host(.resync)) }
  }
}
