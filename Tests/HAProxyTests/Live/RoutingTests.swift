import Foundation
import HAProxy
import NIOHTTP1
import Testing

extension Trait where Self == ConditionTrait {
  /// Skips a suite, with a reason, where there is no HAProxy.
  static var needsHAProxy: ConditionTrait {
    .enabled(if: HAProxyProcess.binary != nil, "haproxy is not installed: apt-get install haproxy")
  }
}

/// Everything that runs a real HAProxy, one test at a time.
@Suite("A real HAProxy", .serialized, .needsHAProxy, .timeLimit(.minutes(2)))
struct LiveTests {}

extension LiveTests {
  @Suite("routes")
  struct Routing {
    @Test("haproxy takes the text of every sample", arguments: 0..<3)
    func check(index: Int) async throws {
      let proxy = try await HAProxyProcess(running: false)
      let path = "\(proxy.directory)/sample.cfg"
      try Sample.all[index].render().write(toFile: path, atomically: true, encoding: .utf8)
      let verdict = try await HAProxyProcess.check(path)
      #expect(verdict.isValid, "\(verdict.message)")
      // HAProxy 3 says nothing of a valid file.
      #expect(["Configuration file is valid", ""].contains(verdict.message))
    }

    @Test("what haproxy -c says of a bad file is kept")
    func verdict() async throws {
      let proxy = try await HAProxyProcess(running: false)
      let path = "\(proxy.directory)/bad.cfg"
      try "bogus\n".write(toFile: path, atomically: true, encoding: .utf8)
      let verdict = try await HAProxyProcess.check(path)
      #expect(!verdict.isValid)
      #expect(verdict.message.hasPrefix("config : parsing [\(path):1]: unknown keyword 'bogus'"))
    }

    @Test("by the first element of the path, which is taken off")
    func paths() async throws {
      let proxy = try await HAProxyProcess()
      let web = try await WebServer("a")
      try await proxy.driver().apply(proxy.configuration(["hello1": .init(servers: ["n1": web.server])]))
      let client = WebClient(proxy.servicePort)
      for (uri, seen) in [
        ("/hello1", "/"), ("/hello1/", "/"), ("/hello1/x?y", "/x?y"), ("/hello1?y=1", "/?y=1"),
        ("/hello1/a/b/", "/a/b/"), ("/hello1//x", "//x"), ("/hello1/hello1", "/hello1"),
        ("/hello1/%20%2F?a=%26", "/%20%2F?a=%26"),
      ] {
        let reply = try await client.get(uri)
        #expect(reply.status == 200)
        #expect(reply.body == "a GET \(seen) /hello1", "\(uri)")
      }
      #expect(try await client.request(.POST, "/hello1/x").body == "a POST /x /hello1")
    }

    @Test("what is nowhere: a list at the root, 404, 503, each in plain words")
    func elsewhere() async throws {
      let proxy = try await HAProxyProcess()
      let driver = proxy.driver()
      try await driver.apply(proxy.configuration)
      let nothing = try await WebClient(proxy.servicePort).get("/")
      #expect(nothing.status == 404)
      #expect(nothing.body == "no services yet\n")
      try await driver.apply(proxy.configuration(["hello1": .init(), "web": .init()]))
      let client = WebClient(proxy.servicePort)
      let list = try await client.get("/")
      #expect(list.status == 200)
      #expect(list.body == "services:\n/hello1\n/web\n")
      for uri in [
        "/nope", "/Hello1", "/hello", "/hello12", "//hello1", "/./hello1", "/_unknown", "/services", "/GLOBAL",
        "/<HTTPCLIENT>", "/%68ello1", "/..", "/hello1%2Fx",
      ] {
        let reply = try await client.get(uri)
        #expect(reply.status == 404, "\(uri)")
        #expect(reply.body == "no service of this name; / lists the services\n")
      }
      let empty = try await client.get("/hello1/x")
      #expect(empty.status == 503)
      #expect(empty.body == "no server of service hello1 is up\n")
      #expect(empty.headers["retry-after"] == ["1"])
    }

    @Test("round robin, and the statistics page behind its password")
    func roundRobin() async throws {
      let proxy = try await HAProxyProcess()
      let webs = [try await WebServer("a"), try await WebServer("b"), try await WebServer("c")]
      let servers = Dictionary(uniqueKeysWithValues: webs.map { ($0.name, $0.server) })
      try await proxy.driver().apply(proxy.configuration(["hello1": .init(servers: servers)]))
      let client = WebClient(proxy.servicePort)
      for _ in 0..<30 { #expect(try await client.get("/hello1").status == 200) }
      #expect(webs.map(\.requests.count) == [10, 10, 10])
      #expect(try await WebClient(proxy.statsPort).get("/stats").status == 401)
      // stats:stats
      let page = try await WebClient(proxy.statsPort).get(
        "/stats", headers: ["Authorization": "Basic c3RhdHM6c3RhdHM="])
      #expect(page.status == 200)
      #expect(page.body.contains("hello1"))
      #expect(try await WebClient(proxy.statsPort).get("/").status == 302)
    }

    @Test("a request that gets no response is sent again if its method is safe, and else once")
    func retries() async throws {
      let proxy = try await HAProxyProcess()
      let bad = try await WebServer("bad")
      bad.behave(.drop)
      let good = try await WebServer("good")
      var configuration = proxy.configuration(["hello1": .init(servers: ["bad": bad.server, "good": good.server])])
      configuration.checks.errorLimit = 1000
      try await proxy.driver().apply(configuration)
      let client = WebClient(proxy.servicePort)
      for _ in 0..<6 { #expect(try await client.get("/hello1").status == 200) }
      let before = bad.requests.count + good.requests.count
      var lost = 0
      for method in [HTTPMethod.POST, .PUT, .DELETE, .PATCH, .POST, .DELETE] {
        let reply = try await WebClient(proxy.servicePort).request(method, "/hello1")
        if reply.status == 502 {
          #expect(reply.body.hasPrefix("service hello1 closed the connection without a complete response"))
          lost += 1
        }
      }
      #expect(bad.requests.count + good.requests.count - before == 6)
      #expect(lost > 0, "the one that drops was never asked")
    }
  }
}
