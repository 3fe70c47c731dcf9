import HydraControl
import HydraModel

/// What has to hold, and what is remembered to check it.
struct Checker: Sendable {
  var lastEvent: UInt64 = 0
  /// When the core found a replica to be healthy.
  var knownHealthy: [RoutingTable.Entry: Duration] = [:]
  var epochOf: [RequestID: Int] = [:]
  /// Nodes whose container somebody removed by force: nothing can bring them back.
  var destroyedNodes: Set<String> = []
  /// The revision of the core's state that was checked last.
  var revision = 0
  /// The run of a node's container that the core was told of by its own doing, by the container's id.
  var knownRuns: [String: String] = [:]
  /// How often each node was said to be down.
  var downs: [String: Int] = [:]
  /// When a replica of a service was last lost, by alias.
  var losses: [String: Duration] = [:]
  /// Replicas of which a container ended, by node.
  private var ends: Set<String> = []

  mutating func ended(_ replica: ReplicaSpec, on node: String) {
    ends.insert("\(replica.service.alias).\(replica.slot) \(node)")
  }

  func hasEnded(_ replica: String, on node: String) -> Bool { ends.contains("\(replica) \(node)") }

  mutating func destroyed(_ name: String) { destroyedNodes.insert(name) }

  /// Numbers of events grow, also across restarts.
  mutating func told(_ event: ClusterEvent) -> String? {
    defer { lastEvent = max(lastEvent, event.id) }
    return event.id > lastEvent ? nil : "event \(event.id) ('\(event.message)') comes after event \(lastEvent)"
  }
}

extension World {
  // MARK: After every step

  mutating func check(after input: Input) {
    if case .request(let id, _, _) = input { checker.epochOf[id] = epoch }
    // Only what is saved changes what there is.
    guard let revision = core?.revision, revision != checker.revision, core?.isStarted == true, let core else { return }
    checker.revision = revision
    for name in clients.nodes where !clients.openNodes.contains(name) && !core.hasNode(name) {
      violated("\(name) was acknowledged, and is gone")
    }
    for alias in clients.services.keys where !clients.openServices.contains(alias) && !core.hasService(alias) {
      violated("service \(alias) was acknowledged, and is gone")
    }
  }

  /// What is wanted is checked against what the store has.
  mutating func wanted(_ effect: Effect) {
    if store.isLost { return checkRefusal(effect) }
    let saved = store.state?.desired
    switch effect.kind {
    case .createNode(let record):
      if saved?.nodes[record.name] == nil { violated("\(record.name) is created, and the store does not know it") }
    case .removeNode(let name):
      if let record = saved?.nodes[name], record.phase != .removing {
        violated("\(name) is removed, and the store does not know that")
      }
    case .startReplica(let spec, let address):
      let alias = spec.service.alias
      if saved?.services[alias] == nil {
        violated("\(alias).\(spec.slot) is started, and the store does not know the service")
      }
      if let rival = core?.rival(of: spec.service, spec.slot, on: address.name) {
        violated("\(alias).\(spec.slot) is to be on \(address.name), and so is \(rival)")
      }
    case .applyRoutes(let table): return checkKept(table, proxy.table)
    case .probe, .lookAtNodes, .checkHealth: return
    default: break
    }
    lastActivity = clock
  }

  /// Who finds an empty store beside existing nodes does nothing.
  private mutating func checkRefusal(_ effect: Effect) {
    switch effect.kind {
    case .load, .lookAtNodes, .startPart: break
    default: violated("with nothing in the store, the core wants \(effect.kind)")
    }
  }

  /// A table takes effect at the proxy.
  mutating func checkApplied(_ table: RoutingTable, before: RoutingTable) {
    for (alias, route) in table.services {
      // A table that was under way while one ended and another was started is no fault.
      let isStable = checker.losses[alias].map { clock - $0 > .seconds(10) } ?? true
      for (name, _) in route.servers where isStable && !before.routes(alias, to: name) {
        guard let node = nodes[name] else { continue }
        let replicas = node.replicas.values.filter { $0.spec.service.alias == alias }
        if node.state == .running, !replicas.isEmpty, !replicas.contains(where: \.wasHealthy),
          !replicas.contains(where: { !$0.isRunning })
        {
          violated("\(alias) on \(name) is routed before it was healthy")
        }
      }
      var slots: [Int: String] = [:]
      for name in route.servers.keys.sorted() {
        for replica in nodes[name]?.replicas.values.filter({ $0.spec.service.alias == alias && $0.isRunning }) ?? [] {
          if let other = slots[replica.spec.slot], nodes[name]?.state == .running {
            violated("\(alias).\(replica.spec.slot) is routed on \(other) and on \(name)")
          }
          slots[replica.spec.slot] = name
        }
      }
    }
  }

  /// What works and is wanted keeps its route, whatever happens to the management node.
  private mutating func checkKept(_ table: RoutingTable, _ before: RoutingTable) {
    guard let core, core.isStarted else { return }
    for (alias, route) in before.services {
      for name in route.servers.keys.sorted() where !table.routes(alias, to: name) {
        guard let node = nodes[name], node.state == .running, max(cutOffUntil, node.cutOffUntil) <= clock,
          core.wants(alias, on: name),
          node.replicas.values.contains(where: {
            // The answer to a check takes its time.
            $0.spec.service.alias == alias && $0.isRunning && $0.wasHealthy && $0.healthySince + .seconds(6) < clock
          }),
          core.believesAlive(name), !core.hasGivenUp(alias, on: name),
          !core.hasSettled || core.knowsHealthy(alias, on: name)
        else { continue }
        violated("\(alias) on \(name) is healthy and wanted, and loses its route")
      }
    }
  }
}
