import HydraModel

/// A part of the core that does not work.
struct PartProblem: Sendable, Equatable {
  var error: HydraError
  var since: Instant
  /// How often it was found not to work.
  var count: Int
}

extension ControlCore {
  /// A call to a part failed. The second time in a row the part is started, should it not run.
  mutating func partFailed(_ part: Part, _ error: HydraError) {
    var problem = parts[part] ?? PartProblem(error: error, since: now, count: 0)
    problem.error = error
    problem.count += 1
    parts[part] = problem
    if problem.count == 1, part == .proxy { emit(.errorReported, "the proxy can't be changed: \(error.message)") }
    if problem.count >= 2, !timers.isSet(.part(part)), !isStarting(part) { startPart(part) }
    jobs.mustLook = true
  }

  /// A part works.
  mutating func partWorks(_ part: Part) {
    guard parts.removeValue(forKey: part) != nil else { return }
    timers.clear(.part(part))
    jobs.mustLook = true
    needsPass = true
  }

  /// A part's container ended: nobody else starts it again.
  mutating func partStopped(_ part: Part) {
    let container = names.container(of: part)
    let problem = PartProblem(
      error: HydraError(.unavailable, "'\(container)' ended"), since: parts[part]?.since ?? now,
      count: (parts[part]?.count ?? 0) + 1)
    if parts[part] == nil { emit(.errorReported, "'\(container)' ended; it is being started again") }
    parts[part] = problem
    if !isStarting(part) { startPart(part) }
  }

  private func isStarting(_ part: Part) -> Bool {
    flights.values.contains { if case .startPart(part) = $0 { true } else { false } }
  }

  mutating func startPart(_ part: Part) { want(.startPart(part), as: .startPart(part)) }

  mutating func partStarted(_ part: Part, _ outcome: Outcome) {
    if case .failed(let error) = outcome { parts[part]?.error = error }
    // Whether it works now, the next call tells; until then it is looked after.
    timers.set(.part(part), at: now.uptime + .seconds(2))
    if part == .proxy { proxyRestarted() } else { timers.set(.save, at: now.uptime) }
    if startProblem != nil { timers.set(.load, at: now.uptime) }
  }

  /// Why a request need not wait any longer: a part that it needs has not worked for a while.
  func hopeless(_ needed: [Part]) -> HydraError? {
    for part in needed {
      guard let problem = parts[part], now.uptime - problem.since.uptime >= timings.part else { continue }
      let name = part == .data ? "the store" : "the proxy"
      let seconds = (now.uptime - problem.since.uptime).components.seconds
      return HydraError(
        .unavailable, "\(name) has not worked for \(seconds) s: \(problem.error.message)",
        remedy: "see 'docker logs \(names.container(of: part))'")
    }
    return nil
  }
}
