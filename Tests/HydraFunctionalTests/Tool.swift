import Foundation
import Testing

/// The built binary, run as a user runs it, with a state directory of its own.
struct Tool: Sendable {
  let state: URL

  init() throws {
    state = FileManager.default.temporaryDirectory.appending(path: "hydratest-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
  }

  static var binary: String { ProcessInfo.processInfo.environment["HYDRA_BIN"] ?? "bin/hydra" }

  struct Outcome: Sendable {
    var status: Int32
    var output: String
    var errors: String
  }

  /// Runs `hydra` with `arguments` to its end; kills it after `limit`.
  @discardableResult
  func callAsFunction(
    _ arguments: String..., input: String? = nil, environment: [String: String] = [:], limit: Duration = .seconds(90),
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Outcome {
    try await run(arguments, input: input, environment: environment, limit: limit)
  }

  /// Runs `hydra` and expects it to succeed; answers what it printed.
  @discardableResult
  func ok(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws -> String {
    let outcome = try await run(arguments)
    #expect(
      outcome.status == 0, "hydra \(arguments.joined(separator: " ")): \(outcome.errors)",
      sourceLocation: sourceLocation)
    return outcome.output
  }

  func run(
    _ arguments: [String], input: String? = nil, environment: [String: String] = [:], limit: Duration = .seconds(90)
  ) async throws -> Outcome {
    let running = try start(arguments, input: input, environment: environment)
    let guardian = Task {
      try await Task.sleep(for: limit)
      kill(running.process.processIdentifier, SIGKILL)
    }
    let outcome = await running.outcome()
    guardian.cancel()
    return outcome
  }

  /// Starts `hydra` and lets it run.
  func start(
    _ arguments: [String], input: String? = nil, environment: [String: String] = [:]
  ) throws -> Running {
    try Running(
      Tool.binary, arguments, input: input, environment: ["XDG_STATE_HOME": state.path()].merging(environment) { $1 })
  }

  /// Runs another program of this machine.
  static func command(_ program: String, _ arguments: String...) async throws -> Outcome {
    await (try Running("/usr/bin/env", [program] + arguments, input: nil, environment: [:])).outcome()
  }
}

/// A process with its output in files, so that no pipe can fill up.
final class Running: Sendable {
  let process: Process
  private let directory: URL
  private let ended: Task<Int32, Never>

  init(_ program: String, _ arguments: [String], input: String?, environment: [String: String]) throws {
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

  func outcome() async -> Tool.Outcome {
    let status = await ended.value
    func text(_ name: String) -> String {
      (try? String(contentsOf: directory.appending(path: name), encoding: .utf8)) ?? ""
    }
    return Tool.Outcome(status: status, output: text("out"), errors: text("err"))
  }

  /// What it wrote to standard error so far.
  var errorsSoFar: String { (try? String(contentsOf: directory.appending(path: "err"), encoding: .utf8)) ?? "" }

  func interrupt() { kill(process.processIdentifier, SIGINT) }
}

/// Waits, within bounds, until `condition` holds.
func eventually(
  _ what: Comment, within limit: Duration = .seconds(30), sourceLocation: SourceLocation = #_sourceLocation,
  _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + limit
  while ContinuousClock.now < deadline {
    if try await condition() { return }
    try await Task.sleep(for: .milliseconds(20))
  }
  Issue.record("within \(limit): \(what)", sourceLocation: sourceLocation)
  throw CancellationError()
}
