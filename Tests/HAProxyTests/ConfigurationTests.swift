import HAProxy
import Testing

@Suite("Proxy configuration")
struct ConfigurationTests {
  @Test("the text of no, one and many services")
  func golden() throws {
    #expect(try Sample.none.render() == Golden.none)
    #expect(try Sample.one.render() == Golden.one)
    #expect(try Sample.many.render() == Golden.many)
  }

  @Test("the fingerprint tells everything but servers")
  func fingerprint() {
    let base = Sample.one
    var copy = base
    copy.backends["hello1"]?.servers["node-2"] = .init(address: "10.0.0.9", port: 1)
    copy.backends["hello1"]?.servers["node-1"]?.state = .maintenance
    #expect(copy.fingerprint == base.fingerprint)
    let changes: [(inout ProxyConfiguration) -> Void] = [
      { $0.backends["other"] = .init() }, { $0.backends["hello1"]?.health.path = "/" },
      { $0.backends["hello1"]?.health = .init(path: "/", host: "x") },
      { $0.backends["hello1"]?.health.timeout = .seconds(1) },
      { $0.backends["hello1"]?.responseTimeout = .seconds(1) }, { $0.backends["hello1"]?.tunnelTimeout = .seconds(1) },
      { $0.backends["hello1"]?.scopesCookies = false }, { $0.waitScript = "/x" }, { $0.sizes.headers = 1 },
      { $0.hardStopAfter = .seconds(1) }, { $0.maxOldWorkers = 1 },
      { $0.backends["hello1"]?.maxConnectionsPerServer = 1 }, { $0.checks.fall = 5 },
      { $0.timeouts.connect = .milliseconds(1) }, { $0.statistics.password = "other" }, { $0.services.port = 1 },
      { $0.adminSocket = "/x" }, { $0.maxConnections = 1 },
    ]
    var seen: Set<String> = [base.fingerprint]
    for change in changes {
      var copy = base
      change(&copy)
      #expect(seen.insert(copy.fingerprint).inserted)
      #expect(copy.fingerprint.count == 16)
    }
  }

  @Test("the password of the statistics page is in no description")
  func secret() {
    var configuration = Sample.one
    configuration.statistics.password = "s3cret"
    var dumped = ""
    dump(configuration, to: &dumped)
    #expect(!(dumped + "\(configuration) \(String(reflecting: configuration))").contains("s3cret"))
  }

  @Test("a long list of services is cut, so that the answer fits into a buffer")
  func longList() throws {
    var configuration = Sample.none
    for number in 0..<2000 { configuration.backends["service-with-a-long-name-\(number)"] = .init() }
    let line = try #require(try configuration.render().split(separator: "\n").first { $0.contains("services:") })
    #expect(line.utf8.count < 10_000)
    #expect(line.contains(" more\\n"))
  }

  @Test(
    "a name that would mean something else is refused",
    arguments: [
      "", " ", "a b", "a\nserver x 1.2.3.4:1", "a\r", "a;b", "a/b", "-a", "_unknown", ".", "a:b", "a#b", "a\"", "a'b",
      "a\\", "a$b", "ключ", "a\u{0}", "a%2f", String(repeating: "a", count: 129),
    ])
  func names(name: String) {
    var backend = Sample.none
    backend.backends[name] = .init()
    #expect(refused(backend))
    var server = Sample.none
    server.backends["a"] = .init(servers: [name: .init(address: "10.0.0.1", port: 1)])
    #expect(refused(server))
    #expect(throws: HAProxyError.self) {
      try RuntimeCommand.delete(ServerReference(backend: "a", server: name)).line()
    }
    #expect(throws: HAProxyError.self) {
      try RuntimeCommand.setState(ServerReference(backend: name, server: "a"), .ready).line()
    }
  }

  @Test(
    "an address that would mean something else is refused",
    arguments: ["", "localhost", "10.0.0.1 backup", "10.0.0.1:80", "10.0.0", "1.2.3.4\n", "fe80::1%eth0", "[::1]"])
  func addresses(address: String) {
    var configuration = Sample.none
    configuration.backends["a"] = .init(servers: ["b": .init(address: address, port: 1)])
    #expect(refused(configuration))
    configuration = Sample.none
    configuration.services.address = address
    #expect(refused(configuration))
    let server = ServerReference(backend: "a", server: "b")
    #expect(throws: HAProxyError.self) {
      try RuntimeCommand.add(server, address: address, port: 1, parameters: "").line()
    }
    #expect(throws: HAProxyError.self) { try RuntimeCommand.setAddress(server, address: address, port: 1).line() }
  }

  @Test("everything that is wrong is told at once")
  func problems() {
    var configuration = Sample.none
    configuration.adminSocket = "relative"
    configuration.statistics.password = "has space"
    configuration.statistics.user = "a:b"
    configuration.statistics.listener.port = 8888
    configuration.services.port = 0
    configuration.backends["a b"] = .init(
      health: .init(path: "no slash", host: "a b", timeout: .zero), responseTimeout: .seconds(-1),
      tunnelTimeout: .seconds(25 * 86_400), maxConnectionsPerServer: 0,
      servers: ["x": .init(address: "y", port: 70_000)])
    let problems = configuration.problems()
    #expect(problems.count == 13)
    #expect(
      problems.map(\.description).contains("backend name 'a b' is not a name of letters, digits, '_', '.' and '-'"))
    #expect(!problems.map(\.description).joined().contains("has space"))
  }

  @Test("parameters of a server can't become another command")
  func parameters() {
    let server = ServerReference(backend: "a", server: "b")
    for text in ["check; disable frontend services", "check\nquit", "check\r"] {
      #expect(throws: HAProxyError.self) {
        try RuntimeCommand.add(server, address: "10.0.0.1", port: 1, parameters: text).line()
      }
    }
  }

  private func refused(_ configuration: ProxyConfiguration) -> Bool {
    do {
      _ = try configuration.render()
      return false
    } catch {
      return error.reason == .invalid
    }
  }
}
