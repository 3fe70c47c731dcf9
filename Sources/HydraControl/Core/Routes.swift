import HydraModel

/// What the proxy is being told.
struct RouteKeeper: Sendable {
  /// Whether a table is under way.
  var isApplying = false
  /// Servers that are being taken out.
  var takingOut: Set<RoutingTable.Entry> = []
  /// Servers that were taken out, and may still be in the proxy's file, with which it would start again.
  var takenOut: Set<RoutingTable.Entry> = []
  /// Whether the proxy may have forgotten what it was told.
  var mustApply = false
  /// The uptime before which it is not told again, after a failure.
  var retryAt = Duration.zero
}

extension ControlCore {
  /// Servers on dead nodes leave the proxy at once; the table follows.
  mutating func takeOutDead() {
    guard holds(.proxyFirst) else { return }
    var found = observed.attempted.filter { !observed.isAlive($0.node) }
    for name in observed.nodes.keys where !observed.isAlive(name) {
      found.formUnion(observed.routing.servers(on: name))
    }
    found.subtract(routes.takingOut)
    found.subtract(routes.takenOut)
    guard !found.isEmpty, routes.retryAt <= now.uptime else { return }
    let dead = found.sorted { ($0.service, $0.node) < ($1.service, $1.node) }
    routes.takingOut.formUnion(dead)
    observed.attempted.formUnion(dead)
    want(.takeOut(dead), as: .takeOut(dead))
  }

  mutating func takenOut(_ entries: [RoutingTable.Entry], _ outcome: Outcome) {
    routes.takingOut.subtract(entries)
    if case .failed(let error) = outcome {
      // The whole table, which follows, does the same.
      routesFailed(error)
      return
    }
    for entry in entries { observed.routing.services[entry.service]?.servers[entry.node] = nil }
    routes.takenOut.formUnion(entries)
    // The proxy would send them requests again if it were started with its file: until that is written anew they may be routed.
    observed.attempted.formUnion(entries)
    // A table under way says otherwise, and leaves them out or brings them back; without one the proxy's file still has them, with
    // which it would start again. Only the next table is sure.
    routes.mustApply = true
    needsPass = true
  }

  /// The proxy was started again, or may have been: it routes what its file says, or nothing.
  mutating func proxyRestarted() {
    guard holds(.proxyRestart) else { return }
    routes.takenOut.removeAll()
    mustApplyRoutes()
  }

  mutating func mustApplyRoutes() {
    routes.mustApply = true
    needsPass = true
  }

  /// Tells the proxy what has changed, one table at a time.
  mutating func route() {
    guard !routes.isApplying, routes.retryAt <= now.uptime else { return }
    let table = RoutingTable(desired: desired, observed: observed)
    guard routes.mustApply || table != observed.routing else { return }
    guard observed.isRoutingKnown || canRoute else { return }
    routes.isApplying = true
    routes.mustApply = false
    for (alias, route) in table.services {
      for node in route.servers.keys {
        observed.attempted.insert(.init(alias, node))
        routes.takenOut.remove(.init(alias, node))
      }
    }
    want(.applyRoutes(table), as: .applyRoutes(table))
  }

  mutating func routesApplied(_ table: RoutingTable, _ outcome: Outcome) {
    routes.isApplying = false
    if case .failed(let error) = outcome {
      routesFailed(error)
      return
    }
    routes.retryAt = .zero
    partWorks(.proxy)
    // A node may have died meanwhile: its servers are taken out by the pass that follows.
    observed.routing = table
    observed.isRoutingKnown = true
    observed.attempted.removeAll(keepingCapacity: true)
    routes.takenOut.removeAll()
    needsPass = true
  }

  private mutating func routesFailed(_ error: HydraError) {
    if holds(.reapply) { routes.mustApply = true }
    partFailed(.proxy, error)
    // A proxy that returns is told at once: the pauses do not grow.
    routes.retryAt = now.uptime + timings.firstPause
    timers.set(.retryRoutes, at: routes.retryAt)
    needsPass = true
  }
}
