import HydraModel
import HydraOrchestration
import Testing

@Suite struct PlanningTests {
  @Test func deploysOnDistinctNodesLowestNumberFirst() {
    var world = World(nodes: 5)
    world.addService("hello1", replicas: 3)
    #expect(world.settle() != nil)
    #expect(world.routed("hello1") == ["node-1", "node-2", "node-3"])
    #expect(world.desired.services["hello1"]?.phase == .active)
  }

  @Test func nextServiceGoesWhereLeastRuns() {
    var world = World(nodes: 4)
    world.addService("a", replicas: 2, nodePort: 8001)
    #expect(world.settle() != nil)
    world.addService("b", replicas: 2, nodePort: 8002)
    #expect(world.settle() != nil)
    #expect(world.routed("b") == ["node-3", "node-4"])
  }

  @Test func sparesGetTheImageOnceTheServiceIsUp() {
    var world = World(nodes: 3)
    world.addService("a", replicas: 1)
    let first = world.decide()
    #expect(first == [.provideImage("image-a", nodes: ["node-1"])])
    #expect(world.settle() != nil)
    for node in world.observed.nodes.values { #expect(node.images == ["image-a"]) }
  }

  @Test func deadNodesReplicaMovesToAFreeNode() {
    var world = World(nodes: 4)
    world.addService("a", replicas: 3)
    #expect(world.settle() != nil)
    world.kill("node-2")
    #expect(world.routed("a") == ["node-1", "node-3"])
    let actions = world.decide()
    #expect(actions == [.startReplica(service: "a", slot: 2, node: "node-4")], "the image is there already")
    #expect(world.settle() != nil)
    #expect(world.routed("a") == ["node-1", "node-3", "node-4"])
  }

  @Test func withoutAFreeNodeAReplicaWaitsUntilRoomAppears() {
    var world = World(nodes: 3)
    world.addService("a", replicas: 3)
    #expect(world.settle() != nil)
    world.kill("node-2")
    #expect(world.settle() != nil)
    #expect(world.desired.services["a"]?.assignments[1].node == nil)
    world.addReadyNode()
    #expect(world.settle() != nil)
    #expect(world.routed("a") == ["node-1", "node-3", "node-4"])
  }

  @Test func aNodeThatComesBackIsEmptiedAndTakesNothingOfItsOwnAccord() {
    var world = World(nodes: 4)
    world.addService("a", replicas: 3)
    #expect(world.settle() != nil)
    world.kill("node-1")
    #expect(world.settle() != nil)
    world.start("node-1")
    #expect(world.settle() != nil)
    #expect(world.routed("a") == ["node-2", "node-3", "node-4"])
    #expect(world.observed.nodes["node-1"]?.replicas.isEmpty == true)
  }

  @Test func portTakenOnANodeKeepsOtherServicesAway() {
    var world = World(nodes: 3)
    world.addService("a", replicas: 2, nodePort: 8001)
    #expect(world.settle() != nil)
    world.addService("b", replicas: 2, nodePort: 8001)
    _ = world.settle()
    #expect(world.routed("b") == ["node-3"])
    #expect(world.desired.services["b"]?.assignments[1].node == nil)
  }

  @Test func aRoutedReplicaIsNeverStopped() {
    var world = World(nodes: 2)
    world.addService("a", replicas: 1)
    #expect(world.settle() != nil)
    world.desired.services["a"]?.assignments[0].node = "node-2"
    world.desired.services["a"]?.assignments[0].previous = "node-1"
    var sawBoth = false
    for _ in 0..<20 {
      let actions = world.decide()
      for action in actions {
        if case .stopReplica(let node, _) = action { #expect(!world.routed("a").contains(node)) }
      }
      sawBoth = sawBoth || world.routed("a") == ["node-1", "node-2"]
      #expect(!world.routed("a").isEmpty)
      for action in actions { world.complete(action) }
      world.route()
    }
    #expect(sawBoth)
    #expect(world.routed("a") == ["node-2"])
    #expect(world.observed.nodes["node-1"]?.replicas.isEmpty == true)
  }

  @Test func removedNodeIsEmptiedFirst() {
    var world = World(nodes: 3)
    world.addService("a", replicas: 2)
    #expect(world.settle() != nil)
    world.desired.nodes["node-1"]?.phase = .removing
    #expect(world.settle() != nil)
    #expect(world.desired.nodes["node-1"] == nil)
    #expect(world.routed("a") == ["node-2", "node-3"])
  }

  @Test func aNodeBeingRemovedServesOnWhileThereIsNowhereToGo() {
    var world = World(nodes: 2)
    world.addService("a", replicas: 2)
    #expect(world.settle() != nil)
    world.desired.nodes["node-1"]?.phase = .removing
    _ = world.settle()
    #expect(world.routed("a") == ["node-1", "node-2"])
  }

  @Test func nothingMovesWhileNodesAreStillUnknownAfterARestart() {
    var world = World(nodes: 3)
    world.addService("a", replicas: 2)
    #expect(world.settle() != nil)
    let before = world.desired
    world.observed = ObservedState()
    #expect(world.decide().isEmpty)
    #expect(world.desired == before)
  }

  @Test func removedServiceLeavesNothing() {
    var world = World(nodes: 3)
    world.addService("a", replicas: 3)
    #expect(world.settle() != nil)
    world.desired.services["a"]?.phase = .removing
    #expect(world.settle() != nil)
    #expect(world.desired.services.isEmpty)
    #expect(world.observed.routing == RoutingTable())
    for node in world.observed.nodes.values { #expect(node.replicas.isEmpty) }
  }
}
