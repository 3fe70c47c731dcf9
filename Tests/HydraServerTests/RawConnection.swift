import FoundationEssentials
import HydraModel
import NIOCore
import NIOPosix

/// A connection on which a test writes and reads bytes as it likes.
struct RawConnection: Sendable {
  private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  private let received = Received()
  let channel: any Channel

  static func with<T: Sendable>(
    _ port: Int, _ body: @escaping @Sendable (RawConnection) async throws -> T
  ) async throws -> T {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel(
            wrappingChannelSynchronously: channel,
            configuration: .init(
              isOutboundHalfClosureEnabled: true, inboundType: ByteBuffer.self, outboundType: ByteBuffer.self))
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      let connection = RawConnection(outbound: outbound, channel: channel.channel)
      return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          do {
            for try await piece in inbound { await connection.received.append(piece.readableBytesView) }
          } catch {
            // A reset is an end too.
          }
          await connection.received.end()
        }
        defer { group.cancelAll() }
        return try await body(connection)
      }
    }
  }

  private init(outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>, channel: any Channel) {
    self.outbound = outbound
    self.channel = channel
  }

  func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

  /// What comes until the server closes.
  func readToEnd() async -> String { await received.take(until: nil) }

  /// What comes up to and with `text`.
  func read(until text: String) async -> String { await received.take(until: text) }

  func closeOutput() { outbound.finish() }
}

/// What came on a connection and was not taken yet.
private actor Received {
  private var bytes: [UInt8] = []
  private var isEnded = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func append(_ more: ByteBufferView) {
    bytes += more
    wake()
  }

  func end() {
    isEnded = true
    wake()
  }

  /// Everything up to and with `text`, or everything there is when the end comes first.
  func take(until text: String?) async -> String {
    while true {
      if let text, let range = bytes.firstRange(of: Array(text.utf8)) {
        defer { bytes.removeSubrange(..<range.upperBound) }
        return String(decoding: bytes[..<range.upperBound], as: UTF8.self)
      }
      if isEnded {
        defer { bytes = [] }
        return String(decoding: bytes, as: UTF8.self)
      }
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  private func wake() {
    for continuation in waiting { continuation.resume() }
    waiting = []
  }
}

/// An answer, taken apart.
struct RawResponse: Sendable {
  var status: Int
  var headers: [String: String] = [:]
  var body: String

  struct Malformed: Error { var text: String }

  init(_ text: String) throws {
    let halves = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
    let lines = halves[0].split(separator: "\r\n")
    guard halves.count == 2, let line = lines.first,
      let status = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { throw Malformed(text: text) }
    self.status = status
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
    }
    body = String(halves[1])
  }

  func decode<T: Decodable>(_ type: T.Type = T.self) throws -> T { try HydraJSON.decode(type, from: Data(body.utf8)) }

  /// The error in it.
  var error: ErrorPayload { get throws { try decode() } }
}
