import HydraControl
import HydraSimulation

/// Runs of many seeds, on two cores.
struct Sweep: Sendable {
  private let options: Options
  private let disabled: Guard?

  /// What the runs found.
  struct Results: Sendable {
    var seeds: UInt64 = 0
    var steps = 0
    var simulated: Duration = .zero
    var violations: [(seed: UInt64, text: String)] = []
  }

  init(_ options: Options, disabled: Guard?) {
    self.options = options
    self.disabled = disabled
  }

  /// Runs the seeds, in chunks beside each other.
  func run(stopsAtFirst: Bool) async -> Results {
    var results = Results()
    let size: UInt64 = 50
    var next = options.from
    let end = options.from + options.seeds
    await withTaskGroup(of: Results.self) { group in
      for _ in 0..<2 where next < end {
        let first = next
        next = min(end, next + size)
        let last = next
        group.addTask { chunk(first..<last) }
      }
      for await found in group {
        results.seeds += found.seeds
        results.steps += found.steps
        results.simulated += found.simulated
        results.violations += found.violations
        if next < end, !stopsAtFirst || results.violations.isEmpty {
          let first = next
          next = min(end, next + size)
          let last = next
          group.addTask { chunk(first..<last) }
        }
      }
    }
    return results
  }

  private func chunk(_ seeds: Range<UInt64>) -> Results {
    var results = Results()
    for seed in seeds {
      let result = Simulation(seed: seed, faults: options.faults, disabled: disabled).run()
      results.seeds += 1
      results.steps += result.steps
      results.simulated += result.simulated
      if let violation = result.violation { results.violations.append((seed, violation)) }
    }
    return results
  }
}
