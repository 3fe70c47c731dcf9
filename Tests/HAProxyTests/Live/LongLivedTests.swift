import HAProxy
import Testing

extension LiveTests {
  @Suite("keeps what lives long")
  struct LongLived {
    private static let handshake =
      "GET /s/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

    private func upgraded(_ proxy: HAProxyProcess) async throws -> RawClient {
      let client = try await RawClient(proxy.servicePort)
      client.send(LongLived.handshake)
      try await eventually("no upgrade") { client.received.contains("\r\n\r\n") }
      #expect(client.received.hasPrefix("HTTP/1.1 101 "))
      return client
    }

    private func echoes(_ client: RawClient, _ text: String) async throws {
      client.send(text)
      try await eventually("'\(text)' does not come back") { client.received.hasSuffix(text) || client.isClosed }
      #expect(!client.isClosed)
    }

    @Test("a WebSocket that is silent for longer than a response may take, and through reloads")
    func webSocket() async throws {
      let proxy = try await HAProxyProcess()
      let driver = proxy.driver()
      let server = try await RawServer(.upgrade)
      let backend = ProxyConfiguration.Backend(
        responseTimeout: .milliseconds(200), servers: ["a": server.server])
      try await driver.apply(proxy.configuration(["s": backend]))
      let client = try await upgraded(proxy)
      try await echoes(client, "one")
      try await Task.sleep(for: .milliseconds(600))
      try await echoes(client, "two")
      var backends = ["s": backend]
      for number in 0..<4 {
        backends["t\(number)"] = .init()
        #expect(try await driver.apply(proxy.configuration(backends)).reloaded)
        try await echoes(client, "after \(number)")
      }
      let old = try await MasterCLI(socket: proxy.master).showProcesses().oldWorkers
      #expect(old.count == 1, "workers without connections have left")
    }

    @Test("the oldest worker is ended when there are more than may be")
    func bounded() async throws {
      let proxy = try await HAProxyProcess()
      let driver = proxy.driver()
      let server = try await RawServer(.upgrade)
      var configuration = proxy.configuration(["s": .init(servers: ["a": server.server])])
      configuration.maxOldWorkers = 2
      try await driver.apply(configuration)
      let client = try await upgraded(proxy)
      for number in 0..<2 {
        configuration.backends["t\(number)"] = .init()
        try await driver.apply(configuration)
        try await echoes(client, "after \(number)")
      }
      configuration.backends["last"] = .init()
      try await driver.apply(configuration)
      try await eventually("the oldest worker lives on") { client.isClosed }
    }

    @Test("a response that has begun and is silent for longer than it may take to begin", .needsHAProxy3)
    func stream() async throws {
      let proxy = try await HAProxyProcess()
      let server = try await RawServer(.stream)
      let backend = ProxyConfiguration.Backend(responseTimeout: .milliseconds(200), servers: ["a": server.server])
      try await proxy.driver().apply(proxy.configuration(["s": backend]))
      let client = try await RawClient(proxy.servicePort)
      client.send("GET /s/events HTTP/1.1\r\nHost: x\r\n\r\n")
      try await eventually("no response") { client.received.contains("first") }
      try await Task.sleep(for: .milliseconds(600))
      #expect(!client.isClosed)
      server.release()
      try await eventually("the response does not end") { client.received.hasSuffix("later\r\n0\r\n\r\n") }
    }

    @Test("a response that has begun is ended after the tunnel timeout of its service", .needsHAProxy3)
    func tunnelTimeout() async throws {
      let proxy = try await HAProxyProcess()
      let server = try await RawServer(.stream)
      let backend = ProxyConfiguration.Backend(tunnelTimeout: .milliseconds(300), servers: ["a": server.server])
      try await proxy.driver().apply(proxy.configuration(["s": backend]))
      let client = try await RawClient(proxy.servicePort)
      client.send("GET /s/events HTTP/1.1\r\nHost: x\r\n\r\n")
      try await eventually("it does not end") { client.received.contains("first") && client.isClosed }
    }

    @Test("the response of a service that refuses an upload before it has read it", .needsHAProxy3)
    func refusedUpload() async throws {
      let proxy = try await HAProxyProcess()
      let server = try await RawServer(.refuse)
      try await proxy.driver().apply(proxy.configuration(["s": .init(servers: ["a": server.server])]))
      let piece = String(repeating: "x", count: 65_536)
      for _ in 0..<40 {
        let client = try await RawClient(proxy.servicePort)
        client.send("POST /s/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 1048576\r\n\r\n")
        for _ in 0..<16 { client.send(piece) }
        try await eventually("no response") { client.received.contains("\r\n\r\n") || client.isClosed }
        #expect(client.received.hasPrefix("HTTP/1.1 413 "))
      }
    }
  }
}
