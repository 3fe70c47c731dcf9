package import FoundationEssentials
import HydraControl
package import HydraModel

/// A cluster that is there when a world begins: what its store has, and what runs.
struct ExistingCluster: Sendable {
  private(set) var saved = SavedState()
  private(set) var nodes: [String: SimulatedNode] = [:]

  /// What the API of a cluster tells of it. What nobody tells, such as the environment of a service, it does not have; what is
  /// being added counts as added.
  init(_ state: ClusterState) {
    for node in state.nodes { add(node) }
    for service in state.services { add(service) }
    // Of a replica that moves the API tells where it arrives: there it is.
    saved.migrations = state.migrations.filter { $0.outcome == .done || $0.outcome == .failed }
    let numbers = state.migrations.compactMap { Self.number(of: $0.id) }
    saved.desired.nextMigration = (numbers.max() ?? 0) + 1
  }

  /// The number at the end of `node-7` or of `web.1-7`.
  private static func number(of name: String) -> Int? { name.split(separator: "-").last.flatMap { Int($0) } }

  private mutating func add(_ node: NodeState) {
    guard let index = Self.number(of: node.name), index > 0, ClusterNames.node(index) == node.name else { return }
    let spec = NodeSpec(cpus: node.cpus, memory: node.memory, labels: node.labels)
    saved.desired.nodes[node.name] = NodeRecord(
      index: index, spec: spec, phase: node.state == .removing ? .removing : .active, added: node.since)
    saved.desired.nextNode = max(saved.desired.nextNode, index + 1)
    guard let condition = Self.container(of: node) else { return }
    var simulated = SimulatedNode(index: index, state: condition, run: nodes.count + 1)
    simulated.isEngineUp = condition == .running
    simulated.wasUp = true
    simulated.image = node.image
    if let ip = node.ip { simulated.ip = ip }
    nodes[node.name] = simulated
  }

  /// What became of the container of `node`; nil if it is gone.
  private static func container(of node: NodeState) -> ObservedContainer.State? {
    switch (node.state, node.reason) {
    case (.down, "its container is gone"), (.down, NodeEnd.removed.rawValue): nil
    case (.down, NodeEnd.paused.rawValue): .paused
    case (.down, _): .exited(137)
    default: .running
    }
  }

  private mutating func add(_ service: ServiceState) {
    let spec = ServiceSpec(
      alias: service.name, image: service.image, replicas: service.replicas, nodePort: service.nodePort,
      servicePort: service.servicePort, health: service.health, traffic: service.traffic)
    var record = ServiceRecord(spec: spec, phase: service.state == .removing ? .removing : .active, added: .distantPast)
    for replica in service.nodes {
      guard let name = replica.name, saved.desired.nodes[name] != nil,
        let slot = record.slots.firstIndex(where: { $0.number == replica.slot })
      else { continue }
      record.slots[slot].tasks = [ReplicaTask(name, .serving)]
      guard nodes[name]?.state == .running else { continue }
      // One that is not ready goes on not being it, until it is started again.
      var container = SimulatedReplica(
        spec: ReplicaSpec(service: spec, slot: replica.slot), fingerprint: record.fingerprint, since: .zero,
        healthyAt: replica.state == .ready ? .zero : World.ever)
      container.wasHealthy = replica.state == .ready
      let count = replicaCount
      nodes[name]?.replicas["c\(count + 1)"] = container
    }
    for name in nodes.keys { nodes[name]?.images.insert(service.image) }
    saved.desired.services[spec.alias] = record
  }

  private var replicaCount: Int { nodes.values.reduce(0) { $0 + $1.replicas.count } }
}

extension World {
  /// A world without faults, with every image, in which at `date` the core knows all about a cluster in this state.
  package init(_ state: ClusterState, known date: Date) {
    let base = state.api.state.hasSuffix("/state") ? String(state.api.state.dropLast("/state".count)) : state.api.state
    self.init(
      ClusterDescription(
        name: state.name, api: base, proxy: state.proxy.endpoint, stats: state.proxy.stats,
        nodeImage: state.nodes.first?.image ?? SimulatedNode.image),
      ExistingCluster(state), beginning: date.addingTimeInterval(-1))
    let ready = Set(state.nodes.filter { $0.state != .down && $0.state != .removing }.map(\.name))
    let serving = state.services.map { ($0.name, $0.ready) }
    let isKnown = run(within: .seconds(20)) { world in
      guard let now = try? world.state() else { return false }
      return now.nodes.allSatisfy { !ready.contains($0.name) || $0.state == .ready }
        && serving.allSatisfy { name, count in now.services.first { $0.name == name }.map { $0.ready >= count } ?? true
        }
    }
    if isKnown { pass(max(.seconds(1) - clock, .zero)) }
  }
}
