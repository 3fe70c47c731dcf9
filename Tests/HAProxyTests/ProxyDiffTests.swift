import HAProxy
import Testing

@Suite("Proxy diff")
struct ProxyDiffTests {
  private func reference(_ server: String, _ backend: String = "hello1") -> ServerReference {
    ServerReference(backend: backend, server: server)
  }

  private func running(
    _ servers: [ObservedServer], fingerprint: String? = nil, backends: Set<String> = ["_unknown", "hello1"]
  ) throws -> RunningProxy {
    let description = fingerprint.map { "description: configuration \($0)\n" } ?? ""
    return RunningProxy(
      info: try ProxyInfo("Version: 2.6\nPid: 1\n\(description)"), backends: backends, servers: servers)
  }

  private func commands(_ desired: ProxyConfiguration, _ servers: [ObservedServer]) throws -> [String] {
    let diff = ProxyDiff(desired: desired, running: try running(servers, fingerprint: desired.fingerprint))
    #expect(!diff.needsReload)
    return try diff.commands.map { try $0.line() }
  }

  @Test("what is as it should be needs nothing")
  func same() throws {
    let servers = [ObservedServer(reference("node-1"), address: "172.18.0.5", port: 8001)]
    #expect(try commands(Sample.one, servers).isEmpty)
    var down = servers
    down[0].isUp = false
    #expect(try commands(Sample.one, down).isEmpty, "checks are HAProxy's business")
  }

  @Test("new servers come before old ones go")
  func replacement() throws {
    #expect(
      try commands(Sample.one, [ObservedServer(reference("node-9"), address: "10.0.0.9", port: 1)]) == [
        "add server hello1/node-1 172.18.0.5:8001 check inter 500ms fastinter 100ms downinter 200ms fall 2 rise 2"
          + " observe layer4 error-limit 3 on-error fastinter pool-purge-delay 1s",
        "enable health hello1/node-1", "set server hello1/node-1 state ready", "set server hello1/node-9 state maint",
        "del server hello1/node-9",
      ])
  }

  @Test("a server that moved is out while it moves")
  func moved() throws {
    #expect(
      try commands(Sample.one, [ObservedServer(reference("node-1"), address: "172.18.0.6", port: 8001)]) == [
        "set server hello1/node-1 state maint", "set server hello1/node-1 addr 172.18.0.5 port 8001",
        "set server hello1/node-1 state ready",
      ])
  }

  @Test("states and checks")
  func states() throws {
    func change(
      from: ProxyConfiguration.ServerState, to: ProxyConfiguration.ServerState, checked: Bool = true
    ) throws -> [String] {
      var desired = Sample.one
      desired.backends["hello1"]?.servers["node-1"]?.state = to
      let seen = ObservedServer(
        reference("node-1"), address: "172.18.0.5", port: 8001, state: from, isChecked: checked)
      return try commands(desired, [seen])
    }
    let state = "set server hello1/node-1 state"
    #expect(try change(from: .ready, to: .maintenance) == ["\(state) maint"])
    #expect(try change(from: .maintenance, to: .ready) == ["\(state) ready"])
    #expect(try change(from: .ready, to: .drain) == ["\(state) drain"])
    #expect(try change(from: .drain, to: .maintenance) == ["\(state) ready", "\(state) maint"])
    #expect(try change(from: .maintenance, to: .drain) == ["\(state) ready", "\(state) drain"])
    #expect(try change(from: .ready, to: .ready, checked: false) == ["enable health hello1/node-1"])
  }

  @Test("an address in another spelling is the same")
  func spelling() throws {
    var desired = Sample.none
    desired.backends["hello1"] = .init(servers: ["node-1": .init(address: "fd00:0:0::5", port: 1)])
    #expect(try commands(desired, [ObservedServer(reference("node-1"), address: "fd00::5", port: 1)]).isEmpty)
  }

  @Test("another set of backends needs a reload; servers of those that stay are changed first")
  func reload() throws {
    var desired = Sample.one
    desired.backends["new"] = .init(servers: ["node-1": .init(address: "10.0.0.1", port: 1)])
    let diff = ProxyDiff(
      desired: desired,
      running: try running(
        [ObservedServer(reference("x", "gone"), address: "10.0.0.1", port: 1)], fingerprint: Sample.one.fingerprint,
        backends: ["hello1", "gone"]))
    #expect(diff.needsReload)
    #expect(Set(diff.commands.map(\.server)) == [reference("node-1")])
  }

  @Test("a proxy that runs no configuration of ours needs a reload")
  func foreign() throws {
    #expect(ProxyDiff(desired: Sample.none, running: try running([], backends: [])).needsReload)
  }
}
