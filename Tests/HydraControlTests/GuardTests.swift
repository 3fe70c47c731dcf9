import HydraControl
import HydraSimulation
import Testing

/// Each guard prevents something that a seed notices when it is off. A change of the core or the world can make another life
/// of a seed: 'make simulate GUARDS=1' prints new ones.
@Suite struct GuardTests {
  static let seeds: [Guard: UInt64] = [
    .proxyFirst: 16, .fencing: 26, .generation: 3, .incarnation: 644, .lookOrder: 191, .suspicion: 1, .selfDoubt: 19,
    .keepsRoutes: 3, .settling: 15, .saveFirst: 1, .dropsUnsaved: 1, .undo: 2, .drainFirst: 11, .healthFirst: 1,
    .idempotency: 2, .savedResults: 6, .emptyStore: 24, .reservation: 2, .emptyBeforeRemoval: 31, .distinctNodes: 2,
    .portPerNode: 3, .countsAccepted: 21, .reapply: 1035, .proxyRestart: 1314, .deadline: 92, .stopsUnwanted: 3,
  ]

  @Test(arguments: Guard.allCases) func theLossOfAGuardIsNoticed(guard: Guard) throws {
    let seed = try #require(GuardTests.seeds[`guard`], "no seed notices it")
    #expect(Simulation(seed: seed, disabled: `guard`).run().violation != nil)
    #expect(Simulation(seed: seed).run().violation == nil, "replay it with 'make simulate SEED=\(seed)'")
  }
}
