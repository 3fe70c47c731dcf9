package import HydraModel

/// What a simulation checks.
extension ControlCore {
  /// Whether the saved state was read.
  package var isStarted: Bool { startProblem == nil }
  /// Grows with each change of the state.
  package var revision: Int { saver.revision }
  /// Whether node `name` is desired.
  package func hasNode(_ name: String) -> Bool { desired.nodes[name] != nil }
  /// Whether service `alias` is desired.
  package func hasService(_ alias: String) -> Bool { desired.services[alias] != nil }
  /// Whether a replica of `alias` is to serve on `node`.
  package func wants(_ alias: String, on node: String) -> Bool {
    guard let record = desired.services[alias], record.phase != .removing, desired.nodes[node]?.phase != .removing
    else {
      return false
    }
    return record.slots.contains { $0.arriving == nil && $0.serving == node }
  }
  /// Whether node `name` is taken to be alive.
  package func believesAlive(_ name: String) -> Bool { observed.isAlive(name) && endings[name] == nil }
  /// The run of node `name`'s container that is known.
  package func incarnation(of name: String) -> String? { observed.nodes[name]?.container?.incarnation }
  /// What the proxy is taken to route; nil before it was told anything by this process.
  package var believedRoutes: RoutingTable? { observed.isRoutingKnown ? observed.routing : nil }
  /// Whether the proxy is being told something.
  package var isTellingProxy: Bool { routes.isApplying || !routes.takingOut.isEmpty }
  /// Whether slot `slot` of `alias` has a task on `node` that is not to leave.
  package func assigns(_ alias: String, _ slot: Int, to node: String) -> Bool {
    desired[SlotName(alias, slot)]?.tasks.contains { $0.node == node && $0.role != .leaving } == true
  }
  /// Who else is to run on `node` in the way of a replica of `spec` in `slot`: another one of the service, or of its port.
  package func rival(of spec: ServiceSpec, _ slot: Int, on node: String) -> String? {
    for record in desired.orderedServices where record.spec.nodePort == spec.nodePort {
      for other in record.slots where record.spec.alias != spec.alias || other.number != slot {
        if other.tasks.contains(where: { $0.node == node }) { return "\(record.spec.alias).\(other.number)" }
      }
    }
    return nil
  }
  /// What every replica waits for, in words.
  package var obstacles: [String] {
    desired.orderedServices.flatMap { record in
      serviceState(record).nodes.filter { $0.state != .ready }.map {
        "\(record.spec.alias).\($0.slot) \($0.state.rawValue) on \($0.name ?? "-"): \($0.reason ?? "")"
      }
    } + observed.nodes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.condition.rawValue)" }
      + busy.map { "busy \($0.key)" }.sorted() + failures.map { "failed \($0.key) \($0.value.error)" }.sorted()
  }
  /// The requests that have not ended, in words.
  package var waiting: [String] {
    jobs.all.filter { $0.record.stage != .ended }.map {
      "\($0.record.key): \($0.record.name) \($0.record.stage.rawValue)"
    }
  }
  /// Whether replicas of `alias` on `node` failed so many checks that they need not be waited for.
  package func hasGivenUp(_ alias: String, on node: String) -> Bool {
    observed.nodes[node]?.replicas.contains { $0.service == alias && $0.failedChecks >= timings.tries } == true
  }
  /// Whether it started so long ago that it has to know everything.
  package var hasSettled: Bool { startedAt.map { now.uptime - $0 >= timings.settling } ?? false }
  /// A node that could take a replica of `alias`.
  package func freeNode(for alias: String) -> String? { scheduler.freeNodes(for: alias, desired).first }
}
