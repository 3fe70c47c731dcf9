import FoundationEssentials
import HydraModel
import HydraOrchestration

/// A cluster without time or I/O: the pure parts of the controller, driven step by step. Actions take effect when the
/// test says so, in any order, and nodes die and come back in between.
struct World {
  var desired = DesiredState()
  var observed = ObservedState()
  private var nextContainer = 0

  static let date = Date(timeIntervalSince1970: 0)

  init(nodes: Int = 0) {
    observed.routing = RoutingTable()
    for _ in 0..<nodes { addReadyNode() }
  }

  mutating func addReadyNode() {
    let index = desired.nextNode
    desired.nextNode += 1
    let record = NodeRecord(index: index, spec: NodeSpec(), phase: .active, added: World.date)
    desired.nodes[record.name] = record
    start(record.name)
  }

  mutating func addService(_ alias: String, replicas: Int, nodePort: Int = 8001) {
    let spec = ServiceSpec(
      alias: alias, image: "image-\(alias)", replicas: replicas, nodePort: nodePort, servicePort: 80)
    desired.services[alias] = ServiceRecord(spec: spec, added: World.date)
  }

  mutating func start(_ name: String) {
    nextContainer += 1
    let container = ObservedContainer(
      id: name, state: .running, incarnation: "\(nextContainer)", ip: "10.0.0.\(name.dropFirst(5))", image: "node")
    let wasThere = observed.nodes[name]
    var node = ObservedNode(container: container, condition: .joining, since: World.date)
    node.wasDown = wasThere?.condition == .down
    node.images = wasThere?.images ?? []
    observed.nodes[name] = node
    node.condition = .ready
    if Planner.unwanted(on: name, desired: desired, observed: observed).isEmpty {
      observed.nodes[name]?.condition = .ready
    }
  }

  mutating func kill(_ name: String) {
    observed.nodes[name]?.condition = .down
    observed.nodes[name]?.wasDown = true
    observed.nodes[name]?.replicas = [:]
    observed.nodes[name]?.container?.state = .exited(137)
    // The controller takes dead servers out before anything else.
    for alias in observed.routing?.services.keys.sorted() ?? [] {
      observed.routing?.services[alias]?.servers[name] = nil
    }
  }

  /// What a pass of the controller does between observing and acting.
  mutating func decide() -> [Action] {
    for (alias, record) in desired.services {
      for (index, assignment) in record.assignments.enumerated() {
        if let node = assignment.node, observed.routing?.routes(alias, to: node) == true {
          desired.services[alias]?.assignments[index].previous = nil
        }
      }
      let isComplete = record.assignments.allSatisfy { assignment in
        assignment.node.map { observed.routing?.routes(alias, to: $0) == true } == true
      }
      if record.phase == .deploying, isComplete { desired.services[alias]?.phase = .active }
      let isGone = !observed.nodes.values.contains { $0.replicas.values.contains { $0.service == alias } }
      if record.phase == .removing, isGone { desired.services[alias] = nil }
    }
    _ = Scheduler.assign(&desired, observed: observed)
    return Planner.plan(desired: desired, observed: observed)
  }

  mutating func route() { observed.routing = RoutingTable(desired: desired, observed: observed) }

  /// The action takes effect.
  mutating func complete(_ action: Action) {
    switch action {
    case .createNode(let name): start(name)
    case .removeNode(let name):
      desired.nodes[name] = nil
      observed.nodes[name] = nil
    case .provideImage(let image, let nodes): for node in nodes { observed.nodes[node]?.images.insert(image) }
    case .startReplica(let service, let slot, let node):
      guard let spec = desired.services[service]?.spec, observed.nodes[node]?.condition == .ready else { return }
      nextContainer += 1
      let id = "c\(nextContainer)"
      let others = observed.nodes[node]?.replicas.filter { $0.value.service != service || $0.value.slot != slot }
      observed.nodes[node]?.replicas = others ?? [:]
      observed.nodes[node]?.replicas[id] = ObservedReplica(
        id: id, service: service, slot: slot, fingerprint: spec.fingerprint, isRunning: true)
    case .awaitHealth(_, _, let node, let container): observed.nodes[node]?.replicas[container]?.isHealthy = true
    case .stopReplica(let node, let container): observed.nodes[node]?.replicas[container] = nil
    }
  }

  /// Decides, acts and routes until nothing is left to do; answers how many rounds that took, nil beyond `limit`.
  mutating func settle(limit: Int = 50) -> Int? {
    for round in 0..<limit {
      let actions = decide()
      let before = observed.routing
      route()
      if actions.isEmpty, before == observed.routing, decide().isEmpty { return round }
      for action in actions { complete(action) }
    }
    return nil
  }

  /// Nodes that run a replica of `alias` the proxy sends requests to.
  func routed(_ alias: String) -> [String] {
    (observed.routing?.services[alias]?.servers.keys).map { $0.sorted() } ?? []
  }
}

/// SplitMix64: the same seed gives the same run everywhere.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
