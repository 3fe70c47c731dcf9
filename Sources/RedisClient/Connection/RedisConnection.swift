import NIOCore
import NIOPosix
import Synchronization

/// One connection: commands go out in order and their replies come back in the same order. When it breaks, everything
/// that waits fails, and it is of no use any more.
package final class RedisConnection: Sendable {
  private let channel: any Channel
  private let queue: NIOLoopBound<ReplyQueue>
  private let numbers = Atomic<UInt64>(0)

  private init(_ channel: any Channel, _ queue: NIOLoopBound<ReplyQueue>) {
    self.channel = channel
    self.queue = queue
  }

  deinit { channel.close(promise: nil) }

  /// Connects and signs in; `limit` bounds each of the two.
  package static func connect(_ configuration: RedisConfiguration, limit: Duration) async throws -> RedisConnection {
    let limits = configuration.replyLimits
    let connection: RedisConnection
    do {
      connection = try await ClientBootstrap(group: configuration.eventLoopGroup)
        .connectTimeout(TimeAmount(limit))
        .channelOption(.socketOption(.so_keepalive), value: 1)
        .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        .connect(host: configuration.host, port: configuration.port) { channel in
          channel.eventLoop.makeCompletedFuture {
            let queue = ReplyQueue()
            let decoder = ByteToMessageHandler(RESPDecoder(limits: limits), maximumBufferSize: limits.bulk + (1 << 20))
            try channel.pipeline.syncOperations.addHandlers([decoder, queue])
            return RedisConnection(channel, NIOLoopBound(queue, eventLoop: channel.eventLoop))
          }
        }
    } catch {
      try Task.checkCancellation()
      throw RedisError(.unreachable, "can't connect to \(configuration.host):\(configuration.port): \(error)")
    }
    do {
      try await connection.signIn(configuration, limit: limit)
    } catch {
      connection.close()
      throw error
    }
    return connection
  }

  package var isOpen: Bool { channel.isActive }

  /// Closes it; what waits for a reply fails.
  package func close() {
    let queue = queue
    channel.eventLoop.execute { queue.value.fail(RedisError(.closed, "the connection was closed")) }
  }

  /// Sends commands in one write; returns their replies, errors among them.
  package func send(_ commands: [RedisCommand], limit: Duration) async throws -> [RESPValue] {
    guard !commands.isEmpty else { return [] }
    try Task.checkCancellation()
    var buffer = channel.allocator.buffer(capacity: 256)
    for command in commands { RESPEncoder.encode(command, into: &buffer) }
    let bytes = buffer
    let id = numbers.wrappingAdd(1, ordering: .relaxed).newValue
    let promise = channel.eventLoop.makePromise(of: [RESPValue].self)
    let queue = queue
    let loop = channel.eventLoop
    return try await withTaskCancellationHandler {
      loop.execute {
        queue.value.send(bytes, count: commands.count, id: id, limit: TimeAmount(limit), promise: promise)
      }
      return try await promise.futureResult.get()
    } onCancel: {
      loop.execute { queue.value.abandon(id) }
    }
  }

  private func signIn(_ configuration: RedisConfiguration, limit: Duration) async throws {
    guard let command = configuration.greeting else { return }
    let replies = try await send([command], limit: limit)
    switch replies.first {
    case .error(let message): throw RedisError(.refused, message, command: command.name)
    case .simple, .map, .array: return
    default: throw RedisError(.protocolViolation, "an unexpected reply", command: command.name)
    }
  }
}

/// The parser as a part of a channel's pipeline.
private struct RESPDecoder: ByteToMessageDecoder {
  typealias InboundOut = RESPValue

  private var parser: RESPParser

  init(limits: RESPLimits) { parser = RESPParser(limits: limits) }

  mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
    guard let value = try parser.next(&buffer) else { return .needMoreData }
    context.fireChannelRead(wrapInboundOut(value))
    return .continue
  }
}
