import DockerEngine
import Foundation
import TerminalTestSupport
import Testing

extension HydraFunctionalTests {
  /// The engine's client on a real engine.
  @Suite(.serialized, .timeLimit(.minutes(3))) struct Engine {
    @Test func containersLife() async throws {
      try await EngineFixture.with { fixture in
        let engine = fixture.engine
        let id = try await engine.createContainer(fixture.name("life"), fixture.spec("sleep 60"))
        let again = await #expect(throws: EngineError.self) {
          try await engine.createContainer(fixture.name("life"), fixture.spec("sleep 60"))
        }
        #expect(again?.isConflict == true)
        #expect(try await engine.inspectContainer(id).finishedAt == nil)
        try await engine.startContainer(id)
        try await engine.startContainer(id)
        let running = try await engine.inspectContainer(id)
        #expect(running.state == "running" && running.pid > 0)
        let started = try #require(EngineTimestamp(rfc3339: running.startedAt))
        let made = try #require(running.createdAt)
        #expect(made < started)
        #expect(try await engine.listContainers(labels: fixture.labels).map(\.id) == [id])
        #expect(try await engine.stats(id).memory > 0)
        try await engine.pauseContainer(id)
        #expect(try await engine.inspectContainer(id).state == "paused")
        try await engine.unpauseContainer(id)
        try await engine.restartContainer(id, grace: .zero)
        try await engine.killContainer(id)
        #expect(try await engine.waitContainer(id, within: .seconds(20)) == 137)
        #expect(try await engine.inspectContainer(id).finishedAt != nil)
        #expect(try await engine.listContainers(labels: fixture.labels, all: false).isEmpty)
        try await engine.removeContainer(id)
        let gone = await #expect(throws: EngineError.self) { try await engine.inspectContainer(id) }
        #expect(gone?.isNotFound == true)
      }
    }

    @Test func commandsAndLogs() async throws {
      try await EngineFixture.with { fixture in
        let engine = fixture.engine
        let script = "echo one; echo two >&2; sleep 60"
        let id = try await engine.createContainer(nil, fixture.spec(script))
        try await engine.startContainer(id)
        var seen: [String] = []
        for try await frame in try await engine.logs(id, LogOptions(follow: true)) {
          seen.append("\(frame.source) \(String(decoding: frame.bytes, as: UTF8.self))")
          if seen.count == 2 { break }
        }
        #expect(seen.sorted() == ["error two\n", "output one\n"])
        #expect(try await engine.lastLog(id, lines: 1).count == 1)
        let result = try await engine.exec(
          id, ["sh", "-c", "echo $K; echo no >&2; exit 3"], env: ["K": "v w"], user: "0", workingDirectory: "/bin")
        #expect((result.exitCode, result.output, result.errorOutput) == (3, "v w\n", "no\n"))
        let missing = try? await engine.exec(id, ["nonsense"])
        #expect(missing?.exitCode != 0)
        let slow = await #expect(throws: EngineError.self) {
          try await engine.exec(id, ["sleep", "30"], within: .milliseconds(300))
        }
        #expect(slow?.reason == .timeout)
        let large = try await engine.exec(
          id, ["sh", "-c", "i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done"])
        #expect(large.output.utf8.count == 220_000)
      }
    }

    @Test func terminalsLogIsPlain() async throws {
      try await EngineFixture.with { fixture in
        var spec = fixture.spec("echo plain")
        spec.tty = true
        let id = try await fixture.engine.createContainer(nil, spec)
        try await fixture.engine.startContainer(id)
        #expect(try await fixture.engine.waitContainer(id, within: .seconds(20)) == 0)
        #expect(try await fixture.engine.lastLog(id, lines: 5) == ["plain"])
      }
    }

    @Test func archives() async throws {
      try await EngineFixture.with { fixture in
        let engine = fixture.engine
        let id = try await engine.createContainer(nil, fixture.spec("true"))
        let long = String(repeating: "d", count: 90) + "/" + String(repeating: "f", count: 120)
        var archive = TarArchive()
        try archive.addDirectory("put", mode: 0o750)
        try archive.addFile("put/a", contents: Array("contents".utf8), mode: 0o640, uid: 7, gid: 8)
        try archive.addFile("put/\(long.prefix(150))", contents: [1, 2, 3], mode: 0o600)
        try await engine.putArchive(id, path: "/", tar: archive.bytes())
        let entries = try TarArchive.entries(try await engine.getArchive(id, path: "/put"))
        let file = try #require(entries.first { $0.path == "put/a" })
        #expect(String(decoding: file.contents, as: UTF8.self) == "contents")
        #expect((file.mode, file.uid, file.gid) == (0o640, 7, 8))
        #expect(entries.contains { $0.path == "put/\(long.prefix(150))" && $0.contents == [1, 2, 3] })
        let missing = await #expect(throws: EngineError.self) { try await engine.getArchive(id, path: "/none") }
        #expect(missing?.isNotFound == true)
      }
    }

    @Test func networksAndVolumes() async throws {
      try await EngineFixture.with { fixture in
        let engine = fixture.engine
        let name = fixture.name("net")
        let network = try await engine.createNetwork(name, labels: fixture.labels)
        let twice = await #expect(throws: EngineError.self) {
          try await engine.createNetwork(name, labels: fixture.labels)
        }
        #expect(twice?.isConflict == true)
        #expect(try await engine.listNetworks(named: name).map(\.id) == [network])
        _ = try await engine.createVolume(fixture.name("volume"), labels: fixture.labels)
        var spec = fixture.spec("sleep 60")
        (spec.networkMode, spec.networkAliases) = (name, ["alias"])
        spec.mounts = [.volume(fixture.name("volume"), target: "/data"), .tmpfs(target: "/tmp", size: 1 << 20)]
        spec.ports = [.init(containerPort: 80, hostAddress: "127.0.0.1", hostPort: 0)]
        spec.ulimits = [.init(name: "nofile", soft: 100, hard: 200)]
        (spec.capDrop, spec.memory, spec.pidsLimit) = (["MKNOD"], 64 << 20, 50)
        let id = try await engine.createContainer(nil, spec)
        try await engine.startContainer(id)
        let container = try await engine.inspectContainer(id)
        let address = try #require(container.addresses[name])
        #expect(try await engine.inspectNetwork(network)?.containers[id] == address)
        #expect(container.ports[80]?.first?.address == "127.0.0.1")
        #expect(container.mounts.contains { $0.source == fixture.name("volume") && $0.target == "/data" })
        #expect(try await engine.exec(id, ["sh", "-c", "ulimit -n"]).output == "100\n")
        let used = await #expect(throws: EngineError.self) { try await engine.removeVolume(fixture.name("volume")) }
        #expect(used?.isConflict == true)
        try await engine.disconnectNetwork(network, container: id)
        #expect(try await engine.inspectContainer(id).addresses[name] == nil)
        try await engine.connectNetwork(network, container: id, aliases: ["again"])
        #expect(try await engine.inspectContainer(id).addresses[name] != nil)
      }
    }
  }
}
