public import HydraControl
import HydraModel

/// One run of a world: some life with faults and clients, then calm, in which everything has to come to rest.
public struct Simulation: Sendable {
  /// The seed.
  public var seed: UInt64
  /// How hard the world is.
  public var faults: Faults
  /// The guard that is off.
  public var disabled: Guard?
  /// How long the faults last.
  public var length: Duration = .seconds(40)
  /// How long it may take, after the last fault, until everything is at rest.
  public var patience: Duration = .seconds(240)

  /// A run of `seed`.
  public init(seed: UInt64, faults: Faults = .many, disabled: Guard? = nil) {
    self.seed = seed
    self.faults = faults
    self.disabled = disabled
  }

  /// What a run found.
  public struct Result: Sendable {
    /// What went wrong; nil if nothing did.
    public var violation: String?
    /// Time that passed in the world.
    public var simulated: Duration
    /// Inputs that the core took.
    public var steps: Int
    /// What happened, if it was asked for.
    public var trace: [String]
  }

  /// Runs it.
  public func run(trace: Bool = false) -> Result {
    var world = World(seed: seed, faults: faults, disabled: disabled, keepsTrace: trace)
    world.prepare()
    world.run(until: length)
    if world.store.isLost {
      world.run(until: world.clock + .seconds(20))
      if (try? world.state()) != nil { world.violated("the store is empty, and the core takes that for a new cluster") }
    } else if world.violations.isEmpty {
      world.calmDown()
      let end = world.clock + patience
      while world.violations.isEmpty, world.clock < end {
        world.run(until: world.clock + .seconds(2))
        if world.unrest() == nil { break }
      }
      if world.violations.isEmpty, let unrest = world.unrest() {
        world.violated("no rest after \(patience): \(unrest)")
      }
    }
    return Result(
      violation: world.violations.first, simulated: world.clock, steps: world.steps, trace: world.trace)
  }
}

extension World {
  /// Some nodes and services to begin with, images, clients, disasters.
  mutating func prepare() {
    for number in 0..<3 { images["image-\(number)"] = .works }
    let calmFaults = isCalm
    isCalm = true
    run(until: .seconds(1))
    for number in 0..<(2 + random.index(4)) { request(AddNode(NodeSpec()), key: "first-\(number)") }
    run(until: .seconds(5))
    isCalm = calmFaults
    beginClients()
    beginDisasters()
  }
}
