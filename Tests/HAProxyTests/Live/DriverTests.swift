import HAProxy
import NIOHTTP1
import Synchronization
import Testing

extension LiveTests {
  @Suite("is driven")
  struct Driving {
    @Test("servers come and go without a reload, any number of them; the same again does nothing")
    func servers() async throws {
      let proxy = try await HAProxyProcess()
      let driver = proxy.driver()
      var backend = ProxyConfiguration.Backend(health: .init(path: "/health"), maxConnectionsPerServer: 5)
      let first = try await driver.apply(proxy.configuration(["hello1": backend]))
      #expect(first.reloaded)
      let webs = [try await WebServer("a"), try await WebServer("b")]
      for web in webs { backend.servers[web.name] = web.server }
      let added = try await driver.apply(proxy.configuration(["hello1": backend]))
      #expect(!added.reloaded)
      #expect(added.worker == first.worker)
      #expect(try await WebClient(proxy.servicePort).get("/hello1").status == 200)
      #expect(try await driver.apply(proxy.configuration(["hello1": backend])).isEmpty)
      // A file that HAProxy would start with says the same.
      #expect(proxy.file == (try proxy.configuration(["hello1": backend]).render()))

      for number in 0..<60 { backend.servers["n\(number)"] = .init(address: "127.0.0.1", port: 1 + number) }
      #expect(try await !driver.apply(proxy.configuration(["hello1": backend])).reloaded)
      #expect(try await driver.running().servers.count == 62)
      backend.servers = ["b": webs[1].server]
      let removed = try await driver.apply(proxy.configuration(["hello1": backend]))
      #expect(!removed.reloaded)
      #expect(removed.lingering.isEmpty)
      #expect(try await driver.running().servers.map(\.reference.server) == ["b"])
      for _ in 0..<4 { #expect(try await WebClient(proxy.servicePort).get("/hello1").body.hasPrefix("b ")) }
    }

    @Test("states, and a server that moves")
    func states() async throws {
      let proxy = try await HAProxyProcess()
      let driver = proxy.driver()
      let webs = [try await WebServer("a"), try await WebServer("b")]
      func configuration(_ state: ProxyConfiguration.ServerState, at web: WebServer) -> ProxyConfiguration {
        proxy.configuration(["s": .init(servers: ["n": .init(address: "127.0.0.1", port: web.port, state: state)])])
      }
      // A draining server is so after a reload too, which the file can't say.
      try await driver.apply(configuration(.drain, at: webs[0]))
      #expect(try await driver.running().servers.first?.state == .drain)
      for state in [ProxyConfiguration.ServerState.maintenance, .drain, .ready, .maintenance, .ready] {
        #expect(try await !driver.apply(configuration(state, at: webs[0])).reloaded)
        #expect(try await driver.running().servers.first?.state == state)
        let status: UInt = state == .ready ? 200 : 503
        #expect(try await WebClient(proxy.servicePort).get("/s").status == status)
      }
      #expect(try await !driver.apply(configuration(.ready, at: webs[1])).reloaded)
      #expect(try await WebClient(proxy.servicePort).get("/s").body.hasPrefix("b "))
    }

    @Test("a server that still answers a request is out at once, and removed once it did")
    func lingering() async throws {
      let proxy = try await HAProxyProcess()
      let driver = proxy.driver()
      let slow = try await WebServer("slow")
      slow.behave(.hang)
      try await driver.apply(proxy.configuration(["s": .init(servers: ["n": slow.server])]))
      let port = proxy.servicePort
      async let answer = WebClient(port).get("/s")
      try await eventually("the request does not arrive") { !slow.requests.isEmpty }
      let change = try await driver.apply(proxy.configuration(["s": .init()]))
      #expect(change.lingering == [ServerReference(backend: "s", server: "n")])
      #expect(!change.reloaded)
      #expect(try await driver.running().servers.first?.state == .maintenance)
      slow.release()
      #expect(try await answer.body == "released")
      try await eventually("the server is not removed") {
        try await driver.apply(proxy.configuration(["s": .init()])).lingering.isEmpty
      }
      #expect(try await driver.running().servers.isEmpty)
    }

    @Test("what was left half done is finished")
    func halfDone() async throws {
      let proxy = try await HAProxyProcess()
      let driver = proxy.driver()
      let web = try await WebServer("a")
      try await driver.apply(proxy.configuration(["s": .init()]))
      let reference = ServerReference(backend: "s", server: "n")
      let answers = try await RuntimeAPI(socket: proxy.admin).execute([
        .add(reference, address: "127.0.0.1", port: web.port, parameters: "check"),
        .delete(.init(backend: "s", server: "x")),
        .setState(.init(backend: "x", server: "x"), .ready),
      ])
      #expect(answers.map(\.isDone) == [true, false, false])
      #expect(answers.map(\.isAbsent) == [false, true, true])
      let change = try await driver.apply(proxy.configuration(["s": .init(servers: ["n": web.server])]))
      #expect(change.commands == [.enableHealth(reference), .setState(reference, .ready)])
      #expect(try await WebClient(proxy.servicePort).get("/s").status == 200)
    }

    @Test("a server that hangs is found by the HTTP check; statistics tell")
    func checks() async throws {
      let proxy = try await HAProxyProcess()
      let driver = proxy.driver()
      let web = try await WebServer("a")
      let backend = ProxyConfiguration.Backend(health: .init(path: "/health"), servers: ["n": web.server])
      // One server from the file, one added at run time: both are checked.
      try await driver.apply(proxy.configuration(["s": backend, "t": .init(health: .init(path: "/health"))]))
      try await driver.apply(proxy.configuration(["s": backend, "t": backend]))
      try await eventually("the checks do not pass") {
        try await driver.statistics().filter { $0.kind == .server && $0.checkStatus == "L7OK" }.count == 2
      }
      web.behave(.hang)
      try await eventually("the checks do not fail") { try await driver.running().servers.allSatisfy { !$0.isUp } }
      #expect(try await WebClient(proxy.servicePort).get("/s").status == 503)
      let row = try #require(try await driver.statistics().first { $0.kind == .server && $0.proxy == "s" })
      #expect(row.status == "DOWN")
      #expect(row.checkStatus == "L7TOUT")
      web.release()
      try await eventually("the server does not come back") { try await driver.running().servers.allSatisfy(\.isUp) }
    }

    @Test("two thousand commands in one go")
    func manyCommands() async throws {
      let proxy = try await HAProxyProcess()
      let driver = proxy.driver()
      try await driver.apply(proxy.configuration(["s": .init()]))
      var backend = ProxyConfiguration.Backend()
      for number in 0..<700 { backend.servers["n\(number)"] = .init(address: "127.0.0.1", port: 1 + number) }
      let change = try await driver.apply(proxy.configuration(["s": backend]))
      #expect(change.commands.count == 2100)
      #expect(!change.reloaded)
      try await driver.takeOut((0..<700).map { (backend: "s", server: "n\($0)") })
      #expect(try await driver.running().servers.allSatisfy { $0.state == .maintenance })
    }

    @Test("callers at once are taken one at a time, and the last one's word stands")
    func concurrency() async throws {
      let proxy = try await HAProxyProcess()
      let driver = proxy.driver()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<12 {
          group.addTask {
            var backends = [
              "s": ProxyConfiguration.Backend(servers: ["n": .init(address: "127.0.0.1", port: 1 + number)])
            ]
            if number.isMultiple(of: 3) { backends["t\(number)"] = .init() }
            try await driver.apply(proxy.configuration(backends))
          }
        }
        try await group.waitForAll()
      }
      let last = proxy.configuration(["s": .init(servers: ["n": .init(address: "127.0.0.1", port: 99)])])
      try await driver.apply(last)
      #expect(try await driver.apply(last).isEmpty)
      #expect(try await driver.running().servers.map(\.port) == [99])
    }
  }
}
