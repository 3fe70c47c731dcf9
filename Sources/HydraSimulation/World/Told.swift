import HydraControl
import HydraModel

/// What the core says, against what is.
extension World {
  /// The core tells of `event`.
  mutating func heard(_ event: ClusterEvent) {
    told?.append(event)
    checker.told(event).map { violated($0) }
    // One that waited for its number is about an earlier time.
    guard event.time == instant.date, let name = event.node else { return }
    switch event.kind {
    case .nodeDown: heardDown(name, event.message)
    case .nodeReady: heardReady(name)
    case .replicaReady: if let alias = event.service { checker.knownHealthy[.init(alias, name)] = clock }
    case .replicaFailed: heardEnd(event.message, name)
    default: break
    }
  }

  private mutating func heardDown(_ name: String, _ message: String) {
    let downs = checker.downs[name, default: 0] + 1
    checker.downs[name] = downs
    schedule(.outIsDue(name, downs: downs, epoch: epoch, since: clock), after: .milliseconds(2500))
    guard let node = nodes[name], node.state == .running else { return }
    if message.contains("exited with"), checker.knownRuns["id-\(name)"] == "run-\(node.run)" {
      violated("\(name) is said to have ended, and the core itself has started it since")
    }
    guard message.contains("is not responding") else { return }
    if node.missed < timings.missesUntilDown {
      violated("\(name) is said to be down after \(node.missed) missed probes")
    }
    // By then every other node has fallen silent as well, however slow the last answers were.
    if cutOffUntil > clock, clock - cutOffSince > .seconds(4), node.isEngineUp,
      max(node.silentUntil, node.cutOffUntil, node.upSince) < cutOffSince
    {
      violated("\(name) is said to be down, and it is the management node that hears nothing")
    }
  }

  private mutating func heardReady(_ name: String) {
    guard let node = nodes[name], let core, core.incarnation(of: name) == "run-\(node.run)" else { return }
    if !node.wasUp { violated("\(name) is said to be ready, and its engine never came up") }
    guard node.state == .running else { return }
    for (id, replica) in node.replicas.sorted(by: { $0.key < $1.key })
    // What is started late, by an order that was given up, is found by the next probe.
    where replica.isRunning && clock - replica.since > .seconds(5) {
      let (alias, slot) = (replica.spec.service.alias, replica.spec.slot)
      if !core.assigns(alias, slot, to: name) {
        violated("\(name) is said to be ready, and still runs \(alias).\(slot) (\(id))")
      }
    }
  }

  /// `web.1 ended with exit code 1 on node-1`: then one did.
  private mutating func heardEnd(_ message: String, _ name: String) {
    let words = message.split(separator: " ", maxSplits: 2)
    guard words.count > 1, words[1] == "ended" || words[1].hasPrefix("ended:") else { return }
    if !checker.hasEnded(String(words[0]), on: name) { violated("no \(words[0]) ended on \(name): '\(message)'") }
  }

  /// A replica ends that nobody stopped.
  mutating func lost(_ replica: SimulatedReplica, on name: String) {
    guard replica.isRunning else { return }
    checker.ended(replica.spec, on: name)
    checker.losses[replica.spec.service.alias] = clock
  }
}
