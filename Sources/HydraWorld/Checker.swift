import HydraControl
import HydraModel

/// What has to hold, and what is remembered to check it.
struct Checker: Sendable {
  var lastEvent: UInt64 = 0
  var epochOf: [RequestID: Int] = [:]
  /// Nodes whose container somebody removed by force: nothing can bring them back.
  var destroyedNodes: Set<String> = []

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
    guard let core, core.isStarted else { return }
    for name in clients.nodes where !clients.openNodes.contains(name) && !core.hasNode(name) {
      violated("\(name) was acknowledged, and is gone")
    }
    for alias in clients.services.keys where !clients.openServices.contains(alias) && !core.hasService(alias) {
      violated("service \(alias) was acknowledged, and is gone")
    }
  }

  /// What is wanted is checked against what the store has.
  mutating func wanted(_ effect: Effect) {
    let saved = store.state?.desired
    switch effect.kind {
    case .createNode(let record):
      if saved?.nodes[record.name] == nil { violated("\(record.name) is created, and the store does not know it") }
    case .removeNode(let name):
      if let record = saved?.nodes[name], record.phase != .removing {
        violated("\(name) is removed, and the store does not know that")
      }
    case .startReplica(let spec, _):
      let alias = spec.service.alias
      if saved?.services[alias] == nil {
        violated("\(alias).\(spec.slot) is started, and the store does not know the service")
      }
    case .applyRoutes(let table): return checkKept(table, proxy.table)
    case .probe, .lookAtNodes, .checkHealth: return
    default: break
    }
    lastActivity = clock
  }

  /// A table takes effect at the proxy.
  mutating func checkApplied(_ table: RoutingTable, before: RoutingTable) {
    for (alias, route) in table.services {
      for (name, _) in route.servers where !before.routes(alias, to: name) {
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
          core.believesAlive(name), !core.hasSettled || core.knowsHealthy(alias, on: name)
        else { continue }
        violated("\(alias) on \(name) is healthy and wanted, and loses its route")
      }
    }
  }

  // MARK: At rest

  /// Whether the world is as everybody was promised; what is missing, if not.
  func unrest() -> String? {
    guard let core, core.isStarted, let state = try? core.state() else { return "the core does not work" }
    let waitsForRoom = { (pending: Clients.Pending) -> Bool in
      guard let work = pending.work as? AddService, core.hasService(work.spec.alias) else { return false }
      return core.freeNode(for: work.spec.alias) == nil
    }
    if let pending = clients.pending.values.first(where: { !waitsForRoom($0) }) {
      return "\(pending.key) waits; in the core wait \(core.waiting), \(core.obstacles); \(pending.work)"
    }
    for node in state.nodes {
      guard let container = nodes[node.name] else {
        if checker.destroyedNodes.contains(node.name) { continue }
        return "\(node.name) has no container"
      }
      if container.state == .running, node.state != .ready {
        return "\(node.name) runs and is \(node.state.rawValue): \(node.reason ?? ""), \(core.obstacles)"
      }
    }
    for name in nodes.keys.sorted() where !state.nodes.contains(where: { $0.name == name }) {
      return "\(name) is nobody's"
    }
    for service in state.services {
      switch service.state {
      case .healthy: break
      case .deploying where core.freeNode(for: service.name) == nil && service.nodes.contains { $0.state == .pending }:
        break
      case .deploying, .removing: return "\(service.name) is \(service.state.rawValue)"
      case .degraded, .down:
        guard service.nodes.allSatisfy({ $0.state == .ready || $0.state == .pending }) else {
          return "\(service.name) is \(service.state.rawValue): \(service.reason ?? "")"
        }
        if let free = core.freeNode(for: service.name) {
          return "\(service.name) waits for a node, and \(free) is free"
        }
      }
    }
    return containersUnrest(state) ?? proxyUnrest(state)
  }

  private func containersUnrest(_ state: ClusterState) -> String? {
    for (name, node) in nodes.sorted(by: { $0.key < $1.key }) {
      guard node.state == .running else { continue }
      for (id, replica) in node.replicas.sorted(by: { $0.key < $1.key }) {
        let (alias, slot) = (replica.spec.service.alias, replica.spec.slot)
        let isWanted =
          state.services.first { $0.name == alias }?.nodes.contains { $0.slot == slot && $0.name == name } == true
        if !isWanted { return "\(alias).\(slot) (\(id)) runs on \(name), where nobody wants it" }
      }
    }
    return nil
  }

  private func proxyUnrest(_ state: ClusterState) -> String? {
    guard proxy.isUp else { return "the proxy is down" }
    for service in state.services {
      let wanted = Set(service.nodes.filter { $0.state == .ready }.compactMap(\.name))
      let routed = Set(proxy.table.services[service.name].map { Array($0.servers.keys) } ?? [])
      if wanted != routed { return "\(service.name) is routed to \(routed.sorted()) instead of \(wanted.sorted())" }
    }
    for alias in proxy.table.services.keys where !state.services.contains(where: { $0.name == alias }) {
      return "\(alias) is routed, and gone"
    }
    return nil
  }

  // MARK: Ledger

  /// A request is under way: what it is about is open.
  mutating func open(_ work: any Work) {
    switch work {
    case let work as RemoveNode: clients.openNodes.insert(work.node)
    case let work as RemoveService: clients.openServices.insert(work.alias)
    default: break
    }
  }

  /// A request was answered: what its client knows now.
  mutating func conclude(_ pending: Clients.Pending, _ result: Result<Answer, HydraError>) {
    switch (pending.work, result) {
    case (is AddNode, .success(.node(let node))):
      if !clients.removedNodes.contains(node.name) { clients.nodes.insert(node.name) }
    case (let work as AddService, .success):
      if clients.services[work.spec.alias] == nil, !clients.openServices.contains(work.spec.alias) {
        clients.services[work.spec.alias] = work.spec
      }
    case (let work as RemoveNode, .success):
      clients.nodes.remove(work.node)
      clients.removedNodes.insert(work.node)
      if let core, core.hasNode(work.node) { violated("\(work.node) was removed, and is there") }
    case (let work as RemoveNode, .failure(let error)):
      close(work, error)
    case (let work as RemoveService, .success):
      clients.services[work.alias] = nil
      if let core, core.hasService(work.alias) { violated("service \(work.alias) was removed, and is there") }
    case (let work as RemoveService, .failure(let error)):
      close(work, error)
    default: break
    }
  }

  /// A removal that failed removed nothing, unless it said that it goes on, or that nobody knows.
  private mutating func close(_ work: RemoveNode, _ error: HydraError) {
    guard let core, core.isStarted, isRefusal(error), core.hasNode(work.node) else {
      clients.nodes.remove(work.node)
      return
    }
    if !clients.pending.values.contains(where: { ($0.work as? RemoveNode)?.node == work.node }) {
      clients.openNodes.remove(work.node)
    }
  }

  private mutating func close(_ work: RemoveService, _ error: HydraError) {
    guard let core, core.isStarted, isRefusal(error), core.hasService(work.alias) else {
      clients.services[work.alias] = nil
      return
    }
    if !clients.pending.values.contains(where: { ($0.work as? RemoveService)?.alias == work.alias }) {
      clients.openServices.remove(work.alias)
    }
  }

  private func isRefusal(_ error: HydraError) -> Bool {
    switch error.code {
    case .noCapacity, .notFound, .conflict: true
    case .cancelled: error.message == "interrupted"
    default: false
    }
  }
}
