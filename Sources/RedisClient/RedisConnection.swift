import NIOCore
import NIOPosix

/// One connection: commands go out in order and their replies come back in the same order. When it breaks everything
/// that waits fails.
final class RedisConnection: Sendable {
  private let channel: any Channel

  private init(_ channel: any Channel) { self.channel = channel }

  static func connect(host: String, port: Int, limit: Duration) async throws(RedisError) -> RedisConnection {
    do {
      let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(.nanoseconds(limit.nanoseconds))
        .channelOption(.socketOption(.tcp_nodelay), value: 1)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandlers([
              ByteToMessageHandler(RESPDecoder(), maximumBufferSize: RESPDecoder.longestBulk * 2), ReplyQueue(),
            ])
          }
        }
        .connect(host: host, port: port).get()
      return RedisConnection(channel)
    } catch {
      throw RedisError(.unreachable, "\(host):\(port) can't be reached: \(error)")
    }
  }

  var isOpen: Bool { channel.isActive }

  func close() { channel.close(promise: nil) }

  /// Sends commands in one write; answers their replies. After `limit` the connection is closed: a late reply would be
  /// taken for the next command's.
  func send(_ commands: [[[UInt8]]], limit: Duration) async throws -> [RESPValue] {
    let channel = channel
    let promises = commands.map { _ in channel.eventLoop.makePromise(of: RESPValue.self) }
    var buffer = channel.allocator.buffer(capacity: 256)
    for command in commands { RedisConnection.encode(command, into: &buffer) }
    let write = ReplyQueue.Write(buffer: buffer, promises: promises)
    let timer = channel.eventLoop.scheduleTask(in: .nanoseconds(limit.nanoseconds)) {
      for promise in promises { promise.fail(RedisError(.timeout, "no answer within \(limit)")) }
      channel.close(promise: nil)
    }
    defer { timer.cancel() }
    return try await withTaskCancellationHandler {
      channel.writeAndFlush(write, promise: nil)
      var replies: [RESPValue] = []
      for promise in promises { replies.append(try await promise.futureResult.get()) }
      return replies
    } onCancel: {
      for promise in promises { promise.fail(CancellationError()) }
      channel.close(promise: nil)
    }
  }

  static func encode(_ command: [[UInt8]], into buffer: inout ByteBuffer) {
    buffer.writeString("*\(command.count)\r\n")
    for argument in command {
      buffer.writeString("$\(argument.count)\r\n")
      buffer.writeBytes(argument)
      buffer.writeString("\r\n")
    }
  }
}

/// Matches replies with the commands they answer.
final class ReplyQueue: ChannelDuplexHandler {
  typealias InboundIn = RESPValue
  typealias OutboundIn = Write
  typealias OutboundOut = ByteBuffer

  /// Commands as bytes, and a promise for each one's reply.
  struct Write: Sendable {
    var buffer: ByteBuffer
    var promises: [EventLoopPromise<RESPValue>]
  }

  private var waiting: CircularBuffer<EventLoopPromise<RESPValue>> = []
  private var failure: (any Error)?

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let write = unwrapOutboundIn(data)
    guard context.channel.isActive, failure == nil else {
      let error = failure ?? RedisError(.unreachable, "the connection is closed")
      for waiting in write.promises { waiting.fail(error) }
      promise?.fail(error)
      return
    }
    waiting.append(contentsOf: write.promises)
    context.write(wrapOutboundOut(write.buffer), promise: promise)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard let next = waiting.popFirst() else {
      return errorCaught(context: context, error: RedisError(.protocolViolation, "an answer nobody asked for"))
    }
    next.succeed(unwrapInboundIn(data))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    failAll(error)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    failAll(RedisError(.unreachable, "the connection was closed"))
    context.fireChannelInactive()
  }

  private func failAll(_ error: any Error) {
    failure = error
    while let next = waiting.popFirst() { next.fail(error) }
  }
}

extension Duration {
  var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
