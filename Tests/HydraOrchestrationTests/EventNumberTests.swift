import HydraModel
import HydraOrchestration
import Testing

/// No number means two events, and none is lost, whatever is restarted.
struct EventNumberTests {
  private func numbers(_ store: MemoryStore) async throws -> [UInt64] {
    await store.fail(with: nil)
    return try await store.events(limit: .max).map(\.id)
  }

  @Test func aStopStoresEverythingAndLeavesNoGap() async throws {
    let store = MemoryStore()
    for _ in 0..<3 {
      try await Rig.with(store: store) { rig in _ = try await rig.controller.addNode(NodeSpec()) }
    }
    let numbers = try await numbers(store)
    #expect(numbers.count >= 7 && numbers == Array(1...UInt64(numbers.count)), "\(numbers)")
  }

  @Test func numbersOfEventsThatWereNeverStoredAreNotUsedAgain() async throws {
    let store = MemoryStore()
    try await Rig.with(store: store) { rig in _ = try await rig.controller.addNode(NodeSpec()) }
    let seen = Seen()
    try await Rig.with(store: store) { rig in
      let reader = Task { for try await event in rig.controller.events(after: 0) { await seen.note(event) } }
      _ = try await rig.controller.addNode(NodeSpec())
      await store.fail(with: HydraError(.unavailable, "away"))
      _ = try await rig.controller.killNode(named: "node-2")
      try await rig.eventually { await seen.events.contains { $0.kind == .nodeDown && $0.node == "node-2" } }
      reader.cancel()
    }
    await store.fail(with: nil)
    let before = await seen.events.map(\.id)
    try await Rig.with(store: store) { rig in
      _ = try await rig.controller.addNode(NodeSpec())
      let after = await rig.controller.recentEvents().filter { $0.node == "node-3" }.map(\.id)
      #expect(!after.isEmpty && Set(after).isDisjoint(with: before), "\(before) \(after)")
      #expect(after.allSatisfy { $0 > before.max() ?? 0 })
    }
  }

  private actor Seen {
    private(set) var events: [ClusterEvent] = []
    func note(_ event: ClusterEvent) { events.append(event) }
  }
}
