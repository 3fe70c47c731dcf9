import DockerEngine
import Testing

@Suite struct EngineEndpointTests {
  private func endpoint(_ environment: [String: String]) throws -> EngineEndpoint {
    try EngineEndpoint(environment: environment) { "contents of \($0)" }
  }

  @Test func withoutDockerHostItIsTheDefaultSocket() throws {
    #expect(try endpoint([:]) == .unix(path: "/var/run/docker.sock"))
    #expect(try endpoint(["DOCKER_HOST": ""]) == .unix(path: "/var/run/docker.sock"))
  }

  @Test func dockerHostNamesASocketOrAPort() throws {
    #expect(
      try endpoint(["DOCKER_HOST": "unix:///run/user/1000/docker.sock"]) == .unix(path: "/run/user/1000/docker.sock"))
    #expect(try endpoint(["DOCKER_HOST": "tcp://10.0.0.1:2375"]) == .tcp(host: "10.0.0.1", port: 2375, tls: nil))
  }

  @Test func tlsTakesTheCertificatesOfTheirDirectory() throws {
    let endpoint = try endpoint([
      "DOCKER_HOST": "tcp://engine:2376", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/certs",
    ])
    guard case .tcp("engine", 2376, let tls?) = endpoint else {
      Issue.record("\(endpoint)")
      return
    }
    #expect(tls.authority == "contents of /certs/ca.pem" && tls.key == "contents of /certs/key.pem")
    #expect(!"\(endpoint)".contains("contents"), "a description holds no key")
  }

  @Test(arguments: ["http://x", "ssh://x", "tcp://x", "tcp://:1", "nonsense"])
  func wrongHostIsRefused(host: String) {
    #expect(throws: EngineError.self) { try endpoint(["DOCKER_HOST": host]) }
  }

  @Test func nothingListeningIsUnreachable() async throws {
    let engine = try DockerEngine(.unix(path: "/nonexistent/docker.sock"))
    do {
      try await engine.ping()
      Issue.record("it answered")
    } catch {
      #expect(error.reason == .unreachable, "\(error)")
    }
    await engine.shutdown()
  }
}
