import HydraControl
import HydraSimulation
import Testing

/// Seeds enough to notice a broken core; `make simulate` runs more.
@Suite struct SimulationTests {
  @Test(arguments: [Faults.none, .some, .many])
  func nothingIsLostWhateverHappens(faults: Faults) {
    for seed in 1...60 {
      let result = Simulation(seed: UInt64(seed), faults: faults).run()
      #expect(result.violation == nil, "seed \(seed): replay it with 'make simulate SEED=\(seed)'")
    }
  }

  /// Of a million seeds these found something, each another kind: a node was removed while the proxy still sent requests there after
  /// a restart; routes were dropped before the checks of a node that had just responded; a replica counted as moved because
  /// another one was routed to its node; what was cancelled was done after a restart.
  @Test(arguments: [7137, 24998, 27236, 40362])
  func whatAMillionSeedsFound(seed: UInt64) {
    #expect(Simulation(seed: seed).run().violation == nil, "replay it with 'make simulate SEED=\(seed)'")
  }

  @Test func theSameSeedIsTheSameRun() {
    let runs = (0..<2).map { _ in Simulation(seed: 7).run(trace: true).trace }
    #expect(runs[0] == runs[1] && runs[0].count > 50)
  }
}
