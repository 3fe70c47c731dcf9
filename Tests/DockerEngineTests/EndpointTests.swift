import DockerEngine
import HydraTestSupport
import Testing

struct EndpointTests {
  private func endpoint(_ environment: [String: String]) throws -> EngineEndpoint {
    try EngineEndpoint(environment: environment) { path in
      guard path.hasPrefix("/certs/") || path.hasPrefix("/home/me/.docker/") else { return nil }
      return path.hasSuffix(".pem") ? path : nil
    }
  }

  @Test(arguments: [
    ("", EngineEndpoint.defaultSocket),
    ("unix:///run/user/1000/docker.sock", .unix(path: "/run/user/1000/docker.sock")),
    ("tcp://127.0.0.1:2375", .tcp(host: "127.0.0.1", port: 2375, tls: nil)),
    ("tcp://engine.test:1/", .tcp(host: "engine.test", port: 1, tls: nil)),
    ("tcp://engine.test", .tcp(host: "engine.test", port: 2375, tls: nil)),
    ("tcp://[::1]:99", .tcp(host: "::1", port: 99, tls: nil)),
    ("tcp://[fe80::1]", .tcp(host: "fe80::1", port: 2375, tls: nil)),
  ])
  func understood(text: String, expected: EngineEndpoint) throws {
    #expect(try endpoint(["DOCKER_HOST": text]) == expected)
  }

  @Test(arguments: [
    "unix://", "tcp://", "tcp://:1", "tcp://a:0", "tcp://a:65536", "tcp://a:b", "tcp://::1:2", "ssh://a", "/run/x",
    "tcp://u@a",
    "tcp://a/b:1",
  ])
  func refused(text: String) throws {
    let error = #expect(throws: EngineError.self) { try endpoint(["DOCKER_HOST": text]) }
    #expect(error?.reason == .badEndpoint)
    #expect(error?.message.contains("'\(text)'") == true)
  }

  @Test("certificates come from DOCKER_CERT_PATH or the home directory")
  func certificates() throws {
    let environment = ["DOCKER_HOST": "tcp://a", "DOCKER_TLS_VERIFY": "1", "HOME": "/home/me"]
    let home = EngineTLS(
      authority: "/home/me/.docker/ca.pem", certificate: "/home/me/.docker/cert.pem", key: "/home/me/.docker/key.pem")
    #expect(try endpoint(environment) == .tcp(host: "a", port: 2376, tls: home))
    let named = EngineTLS(authority: "/certs/ca.pem", certificate: "/certs/cert.pem", key: "/certs/key.pem")
    #expect(
      try endpoint(environment.merging(["DOCKER_CERT_PATH": "/certs"]) { $1 })
        == .tcp(host: "a", port: 2376, tls: named))
    let error = #expect(throws: EngineError.self) {
      try endpoint(environment.merging(["DOCKER_CERT_PATH": "/gone"]) { $1 })
    }
    #expect(error?.message.contains("'/gone'") == true)
  }

  @Test("nothing that is printed shows a secret")
  func secrets() {
    let tls = EngineTLS(authority: "a", certificate: "c", key: "SECRET", address: "10.0.0.2")
    let endpoint = EngineEndpoint.tcp(host: "node-1.test", port: 2376, tls: tls)
    var spec = ContainerSpec(image: "x")
    spec.env = ["PASSWORD": "SECRET"]
    var dumped = ""
    dump(endpoint, to: &dumped)
    dump(tls, to: &dumped)
    dump(spec, to: &dumped)
    let texts = [
      "\(endpoint)", String(reflecting: endpoint), "\(tls)", String(reflecting: tls), "\(spec)",
      String(reflecting: spec), "\([spec])", dumped,
    ]
    for text in texts { #expect(!text.contains("SECRET")) }
    #expect("\(endpoint)" == "tcp://node-1.test:2376")
  }

  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.5Z", 500_000_000),
    ("2000-02-29T12:00:00+02:00", 951_818_400_000_000_000),
    ("2026-11-24T00:05:01.123456789Z", 1_795_478_701_123_456_789),
    ("2026-11-23T16:05:01.123456789-08:00", 1_795_478_701_123_456_789),
    ("1969-12-31T23:59:59Z", -1_000_000_000),
  ])
  func timestamps(text: String, nanoseconds: Int64) {
    #expect(EngineTimestamp(rfc3339: text)?.nanoseconds == nanoseconds)
  }

  @Test(arguments: [
    "0001-01-01T00:00:00Z", "", "now", "2026-11-24", "2026-11-24T00:05:01", "2026-13-24T00:05:01Z",
    "2026-11-24T00:05:01.1234567890Z", "2026-11-24T00:05:01.", "2026-11-24T00:05:01+0200", "２026-11-24T00:05:01Z",
  ])
  func noTimes(text: String) { #expect(EngineTimestamp(rfc3339: text) == nil) }
}
