import HydraControl
import HydraModel

/// A world with a person in it, who runs a program.
extension World {
  /// From now on things go wrong, as `seed` has it.
  mutating func begin(_ faults: Faults, seed: UInt64, keepsTrace: Bool) {
    random = SplitMix64(seed)
    self.faults = faults
    self.keepsTrace = keepsTrace
    hasPeople = true
    for name in nodes.keys { clients.nodes.insert(name) }
    beginDisasters()
  }

  /// What a request to `alias` at the proxy gets.
  mutating func requestThroughProxy(_ alias: String) -> ProxyAnswer {
    guard proxy.isUp else { return .refused }
    guard let service = proxy.table.services[alias] else { return .notFound }
    let servers = service.servers.keys.sorted()
    guard !servers.isEmpty else { return .unavailable }
    // A server that refuses a connection is passed over; one that is cut off or stands still takes it, and says nothing.
    let first = random.index(servers.count)
    for name in servers[first...] + servers[..<first] {
      guard let node = nodes[name] else { continue }
      if node.state == .paused || node.cutOffUntil > clock { return .silent }
      if isHealthy(alias, on: name) { return .served(by: name) }
    }
    return .unavailable
  }
}

/// What the simulated proxy does with a request.
public enum ProxyAnswer: Sendable, Equatable {
  /// The proxy itself does not listen.
  case refused
  /// It routes no such service.
  case notFound
  /// None of the service's servers takes it.
  case unavailable
  /// A server took it, and does not respond.
  case silent
  /// A replica responds.
  case served(by: String)
}
