import Foundation
import TerminalTestSupport
import Testing

extension HydraFunctionalTests {
  /// What `make` does on the machine it runs on.
  @Suite(.serialized, .timeLimit(.minutes(2))) struct Setup {
    @Test("a link that somebody put in /tmp is not followed when an engine is started by hand")
    func logOfAHandStartedEngine() async throws {
      let folder = FileManager.default.temporaryDirectory.appending(path: "hydratest-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      // No engine is reachable until one was started; nothing is done as root, only noted.
      let programs = [
        "docker": "[ \"$1\" = context ] && exec echo default; [ -e \(folder.path())/started ]",
        "id": "echo 1000", "dpkg-query": "echo install ok installed", "pgrep": "exit 0",
        "sudo": "echo \"$*\" >>\(folder.path())/calls; touch \(folder.path())/started",
      ]
      for (name, text) in programs {
        let path = folder.appending(path: name)
        try Data("#!/bin/sh\n\(text)\n".utf8).write(to: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path.path())
      }
      let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../scripts/ensure-docker")
      let search = "\(folder.path()):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
      let outcome = try await RunningProcess(
        "/bin/sh", [script.standardized.path()], environment: ["PATH": search, "DOCKER_HOST": ""]
      ).outcome(within: .seconds(60))
      #expect(outcome.status == 0, "\(outcome.errors)")
      let calls = try String(contentsOf: folder.appending(path: "calls"), encoding: .utf8)
      if FileManager.default.fileExists(atPath: "/run/systemd/system") {
        #expect(calls.contains("systemctl start docker"), "\(calls)")
        return
      }
      let log = try #require(calls.firstMatch(of: /dockerd >>'([^']+)'/)?.1, "\(calls)")
      let place = URL(filePath: String(log)).deletingLastPathComponent().path()
      let attributes = try FileManager.default.attributesOfItem(atPath: place)
      let isForRootOnly = (attributes[.posixPermissions] as? Int).map { $0 & 0o002 == 0 }
      #expect(attributes[.ownerAccountID] as? Int == 0 && isForRootOnly == true, "\(place): \(attributes)")
      #expect(outcome.errors.contains("its log is \(log)"), "\(outcome.errors)")
    }

    @Test("the tools load no library from beside them, and have no address that is fixed or can be changed later")
    func hardening() async throws {
      for name in ["hydra", "hydra-server"] {
        let path = URL(filePath: Tool.binary).deletingLastPathComponent().appending(path: name).path()
        let dynamic = try await Tool.command("readelf", "--wide", "--dynamic", "--file-header", path)
        try #require(dynamic.status == 0, "\(dynamic.errors)")
        #expect(!dynamic.output.contains("RUNPATH") && !dynamic.output.contains("RPATH"), "\(dynamic.output)")
        #expect(dynamic.output.contains("Flags: NOW PIE") && dynamic.output.contains("DYN"), "\(dynamic.output)")
      }
    }
  }
}
