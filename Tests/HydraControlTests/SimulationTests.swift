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

  @Test func theSameSeedIsTheSameRun() {
    let runs = (0..<2).map { _ in Simulation(seed: 7).run(trace: true).trace }
    #expect(runs[0] == runs[1] && runs[0].count > 50)
  }
}
