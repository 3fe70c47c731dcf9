/// How hard the world is on the controller.
public struct Faults: Sendable, Equatable {
  /// The probability that a call to something outside fails before it took effect.
  public var fails = 0.0
  /// The probability that a call takes effect and its caller hears of a time-out.
  public var timesOut = 0.0
  /// The probability that a call is not done and its caller hears of that only after its time limit.
  public var hangs = 0.0
  /// The probability that an event of an engine is lost.
  public var losesEvents = 0.0
  /// The probability that an event comes twice.
  public var doublesEvents = 0.0
  /// The longest time that an event or the answer to a call takes.
  public var slowest: Duration = .milliseconds(20)
  /// The longest time, besides, that the proxy takes to load a table with other services.
  public var slowestReload: Duration = .zero
  /// The probability that the proxy, started again, finds its file damaged, and begins with an empty one.
  public var losesFile = 0.0
  /// The mean time between two disasters: a node, the proxy, the store or the management node dies, freezes, or is cut off.
  public var disasters: Duration?

  /// A world in which nothing goes wrong.
  public static let none = Faults()
  /// A world as one sees in a bad week.
  public static let some = Faults(
    fails: 0.01, timesOut: 0.01, hangs: 0.002, losesEvents: 0.02, doublesEvents: 0.05, slowest: .milliseconds(150),
    slowestReload: .seconds(1), losesFile: 0.05, disasters: .seconds(12))
  /// A world in which nothing can be relied on.
  public static let many = Faults(
    fails: 0.05, timesOut: 0.05, hangs: 0.02, losesEvents: 0.2, doublesEvents: 0.2, slowest: .seconds(1),
    slowestReload: .seconds(4), losesFile: 0.2, disasters: .seconds(4))
}
