import HeapModule
package import HydraControl
package import HydraModel

/// A world as a test or a plan uses it: one call at a time.
extension World {
  /// Requests `work`, and lets the world run until it is answered.
  package mutating func call(
    _ work: any Work, key: String? = nil, within limit: Duration = .seconds(3600)
  ) -> Result<Reply, HydraError> {
    let id = begin(work, key: key)
    return answer(to: id, within: limit)
  }

  /// Requests `work`; ``answer(to:within:)`` has its answer.
  package mutating func begin(_ work: any Work, key: String? = nil) -> RequestID {
    begin { .request($0, work, key: key) }
  }

  /// Gives the core an input that it answers under the request's number.
  package mutating func begin(_ input: (RequestID) -> Input) -> RequestID {
    clients.nextID += 1
    let id = RequestID(clients.nextID)
    feed(input(id))
    return id
  }

  /// Lets the world run until request `id` is answered.
  package mutating func answer(
    to id: RequestID, within limit: Duration = .seconds(3600)
  ) -> Result<Reply, HydraError> {
    _ = run(within: limit) { $0.direct[id] != nil }
    return direct.removeValue(forKey: id) ?? .failure(HydraError(.timeout, "no answer within \(limit)"))
  }

  /// Cancels request `id`, as a client does that goes away.
  package mutating func cancel(_ id: RequestID) { feed(.cancel(id)) }

  /// Lets the world run until `condition` holds; whether it did.
  package mutating func run(within limit: Duration = .seconds(600), until condition: (borrowing World) -> Bool) -> Bool
  {
    let end = clock + limit
    while !condition(self) {
      guard let next = agenda.next, next <= end else { return false }
      advance()
    }
    return true
  }

  /// Lets the world run for `time`.
  package mutating func pass(_ time: Duration) {
    let end = clock + time
    while let next = agenda.next, next <= end { advance() }
    clock = max(clock, end)
  }

  /// Lets the world run until everything is as everybody was promised, though not for longer than `limit`.
  package mutating func rest(within limit: Duration = .seconds(60)) {
    let end = clock + limit
    while clock < end, unrest() != nil { pass(.milliseconds(100)) }
  }

  /// The cluster as its API shows it.
  package func state() throws(HydraError) -> ClusterState {
    guard let core else { throw HydraError(.unreachable, "the management node is down") }
    return try core.state()
  }

  /// Nodes whose replica of `alias` is reached through the proxy.
  package func nodes(of alias: String) -> [String] {
    (try? core?.service(named: alias))?.nodes.filter { $0.state == .ready }.compactMap(\.name).sorted() ?? []
  }

  /// Ends the management node at once.
  package mutating func stopManagement() { stopCore() }

  /// Stops the management node at once, and starts it again.
  package mutating func restartManagement() {
    stopCore()
    startCore()
  }

  /// Kills the container of node `name`, as somebody with `docker kill` does.
  package mutating func kill(_ name: String) { end(node: name, .killed, code: 137) }

  /// Takes node `name` off the cluster's network, as `docker network disconnect` does.
  package mutating func disconnect(_ name: String) {
    nodes[name]?.isDisconnected = true
    nodes[name]?.missed = 3
  }

  /// Puts node `name` back on the cluster's network.
  package mutating func connect(_ name: String) {
    nodes[name]?.isDisconnected = false
    host(.nodeStarted(name))
  }

  /// Lets the engine of `name` be silent for a while.
  package mutating func silence(_ name: String, for time: Duration) { nodes[name]?.silentUntil = clock + time }
}
