extension ProxyConfiguration {
  /// Throws ``HAProxyError`` with the reason `invalid` with everything that is wrong.
  public func validate() throws(HAProxyError) {
    let found = problems()
    guard found.isEmpty else { throw .invalid(found) }
  }

  /// Everything that is wrong; empty when it can be written down.
  public func problems() -> [ConfigurationProblem] {
    var list = Problems()
    list.expect(
      Names.isQuotable(adminSocket) && adminSocket.hasPrefix("/") && adminSocket.utf8.count < 100, "admin socket",
      adminSocket, "an absolute path below 100 bytes")
    list.expect(services, "services")
    list.expect(statistics.listener, "statistics")
    list.expect(
      statistics.listener.port != services.port, "statistics port", "\(statistics.listener.port)",
      "different from the port of the services")
    list.expect(
      Names.isQuotable(statistics.path) && statistics.path.hasPrefix("/"), "statistics path", statistics.path,
      "a path of printable characters")
    list.expect(
      Names.isQuotable(statistics.user) && !statistics.user.utf8.contains(0x3A), "statistics user", statistics.user,
      "printable characters without colon and quote")
    list.expect(
      Names.isQuotable(statistics.password), "statistics password", "", "printable characters without space and quote")
    list.expect((1...1_000_000).contains(maxConnections), "connections", "\(maxConnections)", "between 1 and 1000000")
    if let runAs {
      list.expect(Names.isName(runAs.user), "user", runAs.user, Problems.name)
      list.expect(Names.isName(runAs.group), "group", runAs.group, Problems.name)
    }
    if let waitScript {
      list.expect(
        Names.isQuotable(waitScript) && waitScript.hasPrefix("/"), "wait script", waitScript, "an absolute path")
    }
    list.expect(
      sizes.headers > 0 && sizes.headers + sizes.reserve < sizes.buffer, "header limit", "\(sizes.headers)",
      "below the size of a buffer, \(sizes.buffer), and its reserve, \(sizes.reserve)")
    list.expect(
      (1...32_767).contains(sizes.headerFields), "header fields", "\(sizes.headerFields)", "between 1 and 32767")
    list.expect(maxOldWorkers > 0, "old workers", "\(maxOldWorkers)", "positive")
    list.expect(checks.fall > 0 && checks.rise > 0 && checks.errorLimit > 0, "check counts", "", "positive")
    for (name, backend) in backends.sorted(by: { $0.key < $1.key }) { list.expect(backend, name) }
    return list.found
  }
}

private struct Problems {
  static let name = "a name of letters, digits, '_', '.' and '-'"
  var found: [ConfigurationProblem] = []

  mutating func expect(_ condition: Bool, _ subject: String, _ value: String, _ expectation: String) {
    guard !condition else { return }
    found.append(ConfigurationProblem(subject: subject, value: value, expectation: expectation))
  }

  mutating func expect(_ listener: ProxyConfiguration.Listener, _ subject: String) {
    expect(Names.isPort(listener.port), "\(subject) port", "\(listener.port)", "between 1 and 65535")
    if let address = listener.address {
      expect(Names.canonicalAddress(address) != nil, "\(subject) address", address, "an IP address")
    }
  }

  mutating func expect(_ backend: ProxyConfiguration.Backend, _ name: String) {
    expect(Names.isName(name), "backend name", name, Problems.name)
    if let path = backend.health.path {
      expect(
        Names.isQuotable(path) && path.hasPrefix("/"), "health path of backend \(name)", path,
        "a path of printable characters without space and quote")
    }
    expect(
      Names.isHost(backend.health.host), "health host of backend \(name)", backend.health.host,
      "a host name or address, with or without a port")
    for (subject, limit) in [
      ("response timeout", backend.responseTimeout), ("tunnel timeout", backend.tunnelTimeout),
      ("health timeout", backend.health.timeout),
    ] {
      guard let limit else { continue }
      expect(
        limit > .zero && limit <= ProxyConfiguration.Timeouts.longest, "\(subject) of backend \(name)", "\(limit)",
        "more than 0 and at most 24 days")
    }
    if let most = backend.maxConnectionsPerServer {
      expect(most > 0, "connections per server of backend \(name)", "\(most)", "positive")
    }
    for (key, server) in backend.servers.sorted(by: { $0.key < $1.key }) {
      expect(Names.isName(key), "server name", key, Problems.name)
      expect(
        Names.canonicalAddress(server.address) != nil, "address of server \(key)", server.address,
        "an IP address")
      expect(Names.isPort(server.port), "port of server \(key)", "\(server.port)", "between 1 and 65535")
    }
  }
}
