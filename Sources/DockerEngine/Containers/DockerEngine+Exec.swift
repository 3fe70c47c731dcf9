import FoundationEssentials
import NIOCore
import NIOHTTP1

/// What a command inside a container answered.
public struct ExecResult: Sendable, Equatable {
  /// Its exit status.
  public var exitCode: Int
  /// What it wrote to standard output.
  public var output: String
  /// What it wrote to standard error.
  public var errorOutput: String
}

extension DockerEngine {
  private struct ExecSpec: Encodable {
    var AttachStdout = true
    var AttachStderr = true
    var Cmd: [String]
  }
  private struct ExecStart: Encodable {
    var Detach = false
    var Tty = false
  }
  private struct Created: Decodable { var Id: String }
  private struct Inspection: Decodable { var ExitCode: Int? }

  /// Runs a command inside a running container and waits for its end. At most 1 MiB of what it writes is kept.
  public func exec(
    _ container: String, _ command: [String], within limit: Duration = .seconds(30)
  ) async throws(EngineError) -> ExecResult {
    let id = try await post(
      "/containers/\(Query.escape(container))/exec", ExecSpec(Cmd: command), as: Created.self
    ).Id
    let path = "/exec/\(Query.escape(id))/start"
    let chunks = try await stream(.POST, path, try encode(ExecStart()), within: limit)
    var frames = FrameDecoder()
    var (output, errorOutput): ([UInt8], [UInt8]) = ([], [])
    do {
      for try await chunk in chunks {
        for frame in try frames.push(chunk) where output.count + errorOutput.count < 1 << 20 {
          switch frame.stream {
          case .output: output += frame.bytes
          case .error: errorOutput += frame.bytes
          }
        }
      }
    } catch {
      throw transport.wrap(error, .POST, path)
    }
    let inspection = try await get("/exec/\(Query.escape(id))/json", as: Inspection.self)
    guard let exitCode = inspection.ExitCode else {
      throw EngineError(.unexpectedAnswer, "the command ended without an exit status", method: "GET", path: path)
    }
    return ExecResult(
      exitCode: exitCode, output: String(decoding: output, as: UTF8.self),
      errorOutput: String(decoding: errorOutput, as: UTF8.self))
  }

  /// The last `lines` lines that a container wrote, standard output and error together.
  public func lastLog(
    _ container: String, lines: Int, within limit: Duration = .seconds(5)
  ) async throws(EngineError) -> [String] {
    let path =
      "/containers/\(Query.escape(container))/logs"
      + Query.string(["stdout": "true", "stderr": "true", "tail": String(lines)])
    let chunks = try await stream(.GET, path, within: limit)
    var frames = FrameDecoder()
    var text: [UInt8] = []
    do {
      for try await chunk in chunks {
        for frame in try frames.push(chunk) where text.count < 1 << 20 { text += frame.bytes }
      }
    } catch {
      throw transport.wrap(error, .GET, path)
    }
    return String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline).suffix(lines).map(String.init)
  }
}

/// Takes apart the two streams an engine sends as one: a header of eight bytes (stream, three zeros, length in four
/// bytes, big-endian), then the bytes.
struct FrameDecoder {
  /// Which stream a frame belongs to.
  enum Stream { case output, error }

  /// A piece of one stream.
  struct Frame {
    var stream: Stream
    var bytes: [UInt8]
  }

  private var pending = ByteBuffer()

  /// The frames that are complete with `chunk`.
  mutating func push(_ chunk: ByteBuffer) throws(EngineError) -> [Frame] {
    var chunk = chunk
    pending.writeBuffer(&chunk)
    var frames: [Frame] = []
    while let kind = pending.getInteger(at: pending.readerIndex, as: UInt8.self),
      let length = pending.getInteger(at: pending.readerIndex + 4, as: UInt32.self)
    {
      guard kind <= 2, length <= 1 << 24 else {
        throw EngineError(.unexpectedAnswer, "a frame of a log begins with \(kind) and is \(length) bytes long")
      }
      guard pending.readableBytes >= 8 + Int(length) else { break }
      pending.moveReaderIndex(forwardBy: 8)
      let bytes = pending.readBytes(length: Int(length)) ?? []
      frames.append(Frame(stream: kind == 2 ? .error : .output, bytes: bytes))
    }
    pending.discardReadBytes()
    return frames
  }
}
