import HydraClient
import HydraModel
import HydraServer
import Logging
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct AccessTests {
  @Test func whatChangesNeedsTheToken() async throws {
    try await TestServer.run { server in
      for (method, path) in [
        ("POST", "/node"), ("POST", "/service"), ("DELETE", "/nodes/a"), ("POST", "/nodes/a/kill"),
        ("POST", "/nodes/a/start"), ("DELETE", "/services/a"), ("POST", "/services/a/migrate"),
        ("DELETE", "/requests/k"), ("POST", "/nothing"),
      ] {
        for headers in [
          [], ["Authorization: Bearer wrong"], ["Authorization: Basic \(TestServer.token)"], ["Authorization: Bearer"],
        ] {
          let answer = try await server.send(method, path, token: nil, headers: headers)
          #expect(answer.status == 401, "\(method) \(path) \(headers)")
          #expect(answer.headers["www-authenticate"] == #"Bearer realm="hydra""#)
          #expect(try answer.error.remedy?.contains("Authorization: Bearer") == true)
        }
      }
      #expect(await server.cluster.calls.isEmpty)
      let spelled = try await server.send(
        "POST", "/node", token: nil, headers: ["authorization: bearer  \(TestServer.token)"])
      #expect(spelled.status == 200)
    }
  }

  @Test func readingIsOpen() async throws {
    try await TestServer.run { (server) async throws in
      for path in ["/", "/state", "/healthz", "/nodes", "/services"] {
        #expect(try await server.send("GET", path, token: nil).status == 200)
      }
    }
  }

  @Test func withoutATokenEverybodyMayChange() async throws {
    try await TestServer.run(token: nil) { (server) async throws in
      #expect(try await server.send("POST", "/node", token: nil).status == 200)
    }
  }

  @Test(arguments: [
    "localhost", "localhost:4000", "LOCALHOST", "localhost.", "127.0.0.1:1", "0.0.0.0:4000", "[::1]", "[::1]:4000",
    "api.test", "api.test:8080", "API.TEST",
  ])
  func ownNamesAreTaken(host: String) async throws {
    try await TestServer.run { (server) async throws in
      #expect(try await server.send("GET", "/state", host: host).status == 200)
    }
  }

  @Test(arguments: [
    "evil.example", "evil.example:4000", "localhost.evil.example", "evil.example#localhost", "localhost@evil.example",
    "127.0.0.1.evil.example", "localhost:4000:1", "localhost:x", "localhost:99999", "[::2]", "[::1", "[::1]x",
    "api.other",
    "10.0.0.2", "",
  ])
  func foreignNamesAreRefused(host: String) async throws {
    try await TestServer.run { server in
      for (method, path) in [("GET", "/state"), ("POST", "/node"), ("GET", "/nothing")] {
        let answer = try await server.send(method, path, host: host)
        #expect(answer.status == 403)
        #expect(try answer.error.code == "forbidden")
      }
      #expect(await server.cluster.calls.isEmpty)
    }
  }

  @Test func pagesOfOtherOriginsAreRefused() async throws {
    try await TestServer.run(token: nil) { server in
      for header in [
        "Origin: http://evil.example", "Origin: null", "Origin: http://localhost:1", "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
      ] {
        let answer = try await server.send("POST", "/node", headers: [header])
        #expect(answer.status == 403, "\(header)")
      }
      #expect(await server.cluster.calls.isEmpty)
      let own = ["Origin: http://localhost:\(server.port)", "Sec-Fetch-Site: same-origin"]
      #expect(try await server.send("POST", "/node", headers: own).status == 200)
    }
  }

  @Test func noDescriptionHasTheToken() throws {
    let configuration = ServerConfiguration(cluster: "test", token: "hunter2")
    let server = APIServer(
      configuration: configuration, cluster: FakeCluster(), health: FakeHealth(), logger: Logger(label: "test"))
    let client = try APIClient(url: "http://localhost:1", token: "hunter2")
    for thing in [configuration, server, client] as [Any] {
      var dumped = ""
      dump(thing, to: &dumped)
      for text in ["\(thing)", String(reflecting: thing), "\([thing])", dumped] { #expect(!text.contains("hunter2")) }
    }
  }

  @Test func theLogHasNoTokenAndNoQuery() async throws {
    let recorder = LogRecorder()
    var logger = Logger(label: "test") { _ in recorder }
    logger.logLevel = .trace
    try await TestServer.run(logger: logger) { server in
      await server.cluster.fail(with: HydraError(.internal, "broken"))
      _ = try await server.send("POST", "/node")
      _ = try await server.send("POST", "/node", token: "wr0ng-token")
      _ = try await server.send("GET", "/state?secret=hunter2")
    }
    let text = recorder.lines.joined(separator: "\n")
    #expect(text.contains("POST /node"))
    #expect(text.contains("500"))
    for secret in [TestServer.token, "wr0ng-token", "hunter2"] { #expect(!text.contains(secret)) }
  }
}

/// Keeps what is logged.
final class LogRecorder: LogHandler, Sendable {
  private let recorded = Mutex<[String]>([])

  var lines: [String] { recorded.withLock { $0 } }
  var logLevel: Logger.Level {
    get { .trace }
    set {}
  }
  var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }

  func log(event: LogEvent) {
    recorded.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
  }
}
