import Foundation
import TerminalTestSupport
import Testing

extension HydraFunctionalTests {
  /// What `make images` leaves in the images.
  @Suite(.serialized, .timeLimit(.minutes(5))) struct Images {
    @Test("no layer has caches, or the host's apt sources", arguments: ["node", "data", "proxy", "management"])
    func layers(name: String) async throws {
      let tag = ProcessInfo.processInfo.environment["HYDRA_IMAGE_TAG"] ?? "latest"
      // Layers are `…/layer.tar` or, in newer engines, blobs among others that are no archives.
      let files = try await Tool.command(
        "sh", "-c",
        """
        docker save hydra-\(name):\(tag) | tar -xO --wildcards '*layer.tar' 'blobs/*' 2>/dev/null | tar -ti 2>/dev/null
        """)
      let paths = files.output.split(separator: "\n").map { $0.hasPrefix("./") ? $0.dropFirst(2) : $0 }
      #expect(paths.contains("usr/bin/") && paths.contains("etc/apt/"), "\(paths.count) files")
      let wrong = paths.filter { path in
        path.hasSuffix(".deb") || path.hasSuffix("pkgcache.bin") || path.hasPrefix("hydra-host")
          || (path.hasPrefix("var/lib/apt/lists/") && path.hasSuffix("Packages"))
          || (path.hasPrefix("etc/apt/auth.conf") && !path.hasSuffix("/"))
          || (path.hasPrefix("etc/apt/") && path.contains("proxy"))
      }
      #expect(wrong.isEmpty, "\(wrong.prefix(5))")
      let sources = try await Tool.command(
        "docker", "run", "--rm", "--entrypoint", "sh", "hydra-\(name):\(tag)", "-c",
        "cat /etc/apt/sources.list /etc/apt/sources.list.d/* /etc/apt/apt.conf.d/* 2>/dev/null")
      #expect(!sources.output.lowercased().contains("proxy") && !sources.output.contains("@"), "\(sources.output)")
    }
  }
}
