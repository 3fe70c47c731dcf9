import AsyncSupport
import NIOCore
import NIOHTTP1

/// Which part of a container's log is read.
public struct LogOptions: Sendable, Equatable {
  /// Whether to go on with what comes, until the container ends.
  public var follow: Bool
  /// Only so many of the last lines; nil for all.
  public var tail: Int?
  /// Whether each line begins with its time (RFC 3339) and a blank.
  public var timestamps: Bool
  /// Only what was written since; nil for all.
  public var since: EngineTimestamp?

  /// All of the log so far by default.
  public init(follow: Bool = false, tail: Int? = nil, timestamps: Bool = false, since: EngineTimestamp? = nil) {
    self.follow = follow
    self.tail = tail
    self.timestamps = timestamps
    self.since = since
  }
}

extension DockerEngine {
  /// What a container wrote, and with `follow` what it writes. `limit` is for the beginning of the response; a log that
  /// is not followed must not fall silent for longer than that either.
  public func logs(
    _ container: String, _ options: LogOptions = LogOptions(), within limit: Duration = defaultLimit
  ) async throws(EngineError) -> ContainerOutput {
    // Before API 1.42 nothing in the response distinguishes a terminal's bytes from frames.
    let raw = try await inspectContainer(container, within: limit).tty
    let path =
      "/containers/\(Query.escape(container))/logs"
      + Query.string([
        "stdout": "true", "stderr": "true", "follow": options.follow ? "true" : nil,
        "tail": options.tail.map { String($0) }, "timestamps": options.timestamps ? "true" : nil,
        "since": options.since?.query,
      ])
    let chunks = try await stream(
      .GET, path, within: limit, patience: options.follow ? .endless : .init(idle: limit))
    return ContainerOutput(chunks: chunks, raw: raw)
  }

  /// The last `lines` lines that a container wrote, standard output and error together; at most 1 MiB. `limit` is for
  /// all of it.
  public func lastLog(
    _ container: String, lines: Int, within limit: Duration = .seconds(5)
  ) async throws(EngineError) -> [String] {
    var text: [UInt8] = []
    do {
      text = try await withTimeLimit(limit) { [self] in
        var text: [UInt8] = []
        for try await frame in try await logs(container, LogOptions(tail: lines), within: limit) {
          text += frame.bytes
          // The last lines count: what is too much goes at the front.
          if text.count > 2 << 20 { text.removeFirst(text.count - (1 << 20)) }
        }
        return text
      }
    } catch {
      throw transport.wrap(error, .GET, "/containers/\(Query.escape(container))/logs")
    }
    return String(decoding: text.suffix(1 << 20), as: UTF8.self).split(whereSeparator: \.isNewline).suffix(lines)
      .map(String.init)
  }
}
