import Foundation
import HydraClient
import HydraModel
import TerminalTestSupport
import Testing

extension HydraFunctionalTests {
  /// What the proxy does for services that know nothing of it.
  @Suite(.serialized, .timeLimit(.minutes(10))) struct Proxy {
    private func add(
      _ alias: String, _ service: TestService, to cluster: TestCluster, port: Int, _ more: [String]
    ) async throws {
      let outcome = try await cluster.tool.run(
        ["service", "add", alias, "--image", service.image, "--cluster", cluster.name, "--node-port", "\(port)"]
          + ["--service-port", "8000"] + more, limit: .seconds(120))
      try #require(outcome.status == 0, "\(outcome.errors)")
    }

    @Test func httpbinWorksBehindItsPrefix() async throws {
      try await TestService.with { (service) async throws in
        try await TestCluster.with(nodes: 2) { (cluster) async throws in
          try await add(
            "bin", service, to: cluster, port: 8001,
            ["--replicas", "2", "--health", "/status/200", "--", "gunicorn", "-b", "0.0.0.0:8000", "httpbin:app"])
          for path in ["/redirect/3", "/relative-redirect/3", "/absolute-redirect/3", "/redirect-to?url=/get"] {
            try await followsRedirections("\(cluster.summary.proxy)/bin\(path)", to: "/bin/get")
          }
          let away = try await get("\(cluster.summary.proxy)/bin/redirect-to?url=http://example.com/x")
          #expect(away.headers["location"] == "http://example.com/x")
          let cookie = try await get("\(cluster.summary.proxy)/bin/cookies/set?a=b")
          #expect(cookie.headers["location"] == "/bin/cookies")
          #expect(cookie.headers["set-cookie"] == "a=b; Path=/bin")
          try await busyReplicasLoseNothing(cluster)
        }
      }
    }

    private func get(_ url: String) async throws -> HTTPProbeResult { try await HTTPProbeClient().get(url) }

    private func followsRedirections(_ start: String, to path: String) async throws {
      var url = try #require(URL(string: start))
      for _ in 0..<5 {
        let answer = try await get(url.absoluteString)
        guard let location = answer.headers["location"] else {
          #expect(
            answer.status == 200 && url.path() == path,
            "\(start) ended at \(url) with \(String(describing: answer.status))")
          return
        }
        url = try #require(URL(string: location, relativeTo: url)).absoluteURL
      }
      Issue.record("\(start) does not end")
    }

    /// Each of the two replicas serves one request at a time, and one request of eight takes a second.
    private func busyReplicasLoseNothing(_ cluster: TestCluster) async throws {
      let statuses = try await withThrowingTaskGroup(of: [Int?].self) { group in
        for client in 0..<4 {
          group.addTask {
            var seen: [Int?] = []
            for number in 0..<24 {
              let isSlow = (client + number).isMultiple(of: 8)
              seen.append(try await cluster.ask(isSlow ? "/bin/delay/1" : "/bin/get").status)
            }
            return seen
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(statuses.count == 96)
      #expect(statuses.allSatisfy { $0 == 200 }, "\(statuses.filter { $0 != 200 })")
    }

    @Test func badHabitsComeThrough() async throws {
      try await TestService.with { (service) async throws in
        try await TestCluster.with(nodes: 2) { (cluster) async throws in
          try await add(
            "odd", service, to: cluster, port: 8001, ["--health", "/home", "--timeout", "2s"])
          // One execution and one response, whatever its status, and one of what is too slow.
          #expect(try await cluster.ask("/odd/status/k?code=503").status == 503)
          let slow = try await cluster.ask("/odd/slow/k?s=6")
          #expect(slow.status == 504)
          #expect(slow.body == "service odd did not begin its response within 2 s\n")
          let counts = try #require(try await cluster.get("/odd/counts"))
          #expect(
            try HydraJSON.decode([String: Int].self, from: Data(counts.utf8)) == [
              "GET /status/k": 1, "GET /slow/k": 1,
            ])
          // A response that has begun may be silent for longer than it may take to begin; the client waits for 5 s.
          #expect(try await cluster.get("/odd/silent?s=4") == "begun\nended\n")
          try await refusedUploadsAreAnswered(service, cluster)
          try await webSocketOutlivesChanges(service, cluster)
        }
      }
    }

    private func refusedUploadsAreAnswered(_ service: TestService, _ cluster: TestCluster) async throws {
      let proxy = try #require(URL(string: cluster.summary.proxy))
      let uploads = try service.client(
        ["uploads", "127.0.0.1", "\(try #require(proxy.port))", "/odd/refuse"],
        folder: FileManager.default.temporaryDirectory)
      let outcome = await uploads.outcome()
      #expect(outcome.output == "{'HTTP/1.1 413': 40}\n", "\(outcome.errors)")
    }

    private func webSocketOutlivesChanges(_ service: TestService, _ cluster: TestCluster) async throws {
      let proxy = try #require(URL(string: cluster.summary.proxy))
      let folder = FileManager.default.temporaryDirectory.appending(path: "\(cluster.name)-socket")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let fifo = folder.appending(path: "lines").path()
      try #require(mkfifo(fifo, 0o600) == 0)
      let client = try service.client(
        ["websocket", "127.0.0.1", "\(try #require(proxy.port))", "/odd/ws", fifo], folder: folder)
      let lines = try FileHandle(forUpdating: URL(filePath: fifo))
      // Each of these loads a new configuration in the proxy.
      for number in 0..<3 {
        try lines.write(contentsOf: Data("text \(number)\n".utf8))
        try await cluster.hello("other\(number)", replicas: 1, port: 9001 + number)
      }
      try await Task.sleep(for: .seconds(3))
      try lines.write(contentsOf: Data("last\n".utf8))
      try lines.close()
      let outcome = await client.outcome()
      #expect(
        outcome.output == "HTTP/1.1 101 Switching Protocols\ntext 0\ntext 1\ntext 2\nlast\n", "\(outcome.errors)")
    }

    @Test func failingHealthCheckIsNamed() async throws {
      try await TestService.with { (service) async throws in
        try await TestCluster.with(nodes: 1) { (cluster) async throws in
          let add = try cluster.tool.start([
            "service", "add", "odd", "--image", service.image, "--cluster", cluster.name, "--node-port", "8001",
            "--service-port", "8000", "--health", "/status/k?code=400", "--health-timeout", "1s",
          ])
          try await eventually("the state does not say what the check found") {
            try await cluster.service("odd")?.nodes.first?.reason == "GET /status/k?code=400 returned 400"
          }
          add.interrupt()
          _ = await add.outcome()
        }
      }
    }
  }
}
