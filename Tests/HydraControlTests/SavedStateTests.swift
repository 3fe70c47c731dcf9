import Foundation
import HydraControl
import HydraModel
import Testing

@Suite struct SavedStateTests {
  /// As the first version wrote it.
  private static let first = #"""
    {"nextMigration":3,"nextNode":4,"nodes":{"node-1":{"added":"2026-01-31T09:05:00.250Z","index":1,"name":"node-1",
    "phase":"active","request":"k","spec":{"labels":{}}}},"reservedEvents":1000,"services":{"web":{"added":
    "2026-01-31T09:05:01.000Z","assignments":[{"node":"node-1","slot":1},{"node":"node-2","previous":"node-3","slot":2,
    "migration":"web.2-2"},{"slot":3}],"phase":"active","spec":{"alias":"web","command":[],"env":{},"image":"i",
    "node_port":8001,"replicas":3,"service_port":80}}}}
    """#

  @Test func theFirstVersionIsRead() throws {
    let state = try HydraJSON.decode(SavedState.self, from: Data(Self.first.utf8))
    #expect(state.desired.nextNode == 4 && state.desired.nextMigration == 3 && state.reservedEvents == 1000)
    #expect(state.desired.nodes["node-1"]?.phase == .active)
    let slots = try #require(state.desired.services["web"]?.slots)
    #expect(slots.map(\.number) == [1, 2, 3])
    #expect(slots[0].tasks == [ReplicaTask("node-1", .serving)])
    #expect(slots[1].tasks == [ReplicaTask("node-3", .serving), ReplicaTask("node-2", .arriving)])
    #expect(slots[1].migration == "web.2-2" && slots[2].tasks.isEmpty)
  }

  @Test func whatIsWrittenReadsBackAndLaterVersionsAreRefused() throws {
    let state = try HydraJSON.decode(SavedState.self, from: Data(Self.first.utf8))
    let written = try HydraJSON.encode(state)
    #expect(try HydraJSON.decode(SavedState.self, from: written) == state)
    let later = String(decoding: written, as: UTF8.self).replacingOccurrences(
      of: #""version":2"#, with: #""version":3"#)
    let error = #expect(throws: HydraError.self) { try HydraJSON.decode(SavedState.self, from: Data(later.utf8)) }
    #expect(error?.message.contains("a later version of hydra (format 3, this one reads 2)") == true)
  }
}
