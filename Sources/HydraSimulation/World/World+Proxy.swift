import HydraControl
import HydraModel

/// The proxy, and what it may never do.
extension World {
  /// The proxy starts with its file.
  mutating func startProxy() {
    guard !proxy.isUp else { return }
    proxy.isUp = true
    if random.happens(faults.losesFile) { proxy.file = RoutingTable() }
    note("the proxy starts")
    proxy.table = proxy.file
    proxyIsTroubled()
    host(.partStarted(.proxy))
  }

  /// The proxy routes something else than the core knows of: that may not last.
  mutating func proxyIsTroubled() {
    proxy.troubledAt = clock
    schedule(.proxyIsDue(since: clock, epoch: epoch), after: .seconds(10))
  }

  /// A call failed, or nobody knows.
  mutating func troubled(_ effect: Effect.Kind) {
    switch effect {
    case .applyRoutes, .takeOut: proxyIsTroubled()
    default: break
    }
  }

  /// The whole table; `number` is that of the effect.
  mutating func apply(_ table: RoutingTable, _ number: EffectID) -> Outcome {
    let intended = table
    var table = table
    for (entry, taken) in proxy.takenOut where taken > number {
      table.services[entry.service]?.servers[entry.node] = nil
    }
    // Of a proxy that does not run it is the file.
    proxy.file = table
    guard proxy.isUp else {
      proxyIsTroubled()
      return World.unreachable
    }
    checkApplied(table, before: proxy.table)
    note("the proxy routes \(World.text(table))")
    route(table, intended)
    return .done
  }

  mutating func takeOut(_ entries: [RoutingTable.Entry], _ number: EffectID) -> Outcome {
    guard proxy.isUp else {
      proxyIsTroubled()
      return World.unreachable
    }
    var table = proxy.table
    for entry in entries {
      note("the proxy takes out \(entry.service) on \(entry.node)")
      table.services[entry.service]?.servers[entry.node] = nil
      proxy.takenOut[entry] = number
    }
    route(table, table)
    schedule(.proxyIsDue(since: proxy.troubledAt, epoch: epoch), after: .seconds(10))
    return .done
  }

  private mutating func route(_ table: RoutingTable, _ intended: RoutingTable) {
    let before = proxy.table
    proxy.table = table
    checkReach(before, intended)
  }

  private static func text(_ table: RoutingTable) -> String {
    "\(table.services.map { "\($0.key): \($0.value.servers.keys.sorted())" }.sorted())"
  }

  // MARK: What has to hold

  /// Whether `alias` has a healthy replica on `name`, as clients of the proxy would find.
  func isHealthy(_ alias: String, on name: String) -> Bool {
    guard let node = nodes[name], node.state == .running else { return false }
    return node.replicas.values.contains { $0.spec.service.alias == alias && $0.isRunning && $0.wasHealthy }
  }

  /// No table takes away the last healthy replica of a service, unless the core has reason to take its node for dead.
  private mutating func checkReach(_ before: RoutingTable, _ intended: RoutingTable) {
    guard let core, core.isStarted else { return }
    for (alias, route) in before.services where isKept(alias) {
      // What ended a moment ago the core need not know.
      if let lost = checker.losses[alias], clock - lost < .seconds(10) { continue }
      // Who was to serve in its place was lost on the way.
      let heirs = intended.services[alias]?.servers ?? [:]
      if heirs.keys.contains(where: { !core.believesAlive($0) }) { continue }
      let now = proxy.table.services[alias]?.servers ?? [:]
      guard !now.keys.contains(where: { isHealthy(alias, on: $0) }) else { continue }
      // One that was found to be healthy while the table was on its way is in the next one.
      for name in route.servers.keys.sorted()
      where isHealthy(alias, on: name) && core.believesAlive(name) && core.knowsHealthy(alias, on: name)
        && isKept(node: name) && clock - checker.knownHealthy[.init(alias, name), default: .zero] > .seconds(6)
      {
        violated("\(alias) was reached on \(name), and now nowhere")
      }
    }
  }

  /// Some time after trouble the proxy routes what the core believes that it routes.
  mutating func checkProxy(since trouble: Duration, _ epoch: Int) {
    guard proxy.troubledAt == trouble, proxy.isUp, epoch == self.epoch, let core, core.isStarted else { return }
    guard let believed = core.believedRoutes, !core.isTellingProxy else {
      return schedule(.proxyIsDue(since: trouble, epoch: epoch), after: .seconds(2))
    }
    if believed != proxy.table {
      violated("the proxy routes \(World.text(proxy.table)), and the core believes \(World.text(believed))")
    }
  }

  /// What serves on a node that is down leaves the proxy at once.
  mutating func checkTakenOut(_ name: String, _ downs: Int, _ epoch: Int, since: Duration) {
    guard checker.downs[name] == downs, epoch == self.epoch, let core, core.isStarted, !core.believesAlive(name),
      proxy.isUp, proxy.troubledAt + .seconds(10) < since
    else { return }
    for entry in proxy.table.servers(on: name) {
      violated("\(entry.service) is still routed to \(name), which is down since \(clock - since)")
    }
  }

  /// A node is removed: it may not serve any more, unless that was asked for.
  mutating func checkEmpty(_ name: String) {
    guard proxy.isUp, isKept(node: name), clients.nodes.contains(name), core?.believesAlive(name) == true else {
      return
    }
    for entry in proxy.table.servers(on: name) where isKept(entry.service) && isHealthy(entry.service, on: name) {
      violated("\(name) is removed while \(entry.service) serves there")
    }
  }

  /// Whether `alias` was acknowledged, and nobody asked to remove it.
  private func isKept(_ alias: String) -> Bool {
    clients.services[alias] != nil && !clients.openServices.contains(alias)
  }

  /// Whether nobody gave up what runs on node `name`, by force or by taking its addition back.
  private func isKept(node name: String) -> Bool { clients.nodes.contains(name) && !clients.givenUp.contains(name) }
}
