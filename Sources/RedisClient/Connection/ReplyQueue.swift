import NIOCore

/// Commands that were sent together, and what came back for them. Lives on the connection's event loop.
final class Batch {
  let id: UInt64
  let expected: Int
  var replies: [RESPValue] = []
  /// Nil once the reply was delivered, or nobody waits any more; the replies are counted all the same.
  var promise: EventLoopPromise<[RESPValue]>?
  var timer: Scheduled<Void>?

  init(id: UInt64, expected: Int, promise: EventLoopPromise<[RESPValue]>) {
    self.id = id
    self.expected = expected
    self.promise = promise
  }

  func finish(_ result: Result<[RESPValue], any Error>) {
    timer?.cancel()
    timer = nil
    promise?.completeWith(result)
    promise = nil
  }
}

/// Matches replies with their commands, by their order: one queue, and it breaks as a whole.
final class ReplyQueue: ChannelInboundHandler {
  typealias InboundIn = RESPValue

  private var waiting: CircularBuffer<Batch> = []
  private var failure: RedisError?
  private weak var channel: (any Channel)?

  func handlerAdded(context: ChannelHandlerContext) { channel = context.channel }

  /// Sends `bytes`, which hold `count` commands. After `limit` without their replies the connection is closed: whatever
  /// waits behind them would get no reply either.
  func send(_ bytes: ByteBuffer, count: Int, id: UInt64, limit: TimeAmount, promise: EventLoopPromise<[RESPValue]>) {
    guard failure == nil, let channel, channel.isActive else {
      // Whatever ended the connection was not about this command, which may be sent on another.
      promise.fail(RedisError(.unreachable, failure?.message ?? "not connected"))
      return
    }
    let batch = Batch(id: id, expected: count, promise: promise)
    waiting.append(batch)
    let bound = NIOLoopBound(self, eventLoop: channel.eventLoop)
    batch.timer = channel.eventLoop.scheduleTask(in: limit) {
      bound.value.fail(RedisError(.timeout, "no reply within \(limit.milliseconds) ms"))
    }
    channel.writeAndFlush(bytes).whenFailure { error in
      bound.value.fail(RedisError(.unreachable, "sending failed: \(error)"))
    }
  }

  /// Nobody waits for the replies of `id` any more. They still come, and are dropped.
  func abandon(_ id: UInt64) {
    waiting.first { $0.id == id }?.finish(.failure(CancellationError()))
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let value = unwrapInboundIn(data)
    if case .push = value { return }
    guard let batch = waiting.first else {
      return fail(RedisError(.protocolViolation, "\(value.kind) that belongs to no command"))
    }
    batch.replies.append(value)
    guard batch.replies.count == batch.expected else { return }
    waiting.removeFirst()
    batch.finish(.success(batch.replies))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    case let error as RESPProtocolError: fail(RedisError(.protocolViolation, error.description))
    case is ByteToMessageDecoderError.PayloadTooLargeError:
      fail(RedisError(.protocolViolation, "a string is longer than the limit"))
    default: fail(RedisError(.unreachable, "the connection broke: \(error)"))
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail(RedisError(.unreachable, "the server closed the connection"))
    context.fireChannelInactive()
  }

  /// Fails everything that waits, and closes the connection.
  func fail(_ error: RedisError) {
    if failure == nil { failure = error }
    var unanswered = error
    unanswered.mayHaveBeenExecuted = true
    while let batch = waiting.popFirst() { batch.finish(.failure(unanswered)) }
    channel?.close(promise: nil)
  }
}

extension TimeAmount {
  init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let bounded = min(max(seconds, 0), 1_000_000_000)
    self = .nanoseconds(bounded * 1_000_000_000 + attoseconds / 1_000_000_000)
  }

  var milliseconds: Int64 { nanoseconds / 1_000_000 }
}
