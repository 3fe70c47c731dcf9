import HAProxy
import Testing

@Suite struct ProxyConfigurationTests {
  private func configuration(_ backends: [String: ProxyConfiguration.Backend]) -> ProxyConfiguration {
    ProxyConfiguration(adminSocket: "/run/hydra-proxy/admin.sock", backends: backends)
  }

  private let hello = ProxyConfiguration.Backend(servers: [
    "node-2": .init(address: "10.0.0.3", port: 8001), "node-1": .init(address: "10.0.0.2", port: 8001),
  ])

  @Test func equalConfigurationsGiveEqualText() throws {
    let text = try configuration(["hello1": hello]).render()
    #expect(try text == configuration(["hello1": hello]).render())
    let servers = text.split(separator: "\n").filter { $0.contains("10.0.0.") }
    #expect(servers.count == 2)
    #expect(servers.first?.contains("node-1") == true, "servers are sorted by name")
  }

  @Test func whatKeepsClientsFromLosingRequestsIsThere() throws {
    let text = try configuration(["hello1": hello]).render()
    for line in [
      "idle-close-on-response", "redispatch", "retry-on conn-failure empty-response\n", "disable-l7-retry",
      "balance roundrobin",
    ] {
      #expect(text.contains(line), "\(line) is missing")
    }
    #expect(!text.contains("mark-down"), "one failing client must not take a healthy server out")
  }

  @Test(arguments: ["a b", "a\nserver x 1.2.3.4:1", "", "a;b", "../x"])
  func nameThatWouldMeanSomethingElseIsRefused(name: String) {
    #expect(throws: (any Error).self) { try configuration([name: hello]).validate() }
  }

  @Test func addressThatIsNoneIsRefused() {
    let backend = ProxyConfiguration.Backend(servers: ["s": .init(address: "1.2.3.4 check", port: 1)])
    #expect(throws: (any Error).self) { try configuration(["x": backend]).validate() }
  }
}
