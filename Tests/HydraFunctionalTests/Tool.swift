import Foundation
import TerminalTestSupport
import Testing

/// The built binary, run as a user runs it, with a state directory of its own.
struct Tool: Sendable {
  let state: URL

  init() throws {
    state = FileManager.default.temporaryDirectory.appending(path: "hydratest-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
  }

  static var binary: String { ProcessInfo.processInfo.environment["HYDRA_BIN"] ?? "bin/hydra" }

  /// Runs `hydra` with `arguments` to its end; kills it after `limit`.
  @discardableResult
  func callAsFunction(
    _ arguments: String..., input: String? = nil, environment: [String: String] = [:], limit: Duration = .seconds(90),
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> RunningProcess.Outcome {
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
  ) async throws -> RunningProcess.Outcome {
    await (try start(arguments, input: input, environment: environment)).outcome(within: limit)
  }

  /// Starts `hydra` and lets it run.
  func start(
    _ arguments: [String], input: String? = nil, environment: [String: String] = [:]
  ) throws -> RunningProcess {
    try RunningProcess(
      Tool.binary, arguments, input: input, environment: ["XDG_STATE_HOME": state.path()].merging(environment) { $1 })
  }

  /// Runs another program of this machine.
  static func command(_ program: String, _ arguments: String...) async throws -> RunningProcess.Outcome {
    await (try RunningProcess("/usr/bin/env", [program] + arguments, input: nil, environment: [:])).outcome()
  }
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
