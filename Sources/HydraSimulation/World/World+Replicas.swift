import HydraControl
import HydraModel

extension World {
  mutating func startReplica(
    _ spec: ReplicaSpec, _ address: NodeAddress, _ pause: Duration
  ) -> (Outcome, Duration) {
    guard isReachable(address), let node = nodes[address.name] else { return refusal(address) }
    let (alias, slot) = (spec.service.alias, spec.slot)
    guard node.images.contains(spec.service.image) else {
      return (.failed(HydraError(.failed, "no such image '\(spec.service.image)'")), pause)
    }
    for (id, other) in node.replicas where other.spec.service.alias == alias && other.spec.slot == slot {
      stopped(id, on: address.name)
    }
    if let other = nodes[address.name]?.replicas.values.first(where: {
      $0.isRunning && $0.spec.service.nodePort == spec.service.nodePort
    }) {
      return (
        .failed(
          HydraError(.failed, "port \(spec.service.nodePort) is already allocated by \(other.spec.service.alias)")),
        pause
      )
    }
    replicaCounter += 1
    let id = "c\(replicaCounter)"
    nodes[address.name]?.replicas[id] = SimulatedReplica(
      spec: spec, fingerprint: spec.service.fingerprint, since: clock,
      healthyAt: clock + random.time(.milliseconds(50), .seconds(2)))
    note("\(alias).\(slot) (\(id)) runs on \(address.name)")
    if case .ends(let code, _) = images[spec.service.image] {
      schedule(.replicaEnds(address.name, id: id, code: code), after: .milliseconds(20))
    }
    return (.container(id), pause)
  }

  mutating func stopReplica(_ id: String, _ address: NodeAddress, _ pause: Duration) -> (Outcome, Duration) {
    guard isReachable(address) else { return refusal(address) }
    if let replica = nodes[address.name]?.replicas[id], replica.isRunning, replica.wasHealthy,
      proxy.table.routes(replica.spec.service.alias, to: address.name)
    {
      violated(
        "\(replica.spec.service.alias).\(replica.spec.slot) is stopped on \(address.name) while the proxy sends it requests"
      )
    }
    stopped(id, on: address.name)
    return (.done, pause)
  }

  private mutating func stopped(_ id: String, on name: String) {
    guard let replica = nodes[name]?.replicas.removeValue(forKey: id) else { return }
    checker.ended(replica.spec, on: name)
    note("\(replica.spec.service.alias).\(replica.spec.slot) (\(id)) is gone from \(name)")
  }

  mutating func checkHealth(
    _ spec: ServiceSpec, _ address: NodeAddress, _ pause: Duration
  ) -> (Outcome, Duration) {
    guard let node = nodes[address.name], node.state == .running, cutOffUntil <= clock, node.cutOffUntil <= clock,
      let (id, replica) = node.replicas.first(where: { $0.value.isRunning && $0.value.spec.service.alias == spec.alias }
      )
    else { return (.health(.failed("a TCP connect: the connection was refused", remedy: "")), pause) }
    if case .isNeverHealthy(let reason) = images[spec.image] {
      return (.health(.failed(reason, remedy: "expected 200 to 399; check '--health' and '--health-host'")), pause)
    }
    guard replica.healthyAt <= clock else {
      return (.health(.failed("a TCP connect: the connection was refused", remedy: "")), pause)
    }
    if !replica.wasHealthy { nodes[address.name]?.replicas[id]?.healthySince = clock }
    nodes[address.name]?.replicas[id]?.wasHealthy = true
    return (.health(.passed), pause)
  }

  /// A replica ends by itself.
  mutating func kill(replica id: String, on name: String, code: Int) {
    guard let node = nodes[name], let replica = node.replicas[id], replica.isRunning else { return }
    note("\(replica.spec.service.alias).\(replica.spec.slot) on \(name) ends with \(code)")
    lost(replica, on: name)
    nodes[name]?.replicas[id]?.isRunning = false
    nodes[name]?.replicas[id]?.exitCode = code
    nodes[name]?.replicas[id]?.wasHealthy = false
    let address = NodeAddress(name: name, ip: node.ip, incarnation: "run-\(node.run)")
    guard isReachable(address), !random.happens(faults.losesEvents) else { return }
    schedule(
      .input(.replica(address, .ended(container: id, exitCode: code)), epoch: epoch),
      after: random.time(.milliseconds(1), faults.slowest))
  }
}
