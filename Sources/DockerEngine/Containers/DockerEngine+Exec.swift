import AsyncSupport
import NIOCore
import NIOHTTP1

/// The result of a command inside a container.
public struct ExecResult: Sendable, Equatable {
  /// Its exit status.
  public var exitCode: Int
  /// What it wrote to standard output.
  public var output: String
  /// What it wrote to standard error.
  public var errorOutput: String
}

/// A command that runs inside a container.
public struct ExecSession: Sendable {
  /// Its id.
  public let id: String
  /// What it writes; ends when it does.
  public let output: ContainerOutput
  let engine: DockerEngine

  private struct Inspection: Decodable {
    var ExitCode: Int?
    var Running: Bool?
  }

  /// Its exit status, once its output has ended; nil while it runs.
  public func exitCode() async throws(EngineError) -> Int? {
    let inspection = try await engine.get("/exec/\(Query.escape(id))/json", as: Inspection.self)
    return inspection.Running == true ? nil : inspection.ExitCode
  }
}

extension DockerEngine {
  private struct ExecSpec: Encodable {
    var AttachStdout = true
    var AttachStderr = true
    var Cmd: [String]
    var Env: [String]
    var User: String?
    var WorkingDir: String?
  }
  private struct ExecStart: Encodable {
    var Detach = false
    var Tty = false
  }
  private struct Created: Decodable { var Id: String }

  /// Most of what a command writes that ``exec(_:_:env:user:workingDirectory:within:)`` keeps of each stream, in bytes.
  static let keptOutput = 1 << 20

  /// Starts a command inside a running container; what it writes is read as it comes. `limit` is for its start. The
  /// API has no way to end the command: who stops reading leaves it running.
  public func startExec(
    _ container: String, _ command: [String], env: [String: String] = [:], user: String? = nil,
    workingDirectory: String? = nil, within limit: Duration = defaultLimit
  ) async throws(EngineError) -> ExecSession {
    let spec = ExecSpec(
      Cmd: command, Env: env.map { "\($0.key)=\($0.value)" }.sorted(), User: user, WorkingDir: workingDirectory)
    let path = "/containers/\(Query.escape(container))/exec"
    let id = try await post(path, spec, as: Created.self, within: limit).Id
    let chunks = try await stream(
      .POST, "/exec/\(Query.escape(id))/start", try encode(ExecStart()), within: limit, patience: .endless)
    return ExecSession(id: id, output: ContainerOutput(chunks: chunks, raw: false), engine: self)
  }

  /// Runs a command inside a running container and waits for its end, all within `limit`; a command that takes longer
  /// continues without us. The first 1 MiB of each stream is kept.
  public func exec(
    _ container: String, _ command: [String], env: [String: String] = [:], user: String? = nil,
    workingDirectory: String? = nil, within limit: Duration = .seconds(30)
  ) async throws(EngineError) -> ExecResult {
    do {
      return try await withTimeLimit(limit) { [self] in
        let session = try await startExec(
          container, command, env: env, user: user, workingDirectory: workingDirectory, within: limit)
        var (output, errorOutput): ([UInt8], [UInt8]) = ([], [])
        for try await frame in session.output {
          switch frame.source {
          case .output: output += frame.bytes.prefix(DockerEngine.keptOutput - output.count)
          case .error: errorOutput += frame.bytes.prefix(DockerEngine.keptOutput - errorOutput.count)
          }
        }
        return ExecResult(
          exitCode: try await exitCode(of: session), output: String(decoding: output, as: UTF8.self),
          errorOutput: String(decoding: errorOutput, as: UTF8.self))
      }
    } catch {
      throw transport.wrap(error, .POST, "/containers/\(Query.escape(container))/exec")
    }
  }

  /// The output ends a moment before the engine has noted the end of the process; the caller's limit ends this.
  private func exitCode(of session: ExecSession) async throws -> Int {
    var backoff = Backoff(.milliseconds(2) ... .milliseconds(100))
    while true {
      if let code = try await session.exitCode() { return code }
      try await backoff.pause()
    }
  }
}
