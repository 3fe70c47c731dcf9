import DockerEngine
import Foundation
import HydraModel
import TerminalTestSupport
import Testing

extension HydraFunctionalTests {
  /// An image that the host's engine does not have: each node fetches it by itself, from a real registry.
  @Suite(.serialized, .timeLimit(.minutes(5))) struct RegistryImages {
    @Test func nodesPullWhatTheHostDoesNotHave() async throws {
      try await TestCluster.with(nodes: 2) { (cluster) async throws in
        try await Registry.with(cluster) { (image) async throws in
          try await cluster.tool.ok(
            "service", "add", "pulled", "--image", image, "--cluster", cluster.name, "--replicas", "2", "--node-port",
            "8001", "--service-port", "8000")
          #expect(try await cluster.get("/pulled")?.contains("hello from pulled.") == true)
          #expect(try await !cluster.engine.listImages().contains(image), "the host has it")
          let missing = try await cluster.tool(
            "service", "add", "missing", "--image", "\(image)-not", "--cluster", cluster.name, "--node-port", "8002",
            "--service-port", "8000")
          #expect(missing.status == 1 && missing.errors.contains("can't be pulled"), "\(missing.errors)")
        }
      }
    }
  }
}

/// Debian's `docker-registry`, on the network of one cluster alone.
private enum Registry {
  /// Runs `body` with the name of `hydra-hello` in a registry that only the nodes of `cluster` reach and trust.
  static func with(_ cluster: TestCluster, _ body: (_ image: String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "\(cluster.name)-registry")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let network = ["network", "inspect", cluster.name, "--format", "{{(index .IPAM.Config 0).Gateway}}"]
    let gateway = try await docker(network).trimmingCharacters(in: .whitespacesAndNewlines)

    // An engine trusts a registry on its own loopback without TLS, which is how the image gets in.
    try await serving(folder, address: "127.0.0.1:0", tls: "") { port in
      let local = "127.0.0.1:\(port)/hello:1"
      try await docker(["tag", "hydra-hello", local])
      try await docker(["push", "--quiet", local])
      try await docker(["rmi", local])
    }

    let (certificate, key) = (folder.appending(path: "cert.pem").path(), folder.appending(path: "key.pem").path())
    try await run(
      "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=registry", "-addext",
      "subjectAltName=IP:\(gateway)", "-keyout", key, "-out", certificate)
    let tls = ", tls: {certificate: \(certificate), key: \(key)}"
    try await serving(folder, address: "\(gateway):0", tls: tls) { port in
      for node in try await cluster.state().nodes.map(\.name) {
        let container = ClusterNames(cluster.name).container(ofNode: node)
        let trusted = "/etc/docker/certs.d/\(gateway):\(port)"
        try await docker(["exec", container, "mkdir", "-p", trusted])
        try await docker(["cp", certificate, "\(container):\(trusted)/ca.crt"])
      }
      try await body("\(gateway):\(port)/hello:1")
    }
  }

  /// Runs `body` while a registry over the files in `folder` listens on `address`; answers it the port.
  private static func serving(
    _ folder: URL, address: String, tls: String, _ body: (_ port: Int) async throws -> Void
  ) async throws {
    let configuration = folder.appending(path: "config.yml")
    let text = """
      version: 0.1
      storage: {filesystem: {rootdirectory: \(folder.appending(path: "data").path())}}
      http: {addr: "\(address)"\(tls)}
      """
    try Data(text.utf8).write(to: configuration)
    let registry = try RunningProcess(
      "/usr/bin/env", ["docker-registry", "serve", configuration.path()], input: nil, environment: [:])
    do {
      var port: Int?
      try await eventually("the registry listens") {
        guard let line = registry.errorsSoFar.firstMatch(of: /listening on [^ "]*:(\d+)/) else { return false }
        port = Int(line.1)
        return true
      }
      try await body(try #require(port))
    } catch {
      await end(registry)
      throw error
    }
    await end(registry)
  }

  private static func end(_ registry: RunningProcess) async {
    kill(registry.process.processIdentifier, SIGTERM)
    _ = await registry.outcome()
  }

  @discardableResult
  private static func docker(_ words: [String]) async throws -> String { try await run(["docker"] + words) }

  @discardableResult
  private static func run(_ words: String...) async throws -> String { try await run(words) }

  private static func run(_ words: [String]) async throws -> String {
    let outcome = await (try RunningProcess("/usr/bin/env", words, input: nil, environment: [:])).outcome()
    try #require(outcome.status == 0, "\(words.joined(separator: " ")): \(outcome.errors)")
    return outcome.output
  }
}
