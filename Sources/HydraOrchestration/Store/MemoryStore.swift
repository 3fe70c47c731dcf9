public import HydraModel

/// A store that lasts as long as the process: for tests and the simulator.
public actor MemoryStore: Store {
  private var state: DesiredState?
  private var log: [ClusterEvent] = []
  private var failure: HydraError?

  /// An empty store.
  public init() {}

  /// Lets every call fail with `error` until it is set to nil.
  public func fail(with error: HydraError?) { failure = error }

  public func load() throws -> DesiredState? {
    try check()
    return state
  }

  public func save(_ state: DesiredState) throws {
    try check()
    self.state = state
  }

  public func append(_ events: [ClusterEvent]) throws {
    try check()
    let last = log.last?.id ?? 0
    log += events.filter { $0.id > last }
  }

  public func events(limit: Int) throws -> [ClusterEvent] {
    try check()
    return Array(log.suffix(limit))
  }

  public func check() throws {
    if let failure { throw failure }
  }
}
