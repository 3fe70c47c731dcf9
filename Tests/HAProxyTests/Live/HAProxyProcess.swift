import Foundation
import HAProxy
import NIOCore
import NIOPosix
import Testing

/// An HAProxy of our own, in master-worker mode with its sockets in a temporary directory, as the proxy's image runs it.
final class HAProxyProcess: @unchecked Sendable {
  /// The one of the environment's `HYDRA_TEST_HAPROXY`, or the installed one; nil where there is none.
  static let binary = [
    ProcessInfo.processInfo.environment["HYDRA_TEST_HAPROXY"] ?? "", "/usr/sbin/haproxy", "/usr/local/sbin/haproxy",
  ].first { FileManager.default.isExecutableFile(atPath: $0) }

  /// The major version: `HAProxy version 2.6.12-1 …` is 2; 0 where there is none.
  static let majorVersion: Int = {
    guard let binary else { return 0 }
    let process = Process()
    process.executableURL = URL(filePath: binary)
    process.arguments = ["-v"]
    let pipe = Pipe()
    process.standardOutput = pipe
    guard (try? process.run()) != nil, let output = try? pipe.fileHandleForReading.readToEnd() else { return 0 }
    process.waitUntilExit()
    let words = String(decoding: output, as: UTF8.self).split(separator: " ")
    return words.count > 2 ? Int(words[2].prefix { $0.isNumber }) ?? 0 : 0
  }()

  let directory: String
  let servicePort: Int
  let statsPort: Int
  /// Only used by one test at a time.
  private var process: Process?

  init(running: Bool = true) async throws {
    directory = "/tmp/hx-\(UInt32.random(in: 0 ... .max))"
    servicePort = try await HAProxyProcess.freePort()
    statsPort = try await HAProxyProcess.freePort()
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    if running { try await start() }
  }

  var admin: String { "\(directory)/admin.sock" }
  var master: String { "\(directory)/master.sock" }
  var configuration: ProxyConfiguration {
    ProxyConfiguration(
      adminSocket: admin, services: .init(address: "127.0.0.1", port: servicePort),
      statistics: .init(listener: .init(address: "127.0.0.1", port: statsPort)))
  }
  var file: String { (try? String(contentsOfFile: "\(directory)/haproxy.cfg", encoding: .utf8)) ?? "" }

  /// A configuration with these backends.
  func configuration(_ backends: [String: ProxyConfiguration.Backend]) -> ProxyConfiguration {
    var copy = configuration
    copy.backends = backends
    return copy
  }

  /// A driver that validates with the real `haproxy -c`, unless told.
  func driver(validate: ConfigurationDirectory.Validator? = nil) -> ProxyDriver {
    let directory = directory
    let files = ConfigurationDirectory(
      directory, validate: validate ?? { try await HAProxyProcess.check("\(directory)/\($0)") })
    return ProxyDriver(
      files: files, adminSocket: admin, masterSocket: master, limit: .seconds(20), reloadLimit: .seconds(30),
      settleLimit: .seconds(30))
  }

  /// Starts it with the file that is there, or an empty configuration; returns once it answers.
  func start() async throws {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] where name.contains(".sock") {
      try FileManager.default.removeItem(atPath: "\(directory)/\(name)")
    }
    if file.isEmpty {
      let initial = """
        global
          stats socket \(admin) mode 600 level admin expose-fd listeners
        defaults
          mode http
          timeout connect 1s
          timeout client 1s
          timeout server 1s
        frontend services
          bind 127.0.0.1:\(servicePort)
          http-request return status 404

        """
      try initial.write(toFile: "\(directory)/haproxy.cfg", atomically: true, encoding: .utf8)
    }
    let process = Process()
    process.executableURL = URL(filePath: try #require(HAProxyProcess.binary))
    process.arguments = ["-W", "-S", "\(master),mode,600", "-f", "\(directory)/haproxy.cfg"]
    let logPath = "\(directory)/log"
    try Data().write(to: URL(filePath: logPath))
    let log = FileHandle(forWritingAtPath: logPath)
    process.standardOutput = log
    process.standardError = log
    try process.run()
    self.process = process
    let deadline = ContinuousClock.now + .seconds(40)
    while await !answers() {
      let said = (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? ""
      try #require(ContinuousClock.now < deadline, "haproxy does not start: \(said)")
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  private func answers() async -> Bool {
    do {
      _ = try await (RuntimeAPI(socket: admin).showInfo(), MasterCLI(socket: master).showProcesses())
      return true
    } catch {
      return false
    }
  }

  /// Kills master and workers as a crash would; returns once they are gone.
  func kill() async throws {
    let processes = try await MasterCLI(socket: master).showProcesses()
    for pid in processes.workers + processes.oldWorkers { Foundation.kill(pid_t(pid), SIGKILL) }
    if let process {
      Foundation.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    process = nil
  }

  deinit {
    process?.terminate()
    process?.waitUntilExit()
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// `haproxy -c` on a file.
  static func check(_ path: String) async throws -> ConfigurationDirectory.Verdict {
    let process = Process()
    process.executableURL = URL(filePath: try #require(binary))
    process.arguments = ["-c", "-f", path]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return .init(exitCode: Int(process.terminationStatus), output: String(decoding: output, as: UTF8.self))
  }

  static func freePort() async throws -> Int {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(channel.localAddress?.port)
    try await channel.close()
    return port
  }
}

/// Waits until something holds; fails the test when it does not within 40 s.
func eventually(
  _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + .seconds(40)
  while try await !condition() {
    try #require(ContinuousClock.now < deadline, what, sourceLocation: sourceLocation)
    try await Task.sleep(for: .milliseconds(5))
  }
}
