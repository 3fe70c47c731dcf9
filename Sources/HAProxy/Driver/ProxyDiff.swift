/// The changes that bring a running HAProxy to a configuration.
public struct ProxyDiff: Sendable, Equatable {
  /// Whether the file has to be loaded: backends, checks or anything but servers differ.
  public var needsReload: Bool
  /// Commands for the servers of those backends that run already, in the order in which they are to be sent: new
  /// servers come in before old ones go.
  public var commands: [RuntimeCommand]

  /// Whether nothing has to be done.
  public var isEmpty: Bool { !needsReload && commands.isEmpty }

  /// What takes `running` to `desired`. A pure function.
  public init(desired: ProxyConfiguration, running: RunningProxy) {
    needsReload = running.info.fingerprint != desired.fingerprint
    var observed: [ServerReference: ObservedServer] = [:]
    for server in running.servers { observed[server.reference] = server }
    var wanted: Set<ServerReference> = []
    var changes: [RuntimeCommand] = []
    var present: Set<String> = []
    for (name, backend) in desired.backends.sorted(by: { $0.key < $1.key }) where running.backends.contains(name) {
      present.insert(name)
      for (key, server) in backend.servers.sorted(by: { $0.key < $1.key }) {
        let reference = ServerReference(backend: name, server: key)
        wanted.insert(reference)
        if let seen = observed[reference] {
          changes += ProxyDiff.update(seen, to: server)
        } else {
          changes += ProxyDiff.addition(of: server, as: reference, parameters: desired.parameters(of: backend))
        }
      }
    }
    // Backends that are not wanted at all go with the reload, their servers with them.
    let superfluous = running.servers.filter {
      present.contains($0.reference.backend) && !wanted.contains($0.reference)
    }
    for server in superfluous.sorted(by: { $0.reference < $1.reference }) {
      if server.state != .maintenance { changes.append(.setState(server.reference, .maintenance)) }
      changes.append(.delete(server.reference))
    }
    commands = changes
  }

  private static func addition(
    of server: ProxyConfiguration.Server, as reference: ServerReference, parameters: String
  ) -> [RuntimeCommand] {
    var commands: [RuntimeCommand] = [
      .add(reference, address: server.address, port: server.port, parameters: parameters), .enableHealth(reference),
    ]
    if server.state != .maintenance { commands.append(.setState(reference, server.state)) }
    return commands
  }

  private static func update(_ seen: ObservedServer, to server: ProxyConfiguration.Server) -> [RuntimeCommand] {
    var commands: [RuntimeCommand] = []
    var state = seen.state
    if seen.address.flatMap(Names.canonicalAddress) != Names.canonicalAddress(server.address)
      || seen.port != server.port
    {
      // Out first, so that nothing is sent to a mixture of old and new.
      if state != .maintenance { commands.append(.setState(seen.reference, .maintenance)) }
      state = .maintenance
      commands.append(.setAddress(seen.reference, address: server.address, port: server.port))
    }
    // A server that was added but not finished, for example because we were killed in between.
    if !seen.isChecked { commands.append(.enableHealth(seen.reference)) }
    if state != server.state {
      // From one to the other the way is through `ready`: `maint` does not end `drain`, nor `drain` `maint`.
      if state != .ready && server.state != .ready { commands.append(.setState(seen.reference, .ready)) }
      commands.append(.setState(seen.reference, server.state))
    }
    return commands
  }
}

extension ProxyConfiguration {
  /// This configuration with some servers in maintenance.
  func takingOut(_ servers: Set<ServerReference>) -> ProxyConfiguration {
    var copy = self
    for reference in servers { copy.backends[reference.backend]?.servers[reference.server]?.state = .maintenance }
    return copy
  }
}
