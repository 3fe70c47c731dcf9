import NIOCore
import NIOPosix

/// One request to a unix socket of HAProxy and the whole response: a connection of its own, read until its end.
struct SocketExchange: Sendable {
  let path: String
  let limit: Duration

  /// Longest response. A server takes about 100 bytes in `show servers state` and 500 in `show stat`.
  static let longestAnswer = 64 << 20

  /// Sends `question`, which ends in a line end; returns all that came back.
  ///
  /// With `halfClosing` our side of the connection is closed after the question: the master ends its response only then. A
  /// worker must be asked to `quit` instead: after a half-close it drops what it has not read yet, and a quarter of
  /// questions with 2,000 commands were cut off (2.6.12, busy machine).
  func ask(_ question: String, halfClosing: Bool) async throws -> String {
    try Task.checkCancellation()
    let path = path
    let limit = limit
    let channel: any Channel
    let answer: EventLoopFuture<String>
    do {
      (channel, answer) = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(.nanoseconds(limit.nanoseconds))
        .connect(unixDomainSocketPath: path) { channel in
          channel.eventLoop.makeCompletedFuture {
            let collector = AnswerCollector(channel.eventLoop.makePromise(of: String.self), path, limit)
            try channel.pipeline.syncOperations.addHandler(collector)
            return (channel, collector.promise.futureResult)
          }
        }
    } catch {
      try Task.checkCancellation()
      throw HAProxyError(.unreachable, "'\(path)' can't be reached: \(SocketExchange.reason(error))")
    }
    return try await withTaskCancellationHandler {
      // A write that fails ends the connection, which the collector sees.
      channel.writeAndFlush(ByteBuffer(string: question)).whenSuccess {
        if halfClosing { channel.close(mode: .output, promise: nil) }
      }
      let text = try await answer.get()
      try Task.checkCancellation()
      return text
    } onCancel: {
      channel.close(promise: nil)
    }
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? IOError else { return "\(error)" }
    return switch error.errnoCode {
    case 2: "it does not exist"
    case 13: "no permission"
    case 111: "nobody listens"
    default: "\(error)"
    }
  }
}

/// Collects bytes until the connection ends.
private final class AnswerCollector: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  let promise: EventLoopPromise<String>
  private let path: String
  private let limit: Duration
  private var collected = ByteBuffer()
  private var timer: Scheduled<Void>?
  private var failure: HAProxyError?

  init(_ promise: EventLoopPromise<String>, _ path: String, _ limit: Duration) {
    self.promise = promise
    self.path = path
    self.limit = limit
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let channel = context.channel
    timer = context.eventLoop.scheduleTask(in: .nanoseconds(limit.nanoseconds)) {
      let collector = bound.value
      collector.failure = HAProxyError(.timeout, "no response from '\(collector.path)' within \(collector.limit)")
      channel.close(promise: nil)
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    collected.writeBuffer(&bytes)
    guard collected.readableBytes > SocketExchange.longestAnswer else { return }
    failure = HAProxyError(
      .unexpectedAnswer, "the response of '\(path)' is longer than \(SocketExchange.longestAnswer) bytes")
    context.close(promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // Whether a connection that was reset had responded is for the reader of the response to see: a master that reloads
    // ends its connections so.
    context.close(promise: nil)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    if let failure { return promise.fail(failure) }
    promise.succeed(String(buffer: collected))
  }
}

extension Duration {
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return min(max(seconds, 0), 1_000_000_000) * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
