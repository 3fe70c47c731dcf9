import HydraModel
import HydraOrchestration
import Testing

/// Random runs of ``World``: nodes die and come back, services come and go, actions finish late or never.
@Suite struct PlanningSimulationTests {
  @Test(arguments: 0..<1000)
  func invariantsHoldAndItSettles(seed: Int) throws {
    var random = Seeded(UInt64(seed))
    var world = World(nodes: Int.random(in: 0...6, using: &random))
    var nextService = 1
    for _ in 0..<40 {
      disturb(&world, &nextService, &random)
      var actions = world.decide()
      check(world, actions, seed)
      actions.shuffle(using: &random)
      for action in actions.prefix(Int.random(in: 0...4, using: &random)) { world.complete(action) }
      if Bool.random(using: &random) { world.route() }
    }
    #expect(world.settle(limit: 200) != nil, "seed \(seed) does not settle")
    checkSettled(world, seed)
  }

  private func disturb(_ world: inout World, _ nextService: inout Int, _ random: inout Seeded) {
    let nodes = world.desired.orderedNodes.map(\.name)
    switch Int.random(in: 0...11, using: &random) {
    case 0: world.addReadyNode()
    case 1, 2: if let node = nodes.randomElement(using: &random) { world.kill(node) }
    case 3, 4:
      let down = nodes.filter { world.observed.condition(of: $0) == .down }
      if let node = down.randomElement(using: &random) { world.start(node) }
    case 5:
      world.addService(
        "s\(nextService)", replicas: Int.random(in: 1...4, using: &random),
        nodePort: 8000 + Int.random(in: 0...2, using: &random))
      nextService += 1
    case 6:
      if let alias = world.desired.services.keys.sorted().randomElement(using: &random) {
        world.desired.services[alias]?.phase = .removing
      }
    case 7:
      if let node = nodes.randomElement(using: &random) { world.desired.nodes[node]?.phase = .removing }
    default: break
    }
  }

  private func check(_ world: World, _ actions: [Action], _ seed: Int) {
    for record in world.desired.services.values {
      let nodes = record.assignments.compactMap(\.node)
      #expect(Set(nodes).count == nodes.count, "seed \(seed): two replicas of \(record.spec.alias) on one node")
    }
    for node in world.desired.nodes.keys {
      let ports = world.desired.services.values.filter { $0.assignments.contains { $0.node == node } }.map(
        \.spec.nodePort)
      #expect(Set(ports).count == ports.count, "seed \(seed): a port of \(node) is given twice")
    }
    for action in actions {
      switch action {
      case .stopReplica(let node, let container):
        let replica = world.observed.nodes[node]?.replicas[container]
        #expect(
          replica?.isRunning != true || world.observed.routing?.routes(replica?.service ?? "", to: node) != true,
          "seed \(seed): stops what is routed")
      case .startReplica(_, _, let node): #expect(world.observed.condition(of: node) == .ready, "seed \(seed)")
      case .createNode, .removeNode, .provideImage, .awaitHealth: break
      }
    }
    let subjects = actions.flatMap(\.subjects)
    #expect(Set(subjects).count == subjects.count, "seed \(seed): two actions on one subject in \(actions)")
  }

  private func checkSettled(_ world: World, _ seed: Int) {
    for record in world.desired.services.values where record.phase != .removing {
      for assignment in record.assignments where assignment.node == nil {
        #expect(
          Scheduler.freeNodes(for: record.spec.alias, desired: world.desired, observed: world.observed).isEmpty,
          "seed \(seed): a replica waits though a node is free")
      }
      #expect(world.routed(record.spec.alias) == record.assignments.compactMap(\.node).sorted(), "seed \(seed)")
    }
  }
}
