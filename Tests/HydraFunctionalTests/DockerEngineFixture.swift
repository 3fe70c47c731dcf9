import DockerEngine
import Foundation
import TerminalTestSupport
import Testing

/// An engine with a small image of the tests' own, and a label by which all they make is swept.
struct EngineFixture: Sendable {
  let engine: DockerEngine
  let run: String
  let image: String
  var labels: [String: String] { ["hydra.test": run] }

  func name(_ part: String) -> String { "hydratest-\(run)-\(part)" }

  /// A container that runs `script` with `sh` and ends at once when it is told to.
  func spec(_ script: String) -> ContainerSpec {
    var spec = ContainerSpec(image: image)
    spec.command = ["/bin/sh", "-c", script]
    spec.labels = labels
    spec.initProcess = true
    return spec
  }

  static func with(_ body: (EngineFixture) async throws -> Void) async throws {
    try await TestCluster.withEngine { (engine) async throws in
      let run = UUID().uuidString.lowercased()
      let fixture = EngineFixture(engine: engine, run: run, image: "hydratest/\(run):1")
      do {
        try await engine.importImage(
          try await fileSystem(), repository: "hydratest/\(run)", tag: "1", labels: fixture.labels)
        try await body(fixture)
      } catch {
        try await fixture.sweep()
        throw error
      }
      try await fixture.sweep()
    }
  }

  private func sweep() async throws {
    for container in try await engine.listContainers(labels: labels) {
      try await engine.removeContainer(container.id, force: true)
    }
    for network in try await engine.listNetworks(labels: labels) { try await engine.removeNetwork(network.id) }
    for volume in try await engine.listVolumes(labels: labels) { try await engine.removeVolume(volume.name) }
    for image in try await engine.imageSummaries(labels: labels) {
      try await engine.removeImage(image.id, force: true)
    }
  }

  /// A shell, what it needs, and little else: from this machine, so that nothing is fetched.
  private static func fileSystem() async throws -> [UInt8] {
    var archive = TarArchive()
    var libraries: Set<String> = []
    for directory in ["bin", "tmp", "data", "etc"] { try archive.addDirectory(directory, mode: 0o755) }
    for (program, name) in [("/bin/sh", "sh"), ("/bin/sleep", "sleep"), ("/bin/true", "true")] {
      try archive.addFile("bin/\(name)", contents: Array(try Data(contentsOf: URL(filePath: program))), mode: 0o755)
      let listed = try await Tool.command("ldd", program)
      try #require(listed.status == 0, "\(listed.errors)")
      for word in listed.output.split(whereSeparator: \.isWhitespace) where word.hasPrefix("/") {
        libraries.insert(String(word))
      }
    }
    for library in libraries.sorted() where !library.hasSuffix(":") {
      let contents = Array(try Data(contentsOf: URL(filePath: library)))
      try archive.addFile(String(library.dropFirst()), contents: contents, mode: 0o755)
    }
    return archive.bytes()
  }
}
