import FoundationEssentials
import HydraControl
import HydraModel
import HydraSimulation
import Testing

@Suite struct ControlCoreTests {
  @Test func nodesCountFromOne() {
    var world = world()
    #expect(world.call(AddNode(NodeSpec())).node?.name == "node-1")
    let second = world.call(AddNode(NodeSpec(labels: ["zone": "a"]))).node
    #expect(second?.name == "node-2" && second?.state == .ready && second?.labels == ["zone": "a"])
  }

  @Test func aDeploymentIsAnsweredWhenEveryReplicaIsRouted() {
    var world = world(nodes: 3)
    let service = world.hello(3).service
    #expect(service?.ready == 3 && service?.state == .healthy)
    #expect(service?.endpoints == ["http://localhost:8888/hello1"])
    #expect(world.proxy.table.services["hello1"]?.servers.keys.sorted() == ["node-1", "node-2", "node-3"])
    #expect(world.events.count { $0.kind == .imageLoaded } == 3)
  }

  @Test func theReplicaOfAKilledNodeMoves() throws {
    var world = world(nodes: 4)
    _ = world.hello(3)
    #expect(world.call(KillNode("node-2")).node?.state == .down)
    #expect(world.run { $0.nodes(of: "hello1") == ["node-1", "node-3", "node-4"] })
    let migration = try #require(try world.state().migrations.first)
    #expect(migration.from == "node-2" && migration.to == "node-4" && migration.outcome == .done)
    #expect(migration.phases.map(\.name) == [.detected, .decided, .image, .started, .healthy, .routed])
    // The exit status that the engine tells of later says less than the event did.
    world.run(until: world.clock + .seconds(12))
    #expect(try world.core?.node(named: "node-2").reason == "killed")
  }

  @Test func withoutRoomAServiceSaysSoAndIsCompletedLater() throws {
    var world = world(nodes: 2)
    _ = world.hello(2)
    world.kill("node-1")
    #expect(world.run { (try? $0.core?.service(named: "hello1"))?.state == .degraded })
    let service = try #require(try world.core?.service(named: "hello1"))
    #expect(service.nodes.contains { $0.state == .pending && $0.name == nil })
    #expect(service.reason?.contains("node-1 is down") == true)
    _ = world.call(AddNode(NodeSpec()))
    #expect(world.run { $0.nodes(of: "hello1") == ["node-2", "node-3"] })
    #expect(try world.state().migrations.last?.outcome == .done)
  }

  @Test func aNodeComesBackEmpty() {
    var world = world(nodes: 3)
    _ = world.hello(2)
    _ = world.call(KillNode("node-1"))
    #expect(world.run { $0.nodes(of: "hello1") == ["node-2", "node-3"] })
    let back = world.call(StartNode("node-1")).node
    #expect(back?.state == .ready && back?.services == [])
    #expect(world.nodes["node-1"]?.replicas.isEmpty == true)
  }

  @Test func aSilentEngineIsSuspectThenDownThenEmptied() throws {
    var world = world(nodes: 3)
    _ = world.hello(2)
    world.silence("node-1", for: .seconds(20))
    #expect(world.run { $0.nodes(of: "hello1") == ["node-2", "node-3"] })
    let kinds = world.events.filter { $0.node == "node-1" }.map(\.kind)
    let suspect = try #require(kinds.firstIndex(of: .nodeSuspect))
    #expect(suspect < (kinds.firstIndex(of: .nodeDown) ?? 0))
    #expect(world.run { (try? $0.core?.node(named: "node-1"))?.state == .ready })
    #expect(world.nodes["node-1"]?.replicas.isEmpty == true, "what it still ran is stopped")
    // The stopwatch begins with the last response, not with the verdict.
    let migration = try #require(try world.state().migrations.first)
    #expect((migration.milliseconds ?? 0) >= 3000, "\(migration)")
  }

  @Test func aPausedNodeIsReplacedAndReturnsEmpty() throws {
    var world = world(nodes: 3)
    _ = world.hello(2)
    #expect(world.call(PauseNode("node-1")).node?.reason == "paused")
    #expect(world.run { $0.nodes(of: "hello1") == ["node-2", "node-3"] })
    world.call(PauseNode("node-1.test")).expectFailure(.conflict, "node-1 is already paused")
    world.call(UnpauseNode("node-2")).expectFailure(.conflict, "node-2 is not paused")
    #expect(world.nodes["node-1"]?.replicas.isEmpty == false)
    #expect(world.call(UnpauseNode("node-1")).node?.state == .ready)
    #expect(world.nodes["node-1"]?.replicas.isEmpty == true, "what it still ran is stopped before it is ready")
    _ = world.call(KillNode("node-1"))
    world.call(PauseNode("node-1")).expectFailure(.conflict, "node-1 is not running")
    world.call(UnpauseNode("node-1")).expectFailure(.conflict, "node-1 is not paused")
  }

  @Test(arguments: [false, true]) func aNodeOffTheNetworkIsReplaced(restarts: Bool) throws {
    var world = world(nodes: 4)
    _ = world.hello(2)
    world.disconnect("node-1")
    if restarts { world.restartManagement() }
    #expect(world.run(within: .seconds(40)) { $0.nodes(of: "hello1") == ["node-2", "node-3"] })
    #expect(try world.core?.node(named: "node-1").state == .down)
    world.connect("node-1")
    #expect(world.run { (try? $0.core?.node(named: "node-1"))?.state == .ready })
    #expect(world.nodes["node-1"]?.replicas.isEmpty == true)
  }

  /// Who cancels one of two removals of a node takes nothing away from the other.
  @Test func oneOfTwoRemovalsMayBeCancelled() {
    var world = world(nodes: 3)
    _ = world.hello(2)
    let first = world.begin(RemoveNode("node-1"), key: "a")
    world.pass(.milliseconds(50))
    let second = world.begin(RemoveNode("node-1"), key: "b")
    world.pass(.milliseconds(50))
    world.cancel(first)
    world.answer(to: first).expectFailure(.cancelled)
    #expect(world.answer(to: second) == .success(.removed(Removed("node-1"))))
    #expect(world.nodeNames == ["node-2", "node-3"])
  }

  @Test func whenAllNodesFallSilentNothingMoves() throws {
    var world = world(nodes: 3)
    _ = world.hello(2)
    let before = world.proxy.table
    for name in ["node-1", "node-2", "node-3"] { world.silence(name, for: .seconds(40)) }
    world.run(until: world.clock + .seconds(20))
    #expect(try world.state().nodes.allSatisfy { $0.state == .suspect })
    #expect(world.proxy.table == before)
    #expect(try world.state().migrations.isEmpty)
    #expect(world.events.contains { $0.message.contains("of 3 nodes fell silent at once") })
    world.run(until: world.clock + .seconds(30))
    #expect(try world.state().nodes.allSatisfy { $0.state == .ready })
  }

  @Test func tooManyReplicasAreRefusedWithTheReason() {
    var world = world(nodes: 2)
    world.hello(3).expectFailure(.noCapacity, "3", "2")
    #expect(world.serviceNames.isEmpty)
  }

  @Test func anUnknownImageLeavesNothing() {
    var world = world(nodes: 1)
    world.call(AddService(ServiceSpec(alias: "x", image: "nope", nodePort: 8001, servicePort: 80)))
      .expectFailure(.imageUnavailable)
    #expect(world.serviceNames.isEmpty && world.proxy.table.services["x"] == nil)
  }

  @Test func aServiceThatEndsAtOnceFailsWithItsLogAndLeavesNothing() {
    var world = world(nodes: 2)
    world.images["hydra-hello"] = .ends(code: 3, log: ["no such file"])
    world.hello(2).expectFailure(.failed, "ended with exit code 3: no such file", "(3 attempts)")
    #expect(world.serviceNames.isEmpty && world.containers == 0)
  }

  @Test func aServiceThatIsNeverHealthyFailsWithWhatItsCheckFound() throws {
    var world = world(nodes: 1)
    world.images["hydra-hello"] = .isNeverHealthy("GET /home returned 400")
    let deployment = world.begin(AddService(world.spec(1)))
    #expect(
      world.run { (try? $0.core?.service(named: "hello1"))?.nodes.first?.reason == "GET /home returned 400" })
    world.answer(to: deployment).expectFailure(
      .failed, "not healthy after 60 s: GET /home returned 400", "(3 attempts)")
    let told = world.events.filter { $0.kind == .replicaFailed }.map(\.message)
    for attempt in 1...3 { #expect(told.contains { $0.contains("attempt \(attempt) of 3") }, "\(told)") }
  }

  @Test func aDeploymentTakesNoLongerThanItIsGiven() {
    var world = world(nodes: 1)
    world.images["hydra-hello"] = .isNeverHealthy("GET /home returned 400")
    var spec = world.spec(1, alias: "deaf")
    spec.within = 5
    world.call(AddService(spec)).expectFailure(.timeout, "waited 5 s for service 'deaf'", "GET /home returned 400")
    spec.within = 100
    world.call(AddService(spec)).expectFailure(.timeout, "waited 100 s", "not healthy")
    #expect(world.serviceNames.isEmpty)
  }

  @Test(arguments: ["node-1", "node-1.test"])
  func nodesAreTakenByTheNameOfTheirContainerToo(name: String) throws {
    var world = world(nodes: 2)
    _ = world.hello(1)
    let node = try #require(try world.core?.node(named: name))
    #expect(node.name == "node-1" && node.container == "node-1.test")
    #expect(world.call(MoveReplica("hello1", from: name, to: "node-2.test")).migration?.to == "node-2")
    #expect(world.call(MoveReplica("hello1", from: nil, to: name)).migration?.to == "node-1")
    #expect(world.call(KillNode(name)).node?.state == .down)
    #expect(world.call(StartNode(name)).node?.state == .ready)
    #expect(world.call(RemoveNode(name, force: true)).error == nil)
    #expect(world.nodeNames == ["node-2"])
    #expect(throws: HydraError.self) { try world.core?.node(named: "node-1.other") }
  }

  @Test func aCancelledDeploymentIsTakenBack() {
    var world = world(nodes: 2)
    world.images["hydra-hello"] = .isNeverHealthy("not yet")
    let deployment = world.begin(AddService(world.spec(2)))
    #expect(world.run { $0.containers == 2 })
    world.cancel(deployment)
    world.answer(to: deployment).expectFailure(.cancelled, "interrupted")
    #expect(world.serviceNames.isEmpty && world.containers == 0)
  }

  @Test func aMoveStopsTheOldReplica() {
    var world = world(nodes: 3)
    _ = world.hello(1)
    let migration = world.call(MoveReplica("hello1", from: nil, to: "node-3")).migration
    #expect(migration?.from == "node-1" && migration?.to == "node-3" && migration?.outcome == .done)
    #expect(world.nodes(of: "hello1") == ["node-3"])
    #expect(world.nodes["node-1"]?.replicas.isEmpty == true)
    world.call(MoveReplica("hello1", from: nil, to: "node-99")).expectFailure(.notFound)
    world.call(MoveReplica("hello1", from: nil, to: "node-3")).expectFailure(.conflict)
  }

  @Test func aRemovedNodeIsEmptiedOrRefused() {
    var world = world(nodes: 3)
    _ = world.hello(2)
    #expect(world.call(RemoveNode("node-1", force: false)).error == nil)
    #expect(world.nodes(of: "hello1") == ["node-2", "node-3"])
    world.call(RemoveNode("node-2", force: false)).expectFailure(.noCapacity)
    #expect(world.call(RemoveNode("node-2", force: true)).error == nil)
    #expect(world.nodeNames == ["node-3"] && world.nodes(of: "hello1") == ["node-3"])
  }

  @Test func aRestartOfManagementChangesNoRoute() throws {
    var world = world(nodes: 3)
    _ = world.hello(2)
    let before = world.proxy.table
    for _ in 0..<5 {
      world.restartManagement()
      let end = world.clock + .seconds(15)
      let hasChanged = world.run(within: .seconds(15)) { $0.proxy.table != before || $0.clock >= end }
      #expect(!hasChanged || world.proxy.table == before)
      #expect(try world.state().migrations.isEmpty && world.nodes(of: "hello1") == ["node-1", "node-2"])
    }
  }

  @Test func aFailoverGoesOnWhileTheStoreIsAway() {
    var world = world(nodes: 3)
    _ = world.hello(2)
    world.store.isUp = false
    world.images["other"] = .works
    let begun = world.clock
    world.kill("node-1")
    #expect(world.run(within: .seconds(5)) { $0.nodes(of: "hello1") == ["node-2", "node-3"] })
    #expect(world.clock - begun < .seconds(4))
  }

  @Test func theSameRequestTwiceIsOneService() {
    var world = world(nodes: 2)
    let first = world.begin(AddService(world.spec(2)), key: "k1")
    let second = world.begin(AddService(world.spec(2)), key: "k1")
    #expect(world.answer(to: first) == world.answer(to: second))
    #expect(world.hello(2, key: "k1").service?.name == "hello1", "the result is remembered")
    world.restartManagement()
    world.run(until: world.clock + .seconds(3))
    #expect(world.hello(2, key: "k1").service?.name == "hello1", "also across a restart")
    world.hello(2, key: "k2").expectFailure(.conflict, "already exists")
    world.hello(1, key: "k1").expectFailure(.conflict, "was used for another request")
  }

  @Test(arguments: ["/a'b", "/" + String(repeating: "a", count: 1024), "home", "/a b"])
  func whatTheProxyCantCheckIsRefusedAtTheDoor(path: String) {
    var world = world(nodes: 1)
    var spec = world.spec(1)
    spec.health = path
    world.call(AddService(spec)).expectFailure(.invalidArgument, "health path")
    #expect(world.serviceNames.isEmpty)
  }

  @Test func aServiceThatCantBeRoutedTakesNoOtherWithIt() throws {
    var world = world(nodes: 2)
    _ = world.hello(2)
    // As an older version let it pass.
    var spec = world.spec(1, alias: "odd", port: 8002)
    spec.health = "/a'b"
    world.stopManagement()
    world.store.state?.desired.services["odd"] = ServiceRecord(spec: spec, phase: .active, added: .distantPast)
    world.restartManagement()
    #expect(world.run { $0.events.contains { $0.message.hasPrefix("service 'odd' can't be routed: health path") } })
    world.kill("node-1")
    #expect(world.run { $0.nodes(of: "hello1") == ["node-2"] })
    #expect(world.hello(1, alias: "other", port: 8003).service?.state == .healthy)
    let odd = try #require(try world.core?.service(named: "odd"))
    #expect(odd.state == .down && odd.reason?.contains("can't be routed") == true)
  }

  @Test func anInterruptedRemovalIsTakenBackOrDone() {
    var world = world(nodes: 2)
    _ = world.hello(2)
    let early = world.begin(RemoveService("hello1"), key: "k")
    world.cancel(early)
    world.answer(to: early).expectFailure(.cancelled, "interrupted")
    #expect(world.nodes(of: "hello1") == ["node-1", "node-2"])
    let late = world.begin(RemoveService("hello1"))
    #expect(world.run { $0.proxy.table.services["hello1"] == nil })
    world.cancel(late)
    #expect(world.answer(to: late) == .success(.removed(Removed("hello1"))))
    #expect(world.serviceNames.isEmpty && world.containers == 0)
  }

  /// What a client was told to be cancelled is not done after a restart, although it had arrived before and waited for nodes that
  /// had not been heard of yet.
  @Test func whatWasCancelledBeforeARestartIsNotDoneAfterIt() {
    var world = world(nodes: 3)
    world.silence("node-2", for: .seconds(60))
    world.restartManagement()
    #expect(world.run { (try? $0.state()) != nil })
    let removal = world.begin(RemoveNode("node-3", force: true), key: "k")
    world.pass(.seconds(2))
    // From here on nothing is saved.
    world.store.isUp = false
    world.cancel(removal)
    world.answer(to: removal).expectFailure(.cancelled, "interrupted")
    world.store.isUp = true
    world.restartManagement()
    world.pass(.seconds(30))
    #expect(world.nodeNames == ["node-1", "node-2", "node-3"])
  }

  /// A kill that was under way when the process ended gets its answer when its client asks again; else the node is left alone.
  @Test(arguments: [false, true]) func aKillIsRepeatedForWhoAsks(asks: Bool) {
    var world = world(nodes: 2)
    _ = world.begin(KillNode("node-1"), key: "k")
    #expect(world.run { $0.store.state?.requests.contains { $0.name == "node.kill" } == true })
    world.restartManagement()
    #expect(world.run { (try? $0.state()) != nil })
    if asks {
      #expect(world.call(KillNode("node-1"), key: "k").node?.state == .down)
    } else {
      // Whether the first process had killed it is open.
      world.pass(.seconds(3))
      _ = world.call(StartNode("node-1"))
      world.pass(.seconds(5))
      #expect((try? world.core?.node(named: "node-1"))?.state == .ready)
    }
  }

  @Test func anAliasThatIsBeingRemovedIsWaitedFor() {
    var world = world(nodes: 2)
    _ = world.hello(2)
    let removal = world.begin(RemoveService("hello1"))
    #expect(world.run { $0.proxy.table.services["hello1"] == nil } && world.serviceNames == ["hello1"])
    #expect(world.hello(1).service?.state == .healthy)
    #expect(world.answer(to: removal) == .success(.removed(Removed("hello1"))))
    world.hello(1).expectFailure(.conflict, "service 'hello1' already exists")
  }

  @Test func anEmptyStoreBesideNodesIsNotANewCluster() {
    var world = world(nodes: 2)
    _ = world.hello(2)
    let before = world.proxy.table
    world.stopManagement()
    world.store.state = nil
    world.restartManagement()
    world.run(until: world.clock + .seconds(30))
    #expect(throws: HydraError.self) { try world.state() }
    #expect(world.proxy.table == before && world.nodes.count == 2 && world.containers == 2)
    world.call(AddNode(NodeSpec())).expectFailure(.unavailable, "the stored state is empty, but node-1, node-2 exist")
  }

  @Test func valuesOfTheEnvironmentAreInNoErrorAndNoEvent() {
    var world = world(nodes: 1)
    world.images["hydra-hello"] = .ends(
      code: 1, log: ["listening on 80 in 1", "no login at db with hunter2 or hunter22"])
    var spec = world.spec(1)
    spec.env = ["DB_URL": "hunter2", "DB_PASSWORD": "hunter22", "LEVEL": "1"]
    world.call(AddService(spec)).expectFailure(.failed, "listening on 80 in 1 / no login at db with … or …")
    let told = world.events.map(\.message)
    #expect(told.contains { $0.contains("no login at db") } && !told.contains { $0.contains("hunter") }, "\(told)")
  }

  @Test func aReplicaThatComesBackToItsNodeIsRestartedNotMoved() throws {
    var world = world(nodes: 1)
    _ = world.hello(1)
    _ = world.call(KillNode("node-1"))
    _ = world.call(StartNode("node-1"))
    #expect(world.run { $0.nodes(of: "hello1") == ["node-1"] && (try? $0.state())?.migrations.last?.outcome == .done })
    let told = world.events.map(\.message)
    #expect(told.contains("hello1.1 is waiting for a free node: node-1 is down (killed)"), "\(told)")
    #expect(told.contains { $0.hasPrefix("hello1.1 restarts on node-1: node-1 is down") }, "\(told)")
    #expect(told.contains { $0.hasPrefix("hello1.1 was restarted on node-1 in ") }, "\(told)")
  }
}
