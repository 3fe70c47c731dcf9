import NIOCore
import NIOPosix

/// One look at whether something answers: a TCP connection, or an HTTP status from 200 to 399.
enum HealthProbe {
  /// How long an answer may take. As at the proxy, whose checks go on from here.
  static let limit: TimeAmount = .milliseconds(300)

  static func passes(address: String, port: Int, path: String?) async -> Bool {
    do {
      let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(limit)
        .connect(host: address, port: port) { channel in
          channel.eventLoop.makeCompletedFuture {
            try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
          }
        }
      let timer = channel.channel.eventLoop.scheduleTask(in: limit) { channel.channel.close(promise: nil) }
      defer { timer.cancel() }
      return try await channel.executeThenClose { inbound, outbound in
        guard let path else { return true }
        try await outbound.write(
          ByteBuffer(string: "GET \(path) HTTP/1.1\r\nHost: \(address):\(port)\r\nConnection: close\r\n\r\n"))
        return try await isWell(inbound)
      }
    } catch {
      // Whatever went wrong, it does not answer; the caller asks again and says so when it gives up.
      return false
    }
  }

  /// Reads just the status: `HTTP/1.x NNN`.
  private static func isWell(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) async throws -> Bool {
    var head = ByteBuffer()
    for try await var chunk in inbound {
      head.writeBuffer(&chunk)
      guard head.readableBytes >= 12 else { continue }
      let text = String(buffer: head.getSlice(at: head.readerIndex, length: 12) ?? head)
      guard text.hasPrefix("HTTP/1."), let status = Int(text.suffix(3)) else { return false }
      return (200..<400).contains(status)
    }
    return false
  }
}
