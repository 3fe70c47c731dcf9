import Foundation
import HydraClient
import HydraModel
import TerminalTestSupport
import Testing

/// An image with the services of the folder `Services`, made from Debian packages of this machine's own release.
struct TestService: Sendable {
  let image: String

  /// Runs `body` with the image, and removes it. The packages below stay in the engine, as the base of the cluster's own
  /// images does.
  static func with(_ body: (TestService) async throws -> Void) async throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
    let scripts = root.appending(path: "scripts").path()
    let base = try await output("\(scripts)/ensure-base-image")
    let packages = try await output(
      "\(scripts)/ensure-package-image", base, "python", "python3", "gunicorn", "python3-httpbin")
    let image = "\(TestCluster.freshName())-services"
    let folder = root.appending(path: "Tests/HydraFunctionalTests/Services").path()
    try await output("docker", "build", "-q", "--build-arg", "BASE=\(packages)", "-t", image, folder)
    do {
      try await body(TestService(image: image))
    } catch {
      try await output("docker", "rmi", "-f", image)
      throw error
    }
    try await output("docker", "rmi", "-f", image)
  }

  /// Starts `client.py` in a container of the host's network, with `folder` at the same place inside.
  func client(_ words: [String], folder: URL) throws -> RunningProcess {
    try RunningProcess(
      "/usr/bin/env",
      ["docker", "run", "--rm", "--network", "host", "-v", "\(folder.path()):\(folder.path())", image]
        + ["python3", "-u", "/client.py"] + words, input: nil, environment: [:])
  }

  /// What a program of this machine printed, its last line; it must succeed.
  @discardableResult
  private static func output(_ words: String...) async throws -> String {
    let outcome = await (try RunningProcess("/usr/bin/env", words, input: nil, environment: [:])).outcome()
    try #require(outcome.status == 0, "\(words.joined(separator: " ")): \(outcome.errors)")
    return outcome.output.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
  }
}

extension TestCluster {
  /// A GET at the proxy, whatever its status.
  func ask(_ path: String, timeout: Duration = .seconds(30)) async throws -> (status: Int?, body: String) {
    let answer = try await HTTPProbeClient().get("\(summary.proxy)\(path)", timeout: timeout)
    return (answer.status, answer.body)
  }
}
