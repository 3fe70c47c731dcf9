import HTTPTypes
import HummingbirdCore
import HydraModel
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// What the framework leaves to the channel: `Expect: 100-continue`, an answer in our shape to what is not HTTP, and an
/// end of the connection that lets the client read its last answer.
///
/// Closing a socket while the client still sends makes its kernel throw our answer away (RFC 9112 §9.6). So only the
/// sending half is closed, and what still comes is thrown away for a moment.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  /// How long a client may go on sending after its last answer.
  static let lingering: TimeAmount = .seconds(2)

  private let maximumBody: Int
  private var requestsInProgress = 0
  /// How many responses are still to be written before the connection ends; nil when it goes on.
  private var responsesUntilClose: Int?
  private var isLingering = false

  init(maximumBody: Int) { self.maximumBody = maximumBody }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isLingering else { return }
    if case .head(let head) = unwrapInboundIn(data) {
      requestsInProgress += 1
      // Requests may be sent before the answers to earlier ones: those are still written.
      if head.headerFields[.connection]?.lowercased() == "close" { responsesUntilClose = requestsInProgress }
      if requestsInProgress == 1, head.headerFields[.expect]?.lowercased() == "100-continue",
        head.headerFields[.contentLength].flatMap({ Int($0) }) ?? 0 <= maximumBody
      {
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
      }
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(let head):
      if head.headerFields[.connection]?.lowercased() == "close" { responsesUntilClose = 1 }
      context.write(data, promise: promise)
    case .body:
      context.write(data, promise: promise)
    case .end:
      requestsInProgress -= 1
      responsesUntilClose = responsesUntilClose.map { $0 - 1 }
      guard responsesUntilClose == 0 else { return context.write(data, promise: promise) }
      context.writeAndFlush(data, promise: promise)
      linger(context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // Whoever reads the body of a request in progress answers it.
    guard requestsInProgress == 0, !isLingering else { return context.fireErrorCaught(error) }
    guard !(error is IOError), !(error is ChannelError) else { return context.fireErrorCaught(error) }
    let status: HTTPResponse.Status =
      (error as? HTTPParserError) == .headerOverflow ? .requestHeaderFieldsTooLarge : .badRequest
    let message = status == .badRequest ? "the request is not valid HTTP" : "the headers are too large"
    var answer = Answer.error(HydraError(.invalidArgument, message), status: status)
    answer.headers[.connection] = "close"
    answer.headers[.contentLength] = "\(answer.body.count)"
    context.write(wrapOutboundOut(.head(answer.response.head)), promise: nil)
    context.write(wrapOutboundOut(.body(ByteBuffer(bytes: answer.body))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    linger(context)
  }

  private func linger(_ context: ChannelHandlerContext) {
    guard !isLingering else { return }
    isLingering = true
    context.close(mode: .output, promise: nil)
    let channel = context.channel
    let timer = context.eventLoop.scheduleTask(in: ConnectionHandler.lingering) { channel.close(promise: nil) }
    context.channel.closeFuture.whenComplete { _ in timer.cancel() }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // The client has read our end and closed its own: nothing is left to wait for.
    if isLingering, case .some(.inputClosed) = event as? ChannelEvent {
      context.close(promise: nil)
      return
    }
    context.fireUserInboundEventTriggered(event)
  }
}
