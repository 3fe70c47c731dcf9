import DockerEngine
import FoundationEssentials
import Glibc
import HydraBootstrap
import HydraContainers
import HydraModel
import HydraSimulation
import HydraTestSupport
import Testing

/// Which cluster is in use, and what may be kept of one.
struct DirectoryTests {
  private static func management(_ name: String, port: Int = 4000, address: String = "127.0.0.1") -> String {
    #"""
    {"Id":"\#(name)","Names":["/api.\#(name)"],"State":"running","Labels":{"hydra.cluster":"\#(name)",
    "hydra.role":"management"},"Ports":[{"IP":"\#(address)","PrivatePort":8080,"PublicPort":\#(port),"Type":"tcp"}]}
    """#
  }

  private struct Fixture {
    let directory: LocalClusterDirectory
    let contexts: ContextStore
    let state: String
    let asked: Asked
  }

  /// Where operations were asked for, and with which token.
  private actor Asked {
    private(set) var calls: [String] = []
    func note(_ url: String, _ token: String?) { calls.append("\(url) \(token ?? "-")") }
  }

  /// A directory over an engine on which these clusters run.
  private func with(
    _ containers: [String], server: SimulatedCluster = SimulatedCluster(name: "far"),
    _ body: (Fixture) async throws -> Void
  ) async throws {
    try await withStubEngine { request in
      guard request.path.hasSuffix("/containers/json") else { return nil }
      // `label=hydra.cluster=NAME`, escaped, where one cluster is asked for.
      let wanted = containers.filter { container in
        let asked = names(in: request.query)
        return asked.isEmpty || asked.contains { container.contains("\"\($0)\"") }
      }
      return .json("[\(wanted.joined(separator: ","))]")
    } _: { stub in
      let engine = try DockerEngine(.unix(path: stub.path))
      let state = FileManager.default.temporaryDirectory.path + "/hydratest-\(UUID().uuidString)"
      let (contexts, asked) = (ContextStore(directory: state), Asked())
      let directory = LocalClusterDirectory(engine: engine, images: ImageNames(environment: [:]), contexts: contexts) {
        await asked.note($0, $1)
        return server
      }
      do {
        try await body(Fixture(directory: directory, contexts: contexts, state: state, asked: asked))
      } catch {
        await engine.shutdown()
        throw error
      }
      await engine.shutdown()
      try FileManager.default.removeItem(atPath: state)
    }
  }

  private func names(in query: String) -> [String] {
    query.components(separatedBy: "hydra.cluster%3D").dropFirst().map { String($0.prefix { $0 != "%" }) }
  }

  private func failure(_ body: () async throws -> Void) async -> HydraError? {
    do {
      try await body()
      return nil
    } catch {
      return error as? HydraError
    }
  }

  @Test("somebody else's cluster is not the one in use until it is chosen")
  func strangersCluster() async throws {
    try await with([DirectoryTests.management("other")]) { fixture in
      #expect(try await fixture.directory.currentName() == nil)
      let error = await failure { _ = try await fixture.directory.cluster(nil) }
      #expect(error?.message.contains("not started by you: other") == true, "\(String(describing: error))")
      #expect(error?.remedy?.contains("cluster use") == true)
      #expect(try await fixture.directory.list().map(\.current) == [false])
      // By name it is reached, without a token.
      _ = try await fixture.directory.cluster("other")
      #expect(await fixture.asked.calls == ["http://127.0.0.1:4000 -"])
      _ = try await fixture.directory.use("other")
      #expect(try await fixture.directory.currentName() == "other")
    }
  }

  @Test("the only cluster of one's own is in use, whatever else runs")
  func ownCluster() async throws {
    try await with([DirectoryTests.management("other", port: 1), DirectoryTests.management("mine", port: 2)]) {
      fixture in
      try fixture.contexts.save(.init(name: "mine", url: "http://127.0.0.1:2", token: "t", origin: .local))
      #expect(try await fixture.directory.currentName() == "mine")
      _ = try await fixture.directory.cluster(nil)
      try fixture.contexts.save(.init(name: "far", url: "http://10.0.0.1:4", token: "f", origin: .remote))
      let error = await failure { _ = try await fixture.directory.cluster(nil) }
      #expect(error?.message == "there are several clusters: mine, far")
      #expect(await fixture.asked.calls == ["http://127.0.0.1:2 t"])
    }
  }

  @Test("the token goes only where the engine publishes the API it is for")
  func tokenStaysWithItsAddress() async throws {
    let clusters = [
      DirectoryTests.management("mine", port: 3), DirectoryTests.management("six", port: 4, address: "::1"),
      DirectoryTests.management("two", port: 5, address: "127.0.0.2"),
    ]
    try await with(clusters) { fixture in
      // Somebody started another cluster of that name meanwhile.
      try fixture.contexts.save(.init(name: "mine", url: "http://127.0.0.1:2", token: "t", origin: .local))
      try fixture.contexts.save(.init(name: "six", url: "http://[::1]:4", token: "s", origin: .local))
      for name in ["mine", "six", "two"] { _ = try await fixture.directory.cluster(name) }
      #expect(
        await fixture.asked.calls == ["http://127.0.0.1:3 -", "http://[::1]:4 s", "http://127.0.0.2:5 -"])
    }
  }

  @Test(arguments: ["../../x", "a/b", "evil\u{1B}[31m", "", "UPPER", "host", "..", "a\nb"])
  func serversNamesAreCheckedAsTypedOnes(name: String) async throws {
    try await with([], server: SimulatedCluster(name: name)) { fixture in
      let error = await failure { _ = try await fixture.directory.connect(url: "http://10.0.0.1:4", token: nil) }
      #expect(error?.message.contains("name that is not allowed") == true, "\(String(describing: error))")
      #expect(error?.message.contains("\u{1B}") == false)
      #expect(!FileManager.default.fileExists(atPath: fixture.state + "/clusters"))
      #expect(throws: HydraError.self) { try fixture.contexts.load(name) }
      #expect(throws: HydraError.self) { try fixture.contexts.use(name) }
      #expect(throws: HydraError.self) { try fixture.contexts.remove(name) }
      try FileManager.default.createDirectory(atPath: fixture.state, withIntermediateDirectories: true)
    }
  }

  @Test("a label that is no name of a cluster is no cluster")
  func foreignLabel() async throws {
    try await with([DirectoryTests.management("../x"), DirectoryTests.management("mine")]) { fixture in
      #expect(try await fixture.directory.list().map(\.name) == ["mine"])
      try FileManager.default.createDirectory(atPath: fixture.state, withIntermediateDirectories: true)
    }
  }

  @Test("a damaged context is reported with its file and owner, and spoils nothing else")
  func damagedContext() async throws {
    try await with([DirectoryTests.management("mine", port: 2)]) { fixture in
      try fixture.contexts.save(.init(name: "mine", url: "http://127.0.0.1:2", token: "t", origin: .local))
      let file = fixture.state + "/clusters/broken.json"
      try Data("{\"name\":".utf8).write(to: URL(filePath: file))
      #expect(try await fixture.directory.currentName() == "mine")
      _ = try await fixture.directory.cluster(nil)
      let listed = try await fixture.directory.list()
      #expect(listed.map(\.name) == ["mine", "broken"] && listed[0].current)
      let owner = try #require(getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) })
      let told = "'\(file)' (owner \(owner)) is damaged"
      #expect(listed[1].reason?.hasPrefix(told) == true, "\(listed[1].reason ?? "")")
      let error = await failure { _ = try await fixture.directory.cluster("broken") }
      #expect(error?.message.hasPrefix(told) == true, "\(String(describing: error))")
      // A directory in place of a file can't be read, whoever asks.
      try FileManager.default.removeItem(atPath: file)
      try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: false)
      let unreadable = try #require(await failure { _ = try await fixture.directory.cluster("broken") })
      #expect(unreadable.message == "'\(file)' (owner \(owner)) can't be read: is a directory")
      #expect(try await fixture.directory.list().count == 2)
    }
  }

  @Test func stateDirectoryThatCantBeMadeIsNamed() async throws {
    try await with([]) { fixture in
      try Data().write(to: URL(filePath: fixture.state))
      let error = await failure {
        try fixture.contexts.save(.init(name: "mine", url: "http://127.0.0.1:2", token: "t", origin: .local))
      }
      #expect(error?.message.contains("'\(fixture.state)' (owner ") == true, "\(String(describing: error))")
      #expect(error?.message.contains("Cocoa") == false)
    }
  }
}
