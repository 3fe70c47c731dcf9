import HydraControl
import HydraModel

extension World {
  mutating func create(_ record: NodeRecord) -> Outcome {
    if nodes[record.name] == nil {
      runCounter += 1
      nodes[record.name] = SimulatedNode(index: record.index, state: .running, run: runCounter)
      note("\(record.name)'s container is created")
      bringUp(record.name)
    } else if nodes[record.name]?.state == .created {
      return start(record.name)
    }
    guard let node = nodes[record.name] else { return World.unreachable }
    return .node(node.observed(record.name))
  }

  mutating func start(_ name: String) -> Outcome {
    guard let node = nodes[name] else { return .failed(HydraError(.notFound, "no such container '\(name)'")) }
    if node.state == .paused {
      nodes[name]?.state = .running
      engineIsUp(name)
      host(.nodeStarted(name))
    } else if node.state != .running {
      runCounter += 1
      nodes[name]?.run = runCounter
      nodes[name]?.state = .running
      nodes[name]?.silentUntil = .zero
      nodes[name]?.cutOffUntil = .zero
      for id in node.replicas.keys { nodes[name]?.replicas[id]?.isRunning = false }
      note("\(name) starts")
      bringUp(name)
    }
    return .node(nodes[name]?.observed(name) ?? node.observed(name))
  }

  private mutating func bringUp(_ name: String) {
    guard let run = nodes[name]?.run else { return }
    nodes[name]?.isEngineUp = false
    nodes[name]?.wasUp = false
    host(.nodeStarted(name))
    schedule(.engineUp(name, run: run), after: random.time(.milliseconds(300), .seconds(2)))
  }

  /// A node's container ends.
  mutating func end(node name: String, _ end: NodeEnd, code: Int) {
    guard let node = nodes[name], node.state == .running || node.state == .paused else { return }
    note("\(name) ends: \(end.rawValue)")
    nodes[name]?.state = .exited(code)
    nodes[name]?.isEngineUp = false
    for (id, replica) in node.replicas {
      nodes[name]?.replicas[id]?.isRunning = false
      nodes[name]?.replicas[id]?.wasHealthy = false
      lost(replica, on: name)
    }
    host(.nodeStopping(name, end))
    // As the real one: `kill` precedes `die` by about 30 ms.
    host(.nodeStopping(name, .exited), later: .milliseconds(30))
  }

  /// The processes of a node's container stand still. False if it does not run.
  @discardableResult mutating func freeze(_ name: String) -> Bool {
    guard let node = nodes[name], node.state == .running else { return false }
    for replica in node.replicas.values { checker.losses[replica.spec.service.alias] = clock }
    nodes[name]?.state = .paused
    host(.nodeStopping(name, .paused))
    return true
  }

  /// An event of the host's engine: late, lost, doubled.
  mutating func host(_ event: HostEvent, later: Duration = .zero) {
    guard core != nil else { return }
    if !isCalm, random.happens(faults.losesEvents) {
      // The stream broke: it reconnects, and says so.
      schedule(.input(.host(.resync), epoch: epoch), after: random.time(.milliseconds(100), .seconds(2)))
      return
    }
    let slowest = isCalm ? Duration.milliseconds(40) : faults.slowest
    schedule(.input(.host(event), epoch: epoch), after: later + random.time(.milliseconds(1), slowest))
    if !isCalm, random.happens(faults.doublesEvents) {
      schedule(.input(.host(event), epoch: epoch), after: random.time(.milliseconds(1), slowest))
    }
  }

  mutating func engineIsUp(_ name: String) {
    nodes[name]?.isEngineUp = true
    nodes[name]?.wasUp = true
    nodes[name]?.upSince = clock
  }

  func isReachable(_ address: NodeAddress) -> Bool {
    guard let node = nodes[address.name], node.state == .running, node.isEngineUp, cutOffUntil <= clock else {
      return false
    }
    return !node.isDisconnected && node.silentUntil <= clock && node.cutOffUntil <= clock
      && address.incarnation == "run-\(node.run)"
  }

  func refusal(_ address: NodeAddress) -> (Outcome, Duration) {
    // A container that does not run refuses at once; one that is frozen or cut off says nothing.
    guard let node = nodes[address.name], cutOffUntil <= clock else { return World.silent }
    if node.state == .running, !node.isEngineUp { return (World.unreachable, .milliseconds(1)) }
    return World.silent
  }

  func probe(_ address: NodeAddress, _ images: [String], _ pause: Duration) -> (Outcome, Duration) {
    guard isReachable(address), let node = nodes[address.name] else { return refusal(address) }
    let replicas = node.replicas.sorted { $0.key < $1.key }.map { id, replica in
      ReportedReplica(
        id: id, service: replica.spec.service.alias, slot: replica.spec.slot,
        fingerprint: replica.fingerprint, isRunning: replica.isRunning, exitCode: replica.exitCode)
    }
    return (.replicas(replicas, images: node.images.intersection(images)), min(pause, .milliseconds(900)))
  }

  mutating func provide(_ image: String, _ addresses: [NodeAddress]) -> Outcome {
    var errors: [String: HydraError] = [:]
    for address in addresses {
      if images[image] == nil, !hasEveryImage {
        errors[address.name] = HydraError(.imageUnavailable, "image '\(image)' is not on the host and can't be pulled")
      } else if isReachable(address) {
        nodes[address.name]?.images.insert(image)
      } else {
        errors[address.name] = HydraError(.failed, "image '\(image)' can't be brought to \(address.name)")
      }
    }
    return .images(errors)
  }
}
