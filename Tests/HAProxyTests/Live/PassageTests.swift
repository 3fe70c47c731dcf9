import Foundation
import HAProxy
import NIOCore
import NIOHTTP1
import Testing

extension Trait where Self == ConditionTrait {
  /// For what HAProxy 2 can't do. The proxy's image has a later one, and the functional tests run that.
  static var needsHAProxy3: ConditionTrait {
    .enabled(if: HAProxyProcess.majorVersion >= 3, "haproxy is older than 3.0")
  }
}

extension LiveTests {
  @Suite("passes on")
  struct Passage {
    @Test("a response of the service once, whatever its status", arguments: [500, 501, 502, 503, 504, 429])
    func once(status: Int) async throws {
      let proxy = try await HAProxyProcess()
      let webs = [try await WebServer("a"), try await WebServer("b")]
      for web in webs { web.behave(.respond { _ in (.init(statusCode: status), [:]) }) }
      try await proxy.driver().apply(
        proxy.configuration(["s": .init(servers: ["a": webs[0].server, "b": webs[1].server])]))
      for method in [HTTPMethod.GET, .HEAD, .PUT, .DELETE, .POST, .OPTIONS] where method != .HEAD {
        #expect(try await WebClient(proxy.servicePort).request(method, "/s/x").status == status)
      }
      #expect(webs.flatMap(\.requests).sorted() == ["DELETE /x", "GET /x", "OPTIONS /x", "POST /x", "PUT /x"])
    }

    @Test("a slow request once, and then 504 with the time limit")
    func slow() async throws {
      let proxy = try await HAProxyProcess()
      let webs = [try await WebServer("a"), try await WebServer("b")]
      for web in webs { web.behave(.hang) }
      let backend = ProxyConfiguration.Backend(
        responseTimeout: .milliseconds(300), servers: ["a": webs[0].server, "b": webs[1].server])
      try await proxy.driver().apply(proxy.configuration(["s": backend]))
      let reply = try await WebClient(proxy.servicePort).get("/s/slow")
      #expect(reply.status == 504)
      #expect(reply.body == "service s did not begin its response within 300 ms\n")
      #expect(webs.flatMap(\.requests) == ["GET /slow"])
    }

    @Test("a POST to another server if the first was never reached")
    func unreached() async throws {
      let proxy = try await HAProxyProcess()
      let web = try await WebServer("a")
      let nobody = try await HAProxyProcess.freePort()
      var configuration = proxy.configuration([
        "s": .init(servers: ["a": web.server, "b": .init(address: "127.0.0.1", port: nobody)])
      ])
      configuration.checks.interval = .seconds(600)
      configuration.checks.errorLimit = 1000
      try await proxy.driver().apply(configuration)
      for number in 0..<6 {
        #expect(try await WebClient(proxy.servicePort).request(.POST, "/s/\(number)").status == 200)
      }
      #expect(web.requests == (0..<6).map { "POST /\($0)" })
    }

    @Test("headers that tell where a request came from, and none that the client made up")
    func forwarded() async throws {
      let proxy = try await HAProxyProcess()
      let web = try await WebServer("a")
      web.behave(
        .respond { head in
          let seen = head.headers.filter {
            $0.name.lowercased().hasPrefix("x-forwarded") || ["forwarded", "x-real-ip"].contains($0.name.lowercased())
          }
          return (.ok, HTTPHeaders(seen.map { ("seen-" + $0.name, $0.value) }))
        })
      try await proxy.driver().apply(proxy.configuration(["s": .init(servers: ["a": web.server])]))
      let reply = try await WebClient(proxy.servicePort).get(
        "/s/x",
        headers: [
          "X-Forwarded-For": "9.9.9.9", "x-forwarded-for": "8.8.8.8", "X-Forwarded-Proto": "https",
          "X-Forwarded-Host": "evil", "X-Forwarded-Prefix": "/evil", "X-Forwarded-Port": "1",
          "Forwarded": "for=9.9.9.9",
          "X-Real-IP": "9.9.9.9",
        ])
      let seen = reply.headers.filter { $0.name.lowercased().hasPrefix("seen-") }
        .map { "\($0.name.lowercased().dropFirst(5)): \($0.value)" }.sorted()
      #expect(
        seen == [
          "x-forwarded-for: 127.0.0.1", "x-forwarded-host: 127.0.0.1", "x-forwarded-prefix: /s",
          "x-forwarded-proto: http",
        ])
      #expect(try await WebClient(proxy.servicePort).request(.TRACE, "/s/x").status == 405)
      #expect(web.requests.count == 1)
    }

    @Test(
      "redirections, with the service's prefix where they lead to it",
      arguments: [
        ("/home", "/a.b/home"), ("/", "/a.b/"), ("/?q=1", "/a.b/?q=1"), ("/a.b", "/a.b"), ("/a.b/x", "/a.b/x"),
        ("/a.b?x", "/a.b?x"), ("/axb", "/a.b/axb"), ("/a.bc", "/a.b/a.bc"), ("//other/x", "//other/x"),
        ("http://127.0.0.1/home", "http://127.0.0.1/a.b/home"), ("http://127.0.0.1", "http://127.0.0.1/a.b/"),
        ("HTTPS://127.0.0.1/", "HTTPS://127.0.0.1/a.b/"), ("http://127.0.0.1/a.b/x", "http://127.0.0.1/a.b/x"),
        ("http://other/home", "http://other/home"), ("http://127.0.0.10/x", "http://127.0.0.10/x"), ("home", "home"),
        ("../x", "../x"), ("?q", "?q"), ("/a,b; c", "/a.b/a,b; c"), ("mailto:x@y", "mailto:x@y"),
      ])
    func location(sent: String, received: String) async throws {
      let proxy = try await HAProxyProcess()
      let web = try await WebServer("a")
      web.behave(.respond { _ in (.found, ["Location": sent]) })
      try await proxy.driver().apply(proxy.configuration(["a.b": .init(servers: ["a": web.server])]))
      let reply = try await WebClient(proxy.servicePort).get("/a.b/login")
      #expect(reply.headers["location"] == [received])
    }

    @Test("cookies, for their service alone, or as they are")
    func cookies() async throws {
      let proxy = try await HAProxyProcess()
      let web = try await WebServer("a")
      let pairs = [
        ("a=b; Path=/", "a=b; Path=/s"), ("a=b; path=/x; HttpOnly", "a=b; path=/s/x; HttpOnly"),
        ("a=b; Path=/s", "a=b; Path=/s"), ("a=b; Path=/s/y; Secure", "a=b; Path=/s/y; Secure"),
        ("a=b; Path=/sx", "a=b; Path=/s/sx"), ("a=b;PATH = / ;Secure", "a=b;PATH = /s;Secure"),
        ("path=/; Path=/", "path=/; Path=/s"), ("__Host-a=b; Path=/; Secure", "__Host-a=b; Path=/; Secure"),
        ("a=b; HttpOnly", "a=b; HttpOnly"),
      ]
      web.behave(.respond { _ in (.ok, HTTPHeaders(pairs.map { ("Set-Cookie", $0.0) })) })
      let servers = ["a": web.server]
      try await proxy.driver().apply(
        proxy.configuration(["s": .init(servers: servers), "kept": .init(scopesCookies: false, servers: servers)]))
      let client = WebClient(proxy.servicePort)
      #expect(try await client.get("/s/x").headers["set-cookie"] == pairs.map(\.1))
      // Without a path it would be for every service where the request had just the prefix.
      #expect(
        try await client.get("/s").headers["set-cookie"] == pairs.dropLast().map(\.1) + ["a=b; HttpOnly; Path=/s"])
      #expect(try await client.get("/kept").headers["set-cookie"] == pairs.map(\.0))
    }

    @Test("headers of 32 KiB both ways; longer ones are refused with their size and the limit")
    func sizes() async throws {
      let proxy = try await HAProxyProcess()
      let web = try await WebServer("a")
      web.behave(
        .respond { head in
          (.ok, ["X-Long": String(repeating: "x", count: Int(head.headers.first(name: "X-Size") ?? "") ?? 0)])
        })
      try await proxy.driver().apply(proxy.configuration(["s": .init(servers: ["a": web.server])]))
      func long(_ count: Int) -> String { String(repeating: "y", count: count) }
      let client = WebClient(proxy.servicePort)
      #expect(try await client.get("/s", headers: ["X-Y": long(32_768)]).status == 200)
      #expect(try await client.get("/s", headers: ["X-Size": "32768"]).headers["x-long"].first?.count == 32_768)
      #expect(try await client.get("/s?\(long(32_000))").status == 200)
      for size in [34_000, 65_536, 100_000] {
        let request = try await WebClient(proxy.servicePort).get("/s", headers: ["X-Y": long(size)])
        #expect(request.status == 431)
        #expect(request.body.hasPrefix("the request headers are \(size / 1000)"))
        #expect(request.body.hasSuffix(" bytes long; at most 33792 are allowed\n"))
        let url = try await WebClient(proxy.servicePort).get("/s?\(long(size))")
        #expect(url.status == 414)
        #expect(url.body == "the request URL is \(size + 3) bytes long; at most 33792 are allowed\n")
        let response = try await WebClient(proxy.servicePort).get("/s", headers: ["X-Size": "\(size)"])
        #expect(response.status == 502)
        #expect(response.body.hasPrefix("the response headers of the service are \(size / 1000)"))
        #expect(response.body.hasSuffix(" bytes long; at most 33792 are allowed\n"))
      }
    }

    @Test("a request that waits until its service has a server, and 503 if it does not get one")
    func waiting() async throws {
      let proxy = try await HAProxyProcess()
      let driver = proxy.driver()
      let web = try await WebServer("a")
      var configuration = proxy.configuration(["s": .init(), "t": .init()])
      configuration.waitScript = Sample.waitScript
      configuration.timeouts.queue = .seconds(60)
      try await driver.apply(configuration)
      let port = proxy.servicePort
      async let early = WebClient(port).request(.POST, "/s/early")
      try await eventually("the request is not there") {
        try await driver.statistics().contains { $0.proxy == "s" && $0.kind == .backend && $0.sessions == 1 }
      }
      configuration.backends["s"]?.servers["a"] = web.server
      #expect(try await !driver.apply(configuration).reloaded)
      #expect(try await early.status == 200)
      #expect(web.requests == ["POST /early"])
      configuration.timeouts.queue = .milliseconds(50)
      try await driver.apply(configuration)
      let none = try await WebClient(port).get("/t")
      #expect(none.status == 503)
      #expect(none.body == "no server of service t is up\n")
    }
  }
}
