import Foundation
import NIOCore
import NIOPosix
import Testing

/// A redis-server of our own: Debian's binary on a random loopback port, with an ACL file and a directory of its own.
final class RedisServerProcess {
  static let binary = ["/usr/bin/redis-server", "/usr/local/bin/redis-server"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  let port: Int
  private let directory: URL
  private var process: Process?

  init() async throws {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).get()
    port = try #require(channel.localAddress?.port)
    try await channel.close()
    directory = FileManager.default.temporaryDirectory.appending(path: "redis-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let acl =
      "user default off\nuser hydra on >pa55word ~hydra:* &hydra:* +@all -@dangerous -@admin\nuser probe on >x +ping\n"
    try acl.write(to: directory.appending(path: "users.acl"), atomically: true, encoding: .utf8)
    try start()
  }

  func start() throws {
    let process = Process()
    process.executableURL = URL(filePath: try #require(RedisServerProcess.binary))
    process.arguments = [
      "--port", "\(port)", "--bind", "127.0.0.1", "--aclfile", directory.appending(path: "users.acl").path, "--dir",
      directory.path, "--appendonly", "yes", "--appendfsync", "always", "--save", "", "--daemonize", "no",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    self.process = process
  }

  /// Kills it as a crash would.
  func kill() {
    guard let process else { return }
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    self.process = nil
  }

  deinit {
    kill()
    try? FileManager.default.removeItem(at: directory)
  }
}
