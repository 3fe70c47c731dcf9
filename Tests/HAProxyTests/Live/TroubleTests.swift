import Foundation
import HAProxy
import NIOCore
import NIOPosix
import Synchronization
import Testing

extension LiveTests {
  @Suite("in trouble")
  struct Trouble {
    @Test("one of two servers dies under keep-alive clients: nothing is lost")
    func death() async throws {
      let proxy = try await HAProxyProcess()
      let driver = proxy.driver()
      let webs = [try await WebServer("a"), try await WebServer("b")]
      let backend = ProxyConfiguration.Backend(servers: ["a": webs[0].server, "b": webs[1].server])
      try await driver.apply(proxy.configuration(["s": backend]))
      let count = try await Load.run(clients: 20, port: proxy.servicePort, uri: "/s/x") { load in
        try await load.progress(by: 500)
        webs[0].die()
        try await load.progress(by: 500)
        try await driver.takeOut([
          (backend: "s", server: "a"), (backend: "s", server: "gone"), (backend: "x", server: "y"),
        ])
        try await load.progress(by: 500)
      }
      #expect(count.bad.isEmpty, "\(count.bad.prefix(5)), \(count.bad.count) of \(count.good)")
      #expect(try await driver.running().servers.map(\.state) == [.maintenance, .ready])
    }

    @Test("a server is taken out before it dies, another comes: nothing is lost")
    func failover() async throws {
      let proxy = try await HAProxyProcess()
      let driver = proxy.driver()
      let webs = [try await WebServer("a"), try await WebServer("b"), try await WebServer("c")]
      try await driver.apply(proxy.configuration(["s": .init(servers: ["a": webs[0].server, "b": webs[1].server])]))
      let count = try await Load.run(clients: 20, port: proxy.servicePort, uri: "/s") { load in
        try await load.progress(by: 300)
        try await driver.takeOut([(backend: "s", server: "a")])
        webs[0].die()
        try await load.progress(by: 300)
        let next = proxy.configuration(["s": .init(servers: ["b": webs[1].server, "c": webs[2].server])])
        let change = try await driver.apply(next)
        #expect(!change.reloaded)
        try await load.progress(by: 300)
      }
      #expect(count.bad.isEmpty, "\(count.bad.prefix(5)), \(count.bad.count) of \(count.good)")
      #expect(webs[2].requests.count > 50)
    }

    @Test("reloads under load lose nothing")
    func reloads() async throws {
      let proxy = try await HAProxyProcess()
      let driver = proxy.driver()
      let web = try await WebServer("a")
      var backends = ["s": ProxyConfiguration.Backend(servers: ["a": web.server])]
      let first = try await driver.apply(proxy.configuration(backends)).worker
      let start = backends
      let count = try await Load.run(clients: 20, port: proxy.servicePort, uri: "/s") { load in
        var backends = start
        for number in 0..<8 {
          backends["t\(number)"] = .init()
          #expect(try await driver.apply(proxy.configuration(backends)).reloaded)
          try await load.progress(by: 200)
        }
      }
      backends = [:]
      #expect(count.bad.isEmpty, "\(count.bad.prefix(5)), \(count.bad.count) of \(count.good)")
      #expect(try await driver.running().info.pid != first)
      #expect(try await WebClient(proxy.servicePort).get("/t7").status == 503)
    }

    @Test("what is asked and said while workers take over from each other is answered")
    func takingOver() async throws {
      let proxy = try await HAProxyProcess()
      let driver = proxy.driver()
      let server = ProxyConfiguration.Server(address: "127.0.0.1", port: 1)
      let backends = ["s": ProxyConfiguration.Backend(servers: ["a": server, "b": server])]
      try await driver.apply(proxy.configuration(backends))
      let end = Flag()
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<3 {
          group.addTask {
            var count = 0
            while !end.isUp {
              try await driver.takeOut([(backend: "s", server: "a")])
              _ = try await driver.running()
              count += 1
            }
            return count
          }
        }
        defer { end.raise() }
        var more = backends
        for number in 0..<10 {
          more["t\(number)"] = .init()
          #expect(try await driver.apply(proxy.configuration(more)).reloaded)
        }
        end.raise()
        for try await count in group { #expect(count > 0) }
      }
    }

    @Test("a configuration that haproxy -c refuses keeps the worker, the file, and routes what it can")
    func refused() async throws {
      let proxy = try await HAProxyProcess()
      let good = proxy.driver()
      let webs = [try await WebServer("a"), try await WebServer("b")]
      let before = try await good.apply(proxy.configuration(["s": .init(servers: ["a": webs[0].server])]))
      let file = proxy.file
      let bad = proxy.driver { _ in .init(isValid: false, message: "[ALERT] parsing [x:1]: unknown keyword 'bogus'") }
      let next = proxy.configuration(["s": .init(servers: ["b": webs[1].server]), "t": .init()])
      do {
        try await bad.apply(next)
        Issue.record("not refused")
      } catch let error as HAProxyError {
        #expect(error.reason == .refused)
        #expect(error.message.contains("unknown keyword 'bogus'"))
      }
      #expect(proxy.file == file)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: proxy.directory).allSatisfy { !$0.contains("candidate") })
      #expect(try await good.running().info.pid == before.worker)
      #expect(try await WebClient(proxy.servicePort).get("/s").body.hasPrefix("b "))
      #expect(try await good.apply(next).reloaded)
    }

    @Test("a configuration that can't be loaded keeps the worker and the file that works")
    func notLoadable() async throws {
      let proxy = try await HAProxyProcess()
      let driver = proxy.driver()
      let web = try await WebServer("a")
      let good = proxy.configuration(["s": .init(servers: ["a": web.server])])
      let before = try await driver.apply(good)
      // `haproxy -c` does not see that somebody else has the port.
      var bad = good
      bad.statistics.listener.port = web.port
      for _ in 0..<2 {
        do {
          try await driver.apply(bad)
          Issue.record("not failed")
        } catch let error as HAProxyError {
          #expect(error.reason == .reloadFailed)
        }
        // HAProxy let go of its addresses while it tried to take the new ones.
        try await eventually("the old worker does not serve") {
          (try? await WebClient(proxy.servicePort).get("/s").status) == 200
        }
        #expect(proxy.file == (try good.render()))
        #expect(try await driver.running().info.pid == before.worker)
      }
      #expect(try await driver.apply(good).isEmpty)
      var other = good
      other.backends["t"] = .init()
      let after = try await driver.apply(other)
      #expect(after.reloaded)
      #expect(after.worker != before.worker)
    }

    @Test("a proxy that crashed and started with nothing, or with its old file, is made right")
    func restart() async throws {
      let proxy = try await HAProxyProcess()
      let driver = proxy.driver()
      let webs = [try await WebServer("a"), try await WebServer("b")]
      var configuration = proxy.configuration(["s": .init(servers: ["a": webs[0].server])])
      try await driver.apply(configuration)
      configuration.backends["s"]?.servers["b"] = webs[1].server
      try await driver.apply(configuration)
      try await proxy.kill()
      try await proxy.start()
      // The file knows what was told at run time.
      #expect(try await driver.apply(configuration).isEmpty)
      try await proxy.kill()
      try FileManager.default.removeItem(atPath: "\(proxy.directory)/haproxy.cfg")
      try await proxy.start()
      #expect(try await WebClient(proxy.servicePort).get("/s").status == 404)
      #expect(try await driver.apply(configuration).reloaded)
      #expect(try await WebClient(proxy.servicePort).get("/s").status == 200)
      // Another driver, as after a restart of ours, finds everything as it should be.
      #expect(try await proxy.driver().apply(configuration).isEmpty)
    }

    @Test("while the proxy is down the file is written, for it to start with")
    func down() async throws {
      let proxy = try await HAProxyProcess()
      let driver = proxy.driver()
      let web = try await WebServer("a")
      try await driver.apply(proxy.configuration(["s": .init()]))
      try await proxy.kill()
      let next = proxy.configuration(["s": .init(servers: ["a": web.server]), "t": .init()])
      do {
        try await driver.apply(next)
        Issue.record("not failed")
      } catch let error as HAProxyError {
        #expect(error.reason == .unreachable)
      }
      await #expect(throws: HAProxyError.self) { try await driver.takeOut([(backend: "s", server: "a")]) }
      await #expect(throws: HAProxyError.self) { try await driver.check() }
      try await proxy.start()
      #expect(try await driver.apply(next).isEmpty)
      try await driver.check()
      #expect(try await WebClient(proxy.servicePort).get("/s").status == 200)
    }

    @Test("a server that is taken out while a new worker comes up stays out, with a caller in the queue as well")
    func takenOutMeanwhile() async throws {
      let proxy = try await HAProxyProcess()
      let web = try await WebServer("a")
      let backend = ProxyConfiguration.Backend(servers: ["a": web.server, "b": web.server])
      let validating = Mutex(0)
      let mayGoOn = Mutex(true)
      let directory = proxy.directory
      let driver = proxy.driver { file in
        validating.withLock { $0 += 1 }
        while !mayGoOn.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
        return try await HAProxyProcess.check("\(directory)/\(file)")
      }
      try await driver.apply(proxy.configuration(["s": backend]))
      mayGoOn.withLock { $0 = false }
      async let slow = driver.apply(proxy.configuration(["s": backend, "t": .init()]))
      try await eventually("no validation") { validating.withLock { $0 } == 2 }
      async let queued = driver.apply(proxy.configuration(["s": backend, "t": .init()]))
      try await Task.sleep(for: .milliseconds(50))
      try await driver.takeOut([(backend: "s", server: "a")])
      // At once, in the old worker.
      #expect(try await driver.running().servers.map(\.state) == [.maintenance, .ready])
      mayGoOn.withLock { $0 = true }
      #expect(try await slow.reloaded)
      #expect(try await queued.isEmpty)
      #expect(try await driver.running().servers.map(\.state) == [.maintenance, .ready])
      #expect(proxy.file.contains("disabled"))
      // A later word counts again.
      try await driver.apply(proxy.configuration(["s": backend, "t": .init()]))
      #expect(try await driver.running().servers.map(\.state) == [.ready, .ready])
    }
  }
}
