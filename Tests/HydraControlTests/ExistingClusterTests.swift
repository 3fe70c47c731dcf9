import FoundationEssentials
import HydraControl
import HydraModel
import HydraSimulation
import Testing

/// A simulated cluster that begins as an existing one is.
@Suite struct ExistingClusterTests {
  /// What a cluster with some history tells: a node died, and its replica moved; another service has no place for one.
  private func original() async throws -> ClusterState {
    let cluster = SimulatedCluster(name: "shop", nodes: 3, links: ClusterLinks(ClusterSpec(name: "shop", port: 4711)))
    let traffic = ServiceTraffic(timeout: 7)
    _ = try await cluster.send(
      AddService(
        ServiceSpec(
          alias: "web", image: "nginx", replicas: 2, nodePort: 8001, servicePort: 80, health: "/well", traffic: traffic)
      ))
    _ = try await cluster.send(AddNode(NodeSpec(cpus: 0.5, labels: ["rack": "a"])))
    _ = try await cluster.send(
      AddService(ServiceSpec(alias: "api", image: "api:2", replicas: 3, nodePort: 8002, servicePort: 80)))
    _ = try await cluster.send(KillNode("node-1"))
    _ = try await cluster.send(KillNode("node-2"))
    return try await cluster.state()
  }

  @Test func isTheSame() async throws {
    let original = try await original()
    #expect(original.services.map(\.ready) == [2, 2] && original.migrations.count > 2)
    let copy = try await SimulatedCluster(original).state()
    #expect(copy.services == original.services)
    #expect(copy.api == original.api && copy.proxy == original.proxy && copy.name == "shop")
    #expect(copy.migrations == original.migrations.filter { $0.outcome == .done })
    func comparable(_ node: NodeState) -> NodeState {
      var node = node
      // The core tells since when it knows, and of a dead node what its container says.
      node.since = SimulatedCluster.beginning
      node.reason = nil
      return node
    }
    #expect(copy.nodes.map(comparable) == original.nodes.map(comparable))
  }

  @Test func nothingIsStartedAgain() async throws {
    let original = try await original()
    var world = World(original, known: SimulatedCluster.beginning)
    let containers = world.nodes.mapValues { $0.replicas.keys.sorted() }
    world.pass(.seconds(120))
    #expect(world.nodes.mapValues { $0.replicas.keys.sorted() } == containers)
    #expect(containers.values.flatMap { $0 }.count == 4)
    #expect(world.violations == [])
    let kinds = Set(world.events.map(\.kind))
    #expect(kinds.isSubset(of: [.nodeReady, .nodeDown, .replicaReady]), "\(world.events.map(\.message))")
  }

  @Test func goesOnAsTheOriginalWould() async throws {
    let cluster = SimulatedCluster(try await original())
    await #expect(throws: HydraError(.conflict, "node-3 is already running")) {
      try await cluster.send(StartNode("node-3"))
    }
    // The replica that waits gets the node, whose number nobody had before.
    #expect(try await cluster.send(AddNode()).name == "node-5")
    let state = try await cluster.state()
    #expect(state.services.map(\.ready) == [2, 3] || state.services.map(\.ready) == [3, 2])
    #expect(try await cluster.send(StartNode("node-1")).state == .ready)
    let move = try await cluster.send(MoveReplica("web", from: nil, to: "node-1"))
    #expect(move.outcome == .done && !state.migrations.map(\.id).contains(move.id))
    #expect(await cluster.violations == [])
  }

  @Test func aNodeWhoseContainerIsGoneStaysGone() async throws {
    var state = try await SimulatedCluster(nodes: 2).state()
    state.nodes[1].state = .down
    state.nodes[1].reason = "its container is gone"
    let cluster = SimulatedCluster(state)
    await #expect(
      throws: HydraError(
        .conflict, "the container of node-2 is gone",
        remedy: "remove the node with 'node remove node-2' and add another")
    ) { try await cluster.send(StartNode("node-2")) }
    #expect(try await cluster.send(RemoveNode("node-2")).name == "node-2")
  }
}

/// The cluster in memory itself.
@Suite struct SimulatedClusterTests {
  @Test func timeStandsWhileItIsHeld() async throws {
    let cluster = SimulatedCluster(nodes: 1)
    await cluster.hold()
    let adding = Task { try await cluster.send(AddNode()) }
    while await cluster.underWay.isEmpty { await Task.yield() }
    #expect(try await cluster.state().nodes.count == 1)
    await cluster.release()
    #expect(try await adding.value.name == "node-2")
  }

  @Test func cancellingTheTaskCancelsTheRequest() async throws {
    let cluster = SimulatedCluster()
    await cluster.hold()
    let adding = Task { try await cluster.send(AddNode()) }
    while try await cluster.state().nodes.isEmpty { await cluster.pass(.milliseconds(10)) }
    adding.cancel()
    while await cluster.underWay.contains(where: { $0.hasSuffix("running") }) { await Task.yield() }
    await cluster.release()
    await #expect(throws: HydraError(.cancelled, "interrupted")) { try await adding.value }
    #expect(try await cluster.state().nodes.isEmpty)
  }

  @Test func withoutRunningOnWhatDiedIsNotReplacedYet() async throws {
    let cluster = SimulatedCluster(nodes: 2)
    _ = try await cluster.send(AddService(ServiceSpec(alias: "web", image: "i", nodePort: 80, servicePort: 80)))
    await cluster.setRunsOn(false)
    let node = try #require(try await cluster.state().services[0].nodes[0].name)
    _ = try await cluster.send(KillNode(node))
    #expect(try await cluster.state().services[0].ready == 0)
    await cluster.rest()
    #expect(try await cluster.state().services[0].ready == 1)
  }

  @Test func eventsComeInOrderAndEarlierOnesAgain() async throws {
    let cluster = SimulatedCluster(nodes: 1)
    let latest = try #require(await cluster.latestEvent())
    var events = cluster.events(after: latest).makeAsyncIterator()
    _ = try await cluster.send(KillNode("node-1"))
    let first = try #require(try await events.next())
    #expect(first.kind == .nodeDown && first.id == latest + 1)
    var again = cluster.events(after: latest).makeAsyncIterator()
    #expect(try await again.next() == first)
    await cluster.fail(ReadState.self, with: HydraError(.timeout, "no"))
    await #expect(throws: HydraError(.timeout, "no")) { try await cluster.state() }
    #expect(await cluster.recorded == ["POST /nodes/node-1/kill", "GET /state"])
  }
}
