import FoundationEssentials
import HydraClient
import HydraModel
import HydraServer
import Testing

/// The client against the server.
@Suite(.timeLimit(.minutes(1))) struct ClientTests {
  @Test func everyOperation() async throws {
    try await TestServer.run { server in
      let client = try server.client()
      let cluster = server.cluster
      let spec = NodeSpec(cpus: 0.5, memory: 64 << 20, labels: ["zone": "a/b ü"])
      let node = try await client.send(AddNode(spec))
      #expect(node.labels == spec.labels)
      #expect(try await client.send(ReadNodes()) == [node])
      #expect(try await client.send(ReadNode("node-1")) == node)
      #expect(try await client.send(KillNode("node-1")).state == .down)
      #expect(try await client.send(StartNode("node-1")).state == .ready)
      let traffic = ServiceTraffic(
        timeout: 1.5, tunnelTimeout: 7, healthTimeout: 0.25, healthHost: "web", cookiePath: .keep)
      let service = try await client.send(
        AddService(
          ServiceSpec(
            alias: "a", image: "i", replicas: 2, nodePort: 1, servicePort: 2, env: ["A": "b"], health: "/h",
            traffic: traffic, command: ["c"])))
      #expect(service.replicas == 2)
      #expect(service.health == "/h")
      #expect(service.traffic == traffic)
      #expect(try await client.send(ReadServices()) == [service])
      #expect(try await client.send(ReadService("a")) == service)
      let migration = try await client.send(MoveReplica("a", to: "node-9"))
      #expect(migration.to == "node-9")
      #expect(migration.phases.count == 1)
      #expect(try await client.identify() == cluster.state())
      #expect(try await client.send(RemoveService("a")) == Removed("a"))
      #expect(try await client.send(RemoveNode("node-1", force: true)) == Removed("node-1"))
      #expect(await cluster.calls.last == "removeNode node-1 force=true")
      let keys = await cluster.keys.compactMap { $0 }
      #expect(keys.count == 7 && Set(keys).count == 7)
    }
  }

  @Test func errorsComeThroughWhole() async throws {
    try await TestServer.run { server in
      let client = try server.client()
      let error = HydraError(.noCapacity, "2 nodes are free, 3 are needed", remedy: "node add")
      await server.cluster.fail(with: error)
      await #expect(throws: error) { try await client.send(AddNode()) }
      await #expect(throws: error) { try await client.state() }
    }
  }

  @Test func namesAreTextNotPaths() async throws {
    try await TestServer.run { server in
      let client = try server.client()
      for name in ["", ".", "..", "a/b", "node-1?force=true", "ä ö", "%2e"] {
        await #expect(throws: HydraError(.notFound, "there is no node '\(name)'")) {
          try await client.send(ReadNode(name))
        }
      }
    }
  }

  @Test func withoutItsTokenItSaysHowToGiveIt() async throws {
    try await TestServer.run { server in
      for token in [nil, "wrong"] {
        let client = try server.client(token: token)
        let error = await #expect(throws: HydraError.self) { try await client.send(AddNode()) }
        #expect(error?.code == .unauthorized)
        #expect(error?.remedy?.contains("cluster connect") == true)
        #expect(try await client.send(ReadNodes()).isEmpty)
      }
    }
  }

  @Test func cancellingUndoesInTheCluster() async throws {
    try await TestServer.run { server in
      let client = try server.client()
      let cluster = server.cluster
      await cluster.hold()
      let call = Task { try await client.send(AddNode()) }
      await cluster.someoneIsHeld()
      call.cancel()
      await #expect(throws: HydraError(.cancelled, "interrupted")) { try await call.value }
      // Undone by the time the call has thrown, not some time later.
      #expect(await cluster.undone.count == 1)
    }
  }

  @Test func givingUpUndoesInTheCluster() async throws {
    try await TestServer.run { server in
      var configuration = ClientConfiguration()
      configuration.node = .seconds(2)
      let client = try server.client(configuration)
      await server.cluster.hold()
      let error = await #expect(throws: HydraError.self) { try await client.send(AddNode()) }
      #expect(error?.code == .timeout)
      #expect(await server.cluster.undone.count == 1)
    }
  }

  @Test func aRestartInTheMiddleLosesNothing() async throws {
    let cluster = FakeCluster()
    let port = TestServer.lastingPort()
    let call = Latch<Task<NodeState, any Error>>()
    await cluster.hold()
    try await TestServer.run(cluster, port: port, limits: WireTests.limits { $0.shutdownGrace = .milliseconds(50) }) {
      (server) async throws in
      let client = try server.client()
      call.set(Task { try await client.send(AddNode()) })
      await cluster.someoneIsHeld()
    }
    await cluster.release()
    // Long enough for the client to find that nothing listens.
    try await Task.sleep(for: .milliseconds(300))
    try await TestServer.run(cluster, port: port) { (_) async throws in
      #expect(try await call.value?.value.state == .ready)
    }
    // Both tries bore the same key, by which a controller recognises the second.
    let keys = await cluster.keys
    #expect(keys.count == 2 && keys[0] == keys[1] && keys[0] != nil)
  }

  @Test func eventsResumeAcrossARestart() async throws {
    let cluster = FakeCluster()
    let hub = cluster.hub
    let port = TestServer.lastingPort()
    let seen = Latch<[UInt64]>()
    let follower = Latch<Task<Void, any Error>>()
    try await TestServer.run(cluster, port: port) { server in
      hub.emit(.nodeAdded, "old")
      let client = try server.client()
      follower.set(
        Task {
          var ids: [UInt64] = []
          for try await event in client.events(after: 0) {
            ids.append(event.id)
            seen.set(ids)
            if ids.count == 4 { return }
          }
        })
      await hub.listeners(1)
      hub.emit(.nodeReady, "two")
    }
    hub.emit(.nodeDown, "while nobody listens")
    try await TestServer.run(cluster, port: port) { _ in
      await hub.listeners(1)
      hub.emit(.nodeRemoved, "four")
      try await follower.value?.value
    }
    #expect(seen.value == [1, 2, 3, 4])
  }

  /// What happens while the API restarts reaches a reader that had seen no event before, and nothing older does.
  @Test func aReaderWithoutAnEventResumesAcrossARestart() async throws {
    let cluster = FakeCluster()
    let hub = cluster.hub
    let port = TestServer.lastingPort()
    let follower = Latch<Task<[UInt64], any Error>>()
    try await TestServer.run(cluster, port: port) { (server) async throws in
      hub.emit(.nodeAdded, "old")
      let client = try server.client()
      follower.set(
        Task {
          var ids: [UInt64] = []
          for try await event in client.events(after: nil) {
            ids.append(event.id)
            if ids.count == 2 { break }
          }
          return ids
        })
      await hub.listeners(1)
    }
    hub.emit(.nodeDown, "while nobody listens")
    try await TestServer.run(cluster, port: port) { (_) async throws in
      await hub.listeners(1)
      hub.emit(.nodeRemoved, "three")
      #expect(try await follower.value?.value == [2, 3])
    }
  }

  @Test func leavingTheLoopLeavesTheServer() async throws {
    try await TestServer.run { server in
      let hub = server.cluster.hub
      let client = try server.client()
      hub.emit(.nodeAdded, "one")
      for try await _ in client.events(after: 0) { break }
      await hub.listeners(0)
      let task = Task { for try await _ in client.events(after: nil) {} }
      await hub.listeners(1)
      task.cancel()
      await hub.listeners(0)
      _ = await task.result
    }
  }
}
