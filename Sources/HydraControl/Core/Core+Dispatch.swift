import HydraModel

extension ControlCore {
  /// An effect ended.
  mutating func land(_ flight: Flight, _ id: EffectID, _ outcome: Outcome) {
    switch flight {
    case .load: loaded(outcome)
    case .save(let batch): saved(batch, outcome)
    case .append(let last): appended(upTo: last, outcome)
    case .look(let begun): looked(outcome, begun: begun)
    case .probe(let address, let generation, let begun):
      probed(address, outcome, id, generation: generation, begun: begun)
    case .action(let action): finished(action, outcome)
    case .check(let name, let address, let container): checked(name, address, container, outcome)
    case .lastWords(let name, let node, let error, let separator):
      lastWords(name, node: node, error: error, separator: separator, outcome)
    case .nodeWords(let job, let error): nodeWords(job, error, outcome)
    case .job(let job): acted(job, outcome)
    case .applyRoutes(let table): routesApplied(table, outcome)
    case .takeOut(let entries): takenOut(entries, outcome)
    case .startPart(let part): partStarted(part, outcome)
    }
  }

  /// Something is due.
  mutating func fire(_ key: TimerKey) {
    switch key {
    case .load: if startProblem != nil, pendingLoad == nil { want(.load, as: .load) }
    // The flush at the end of each step does the rest.
    case .save, .events: break
    case .unsaved: tellUnsaved()
    case .look:
      timers.set(.look, at: now.uptime + timings.lookPace)
      look()
    case .routes:
      timers.set(.routes, at: now.uptime + timings.routesPace)
      mustApplyRoutes()
    case .settled: settle()
    case .probe(let name): probe(name)
    case .retry, .retryRoutes, .avoid: needsPass = true
    case .health(let subject): check(subject)
    case .part(let part): if parts[part] != nil { startPart(part) }
    case .job(let key): overdue(key)
    case .forget: forgetResults()
    }
  }
}
