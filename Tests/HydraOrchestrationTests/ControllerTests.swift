import FoundationEssentials
import HydraModel
import HydraOrchestration
import Testing

@Suite(.timeLimit(.minutes(2))) struct ControllerTests {
  @Test func nodesCountFromOne() async throws {
    try await Rig.with { (rig) async throws in
      #expect(try await rig.controller.addNode(NodeSpec()).name == "node-1")
      let second = try await rig.controller.addNode(NodeSpec(labels: ["zone": "a"]))
      #expect(second.name == "node-2" && second.state == .ready && second.labels == ["zone": "a"])
    }
  }

  @Test func deployAnswersWhenEveryReplicaIsRouted() async throws {
    try await Rig.with(nodes: 3) { (rig) async throws in
      let service = try await rig.hello(3)
      #expect(service.ready == 3 && service.state == .healthy)
      #expect(service.endpoints == ["http://localhost:8888/hello1"])
      let routed = await rig.proxy.table.services["hello1"]?.servers.keys.sorted()
      #expect(routed == ["node-1", "node-2", "node-3"])
      #expect(rig.platform.mutate { $0.imageTransfers.count } == 1, "read once, written to all")
    }
  }

  @Test func killedNodeIsTakenOutAndItsReplicaMoves() async throws {
    try await Rig.with(nodes: 4) { (rig) async throws in
      _ = try await rig.hello(3)
      #expect(try await rig.controller.killNode(named: "node-2").state == .down)
      try await rig.eventually { try await rig.nodesOf("hello1") == ["node-1", "node-3", "node-4"] }
      #expect(await rig.proxy.takenOut.contains("hello1/node-2"))
      try await rig.eventually { try await rig.controller.state().migrations.first?.outcome == .done }
      let migration = try #require(try await rig.controller.state().migrations.first)
      #expect(migration.from == "node-2" && migration.to == "node-4" && migration.outcome == .done)
      #expect(migration.phases.map(\.name) == [.detected, .decided, .image, .started, .healthy, .routed])
      // The exit status that the engine tells of later says less than the event did.
      await rig.controller.refreshNodes()
      #expect(try await rig.controller.node(named: "node-2").reason == "killed")
    }
  }

  @Test func withoutRoomTheServiceSaysSoAndIsCompletedLater() async throws {
    try await Rig.with(nodes: 2) { (rig) async throws in
      _ = try await rig.hello(2)
      _ = try await rig.controller.killNode(named: "node-1")
      try await rig.eventually {
        let service = try await rig.controller.service(named: "hello1")
        return service.state == .degraded && service.nodes.contains { $0.state == .pending && $0.name == nil }
      }
      let reason = try await rig.controller.service(named: "hello1").reason
      #expect(reason?.contains("node-1 is down") == true)
      _ = try await rig.controller.addNode(NodeSpec())
      try await rig.eventually { try await rig.nodesOf("hello1") == ["node-2", "node-3"] }
      try await rig.eventually { try await rig.controller.state().migrations.last?.outcome == .done }
    }
  }

  @Test func replicaThatComesBackToItsNodeIsRestartedNotMoved() async throws {
    try await Rig.with(nodes: 1) { (rig) async throws in
      _ = try await rig.hello(1)
      _ = try await rig.controller.killNode(named: "node-1")
      try await rig.eventually { try await rig.controller.service(named: "hello1").nodes.first?.state == .pending }
      _ = try await rig.controller.startNode(named: "node-1")
      try await rig.eventually { try await rig.controller.state().migrations.last?.outcome == .done }
      let told = await rig.controller.recentEvents().filter { $0.migration != nil }.map(\.message)
      #expect(told.contains { $0.hasPrefix("hello1.1 is waiting for a free node: ") }, "\(told)")
      #expect(told.contains { $0.hasPrefix("hello1.1 restarts on node-1: ") }, "\(told)")
      #expect(told.contains { $0.hasPrefix("hello1.1 was restarted on node-1 in ") }, "\(told)")
      #expect(!told.contains { $0.contains("to node-1") }, "\(told)")
    }
  }

  @Test func nodeComesBackEmpty() async throws {
    try await Rig.with(nodes: 3) { (rig) async throws in
      _ = try await rig.hello(2)
      _ = try await rig.controller.killNode(named: "node-1")
      try await rig.eventually { try await rig.nodesOf("hello1") == ["node-2", "node-3"] }
      let back = try await rig.controller.startNode(named: "node-1")
      #expect(back.state == .ready && back.services.isEmpty)
      #expect(rig.platform.mutate { $0.replicas["node-1", default: [:]].isEmpty })
    }
  }

  @Test func silentEngineIsSuspectThenDown() async throws {
    try await Rig.with(nodes: 3) { (rig) async throws in
      _ = try await rig.hello(2)
      rig.platform.mutate { _ = $0.silent.insert("node-1") }
      try await rig.eventually { try await rig.nodesOf("hello1") == ["node-2", "node-3"] }
      let kinds = await rig.controller.recentEvents().filter { $0.node == "node-1" }.map(\.kind)
      let suspect = try #require(kinds.firstIndex(of: .nodeSuspect))
      let down = try #require(kinds.firstIndex(of: .nodeDown))
      #expect(suspect < down)
      rig.platform.mutate { _ = $0.silent.remove("node-1") }
      try await rig.eventually { try await rig.controller.node(named: "node-1").state == .ready }
      #expect(rig.platform.mutate { $0.replicas["node-1", default: [:]].isEmpty }, "what it still ran is stopped")
    }
  }

  @Test func tooManyReplicasAreRefusedWithTheReason() async throws {
    try await Rig.with(nodes: 2) { (rig) async throws in
      await expectFailure(.noCapacity, "3", "2") { _ = try await rig.hello(3) }
      #expect(try await rig.controller.services().isEmpty)
    }
  }

  @Test func unknownImageLeavesNothing() async throws {
    try await Rig.with(nodes: 1) { (rig) async throws in
      let spec = ServiceSpec(alias: "x", image: "nope", nodePort: 8001, servicePort: 80)
      await expectFailure(.imageUnavailable) { _ = try await rig.controller.addService(spec) }
      #expect(try await rig.controller.services().isEmpty)
      #expect(await rig.proxy.table.services["x"] == nil)
    }
  }

  @Test func serviceThatEndsAtOnceFailsWithItsLogAndLeavesNothing() async throws {
    try await Rig.with(nodes: 2) { (rig) async throws in
      rig.platform.mutate { _ = $0.crashing.insert("hello1") }
      await expectFailure(.failed, "ended with exit code 3") { _ = try await rig.hello(2) }
      #expect(try await rig.controller.services().isEmpty)
      #expect(rig.platform.mutate { $0.replicas.values.allSatisfy(\.isEmpty) })
    }
  }

  @Test func valuesOfTheEnvironmentAreInNoErrorAndNoEvent() async throws {
    try await Rig.with(nodes: 1) { (rig) async throws in
      rig.platform.mutate {
        _ = $0.unhealthy.insert("web")
        $0.log = ["listening on 80 in 1", "no login at db with hunter2 or hunter22"]
      }
      let env = ["DB_URL": "hunter2", "DB_PASSWORD": "hunter22", "LEVEL": "1"]
      let spec = ServiceSpec(alias: "web", image: "hydra-hello", nodePort: 8001, servicePort: 80, env: env, within: 100)
      await expectFailure(.timeout, "its last output: listening on 80 in 1 / no login at db with … or …") {
        _ = try await rig.controller.addService(spec)
      }
      let told = await rig.controller.recentEvents().map(\.message)
      #expect(told.contains { $0.contains("no login at db") } && !told.contains { $0.contains("hunter") }, "\(told)")
    }
  }

  @Test func serviceThatIsNeverHealthyFailsWithWhatItsCheckFound() async throws {
    try await Rig.with(nodes: 1) { (rig) async throws in
      rig.platform.mutate { _ = $0.unhealthy.insert("hello1") }
      let deploy = Task { try await rig.hello(1) }
      try await rig.eventually {
        try await rig.controller.services().first?.nodes.first?.reason == "GET /home returned 400"
      }
      await expectFailure(.failed, "not healthy after 60 s: GET /home returned 400") { _ = try await deploy.value }
    }
  }

  @Test("a deployment takes no longer than it is given, and says what held it up")
  func deploymentKeepsToItsTime() async throws {
    try await Rig.with(nodes: 1) { (rig) async throws in
      rig.platform.mutate { _ = $0.unhealthy.insert("deaf") }
      var spec = ServiceSpec(alias: "deaf", image: "hydra-hello", nodePort: 8001, servicePort: 81, within: 40)
      await expectFailure(.timeout, "waited 40 s for service 'deaf' to be ready: GET /home returned 400") {
        _ = try await rig.controller.addService(spec)
      }
      #expect(try await rig.controller.services().isEmpty)
      spec.within = 100
      await expectFailure(.timeout, "waited 100 s", "not healthy") { _ = try await rig.controller.addService(spec) }
      // Without, it ends after its attempts, which are told one by one.
      spec.within = nil
      await expectFailure(.failed, "service 'deaf' failed to deploy in", "(3 attempts)") {
        _ = try await rig.controller.addService(spec)
      }
      let told = await rig.controller.recentEvents().suffix(12).filter { $0.kind == .replicaFailed }.map(\.message)
      for attempt in 1...3 {
        #expect(told.contains { $0.hasPrefix("deaf.1 on node-1, attempt \(attempt) of 3: ") }, "\(told)")
      }
      #expect(try await rig.controller.services().isEmpty)
    }
  }

  @Test(arguments: ["node-1", "node-1.test"])
  func nodesAreTakenByTheNameOfTheirContainerToo(name: String) async throws {
    try await Rig.with(nodes: 2) { (rig) async throws in
      _ = try await rig.hello(1)
      let node = try await rig.controller.node(named: name)
      #expect(node.name == "node-1" && node.container == "node-1.test")
      #expect(try await rig.controller.migrate(service: "hello1", from: name, to: "node-2.test").to == "node-2")
      #expect(try await rig.controller.migrate(service: "hello1", from: nil, to: name).to == "node-1")
      #expect(try await rig.controller.killNode(named: name).state == .down)
      #expect(try await rig.controller.startNode(named: name).state == .ready)
      try await rig.controller.removeNode(named: name, force: true)
      #expect(try await rig.controller.nodes().map(\.name) == ["node-2"])
      await expectFailure(.notFound, "node-1.other") { _ = try await rig.controller.node(named: "node-1.other") }
    }
  }

  @Test func cancelledDeployIsTakenBack() async throws {
    try await Rig.with(nodes: 2) { (rig) async throws in
      rig.platform.mutate { _ = $0.unhealthy.insert("hello1") }
      let deploy = Task { try await rig.hello(2) }
      try await rig.eventually { rig.platform.mutate { $0.starts.count == 2 } }
      deploy.cancel()
      await expectFailure(.cancelled) { _ = try await deploy.value }
      #expect(try await rig.controller.services().isEmpty)
      #expect(rig.platform.mutate { $0.replicas.values.allSatisfy(\.isEmpty) })
    }
  }

  @Test func failedNodeIsTakenBack() async throws {
    try await Rig.with { (rig) async throws in
      rig.platform.mutate { $0.failNodeCreation = HydraError(.failed, "no such image") }
      await expectFailure(.failed, "no such image") { _ = try await rig.controller.addNode(NodeSpec()) }
      #expect(try await rig.controller.nodes().isEmpty)
    }
  }

  @Test func migrateMovesAReplicaAndStopsTheOldOne() async throws {
    try await Rig.with(nodes: 3) { (rig) async throws in
      _ = try await rig.hello(1)
      let migration = try await rig.controller.migrate(service: "hello1", from: nil, to: "node-3")
      #expect(migration.from == "node-1" && migration.to == "node-3" && migration.outcome == .done)
      #expect(try await rig.nodesOf("hello1") == ["node-3"])
      #expect(rig.platform.mutate { $0.replicas["node-1", default: [:]].isEmpty })
      await expectFailure(.notFound) {
        _ = try await rig.controller.migrate(service: "hello1", from: nil, to: "node-99")
      }
      await expectFailure(.conflict) {
        _ = try await rig.controller.migrate(service: "hello1", from: nil, to: "node-3")
      }
    }
  }

  @Test func removedNodeIsEmptiedOrRefused() async throws {
    try await Rig.with(nodes: 3) { (rig) async throws in
      _ = try await rig.hello(2)
      try await rig.controller.removeNode(named: "node-1", force: false)
      #expect(try await rig.nodesOf("hello1") == ["node-2", "node-3"])
      await expectFailure(.noCapacity) { try await rig.controller.removeNode(named: "node-2", force: false) }
      try await rig.controller.removeNode(named: "node-2", force: true)
      #expect(try await rig.controller.nodes().map(\.name) == ["node-3"])
      #expect(try await rig.controller.service(named: "hello1").ready == 1)
    }
  }

  @Test func restartGoesOnFromTheStore() async throws {
    let store = MemoryStore()
    try await Rig.with(nodes: 2, store: store) { rig in _ = try await rig.hello(2) }
    let saved = try #require(try await store.load())
    let prepare: @Sendable (FakePlatform) throws -> Void = { platform in
      for record in saved.orderedNodes { try platform.createNode(record) }
    }
    try await Rig.with(store: store, prepare: prepare) { (rig) async throws in
      try await rig.eventually { try await rig.nodesOf("hello1") == ["node-1", "node-2"] }
      #expect(try await rig.controller.state().migrations.isEmpty)
    }
  }

  @Test func failoverGoesOnWhileTheStoreIsAway() async throws {
    try await Rig.with(nodes: 3) { (rig) async throws in
      _ = try await rig.hello(2)
      await rig.store.fail(with: HydraError(.unavailable, "no store"))
      _ = try await rig.controller.killNode(named: "node-1")
      try await rig.eventually { try await rig.nodesOf("hello1") == ["node-2", "node-3"] }
      await expectFailure(.unavailable) { _ = try await rig.hello(1, alias: "other", port: 8002) }
      #expect(try await rig.controller.services().map(\.name) == ["hello1"])
      await rig.store.fail(with: nil)
      try await rig.eventually {
        try await rig.store.load()?.services["hello1"]?.occupiedNodes == ["node-2", "node-3"]
      }
    }
  }

  @Test func sameRequestTwiceIsOneService() async throws {
    try await Rig.with(nodes: 2) { (rig) async throws in
      async let first = RequestContext.$idempotencyKey.withValue("k1") { try await rig.hello(2) }
      async let second = RequestContext.$idempotencyKey.withValue("k1") { try await rig.hello(2) }
      let (one, two) = try await (first, second)
      #expect(one.name == two.name)
      await expectFailure(.conflict) { _ = try await rig.hello(2) }
    }
  }
}
