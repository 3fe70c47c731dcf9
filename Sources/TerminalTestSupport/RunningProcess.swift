public import Foundation

/// A process with its output in files, so that no pipe can fill up.
public final class RunningProcess: Sendable {
  /// How a process ended.
  public struct Outcome: Sendable {
    /// Its exit status.
    public var status: Int32
    /// What it wrote to standard output.
    public var output: String
    /// What it wrote to standard error.
    public var errors: String
  }

  /// The process.
  public let process: Process
  private let directory: URL
  private let ended: Task<Int32, Never>

  /// Starts `program` with these arguments, this standard input, and these variables on top of the own ones.
  public init(
    _ program: String, _ arguments: [String], input: String? = nil, environment: [String: String] = [:]
  ) throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "hydratest-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    for name in ["out", "err"] { try Data().write(to: directory.appending(path: name)) }
    process.standardOutput = try FileHandle(forWritingTo: directory.appending(path: "out"))
    process.standardError = try FileHandle(forWritingTo: directory.appending(path: "err"))
    try Data((input ?? "").utf8).write(to: directory.appending(path: "in"))
    process.standardInput = try FileHandle(forReadingFrom: directory.appending(path: "in"))
    let (ends, end) = AsyncStream<Int32>.makeStream()
    process.terminationHandler = { process in
      end.yield(process.terminationStatus)
      end.finish()
    }
    try process.run()
    self.process = process
    ended = Task { await ends.first { _ in true } ?? -1 }
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  /// Waits for its end; kills it after `limit`, when there is one.
  public func outcome(within limit: Duration? = nil) async -> Outcome {
    let guardian = limit.map { limit in
      Task {
        try await Task.sleep(for: limit)
        kill(process.processIdentifier, SIGKILL)
      }
    }
    defer { guardian?.cancel() }
    let status = await ended.value
    func text(_ name: String) -> String {
      (try? String(contentsOf: directory.appending(path: name), encoding: .utf8)) ?? ""
    }
    return Outcome(status: status, output: text("out"), errors: text("err"))
  }

  /// What it wrote to standard error so far.
  public var errorsSoFar: String { (try? String(contentsOf: directory.appending(path: "err"), encoding: .utf8)) ?? "" }

  /// Sends it what Ctrl-C sends.
  public func interrupt() { kill(process.processIdentifier, SIGINT) }
}
