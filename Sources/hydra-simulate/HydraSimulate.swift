import Glibc
import HydraControl
import HydraSimulation

/// Runs the control core in simulated worlds, and reports what must not have happened.
@main
enum HydraSimulate {
  private static let usage = """
    usage: hydra-simulate [--seeds N] [--from S] [--faults none|some|many]
           hydra-simulate --seed S [--faults none|some|many] [--without GUARD]
           hydra-simulate --guards [--seeds N] [--faults some|many]

    The first form runs N seeds (default 1000) from S on. The second runs one and prints what happened. The third switches off
    one guard of the control core after the other, and prints the seed that notices.

    """

  static func main() async {
    do {
      let options = try Options(Array(CommandLine.arguments.dropFirst()))
      exit(try await run(options) ? 0 : 1)
    } catch {
      var message = "hydra-simulate: \(error.text)\n\(usage)"
      message.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
      exit(2)
    }
  }

  /// Whether nothing went wrong.
  private static func run(_ options: Options) async throws(Options.Wrong) -> Bool {
    if let seed = options.seed { return replay(seed, options) }
    if options.guards { return await tryGuards(options) }
    let start = ContinuousClock.now
    let results = await Sweep(options, disabled: options.without).run(stopsAtFirst: false)
    let elapsed = ContinuousClock.now - start
    for (seed, violation) in results.violations.sorted(by: { $0.seed < $1.seed }).prefix(20) {
      print("seed \(seed): \(violation)\n  replay it with 'make simulate SEED=\(seed)'")
    }
    let ratio = Int(results.simulated / elapsed)
    print(
      "\(results.seeds) seeds, \(results.violations.count) with a violation; \(results.steps) steps, \(Int(results.simulated / .seconds(1))) s simulated in \(Int(elapsed / .seconds(1))) s, \(ratio) times as fast"
    )
    return results.violations.isEmpty
  }

  private static func replay(_ seed: UInt64, _ options: Options) -> Bool {
    let result = Simulation(seed: seed, faults: options.faults, disabled: options.without).run(trace: true)
    for line in result.trace { print(line) }
    print(result.violation.map { "VIOLATION: \($0)" } ?? "nothing went wrong")
    return result.violation == nil
  }

  private static func tryGuards(_ options: Options) async -> Bool {
    var isComplete = true
    for disabled in Guard.allCases {
      let results = await Sweep(options, disabled: disabled).run(stopsAtFirst: true)
      if let (seed, violation) = results.violations.min(by: { $0.seed < $1.seed }) {
        print("\(disabled.rawValue): noticed with seed \(seed): \(violation)")
      } else {
        print("\(disabled.rawValue): NOT NOTICED in \(results.seeds) seeds")
        isComplete = false
      }
    }
    return isComplete
  }
}
