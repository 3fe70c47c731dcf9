import NIOCore
import NIOPosix

/// One look at whether something answers: a TCP connection, or an HTTP status from 200 to 399.
enum HealthProbe {
  /// How long an answer may take. As at the proxy, whose checks go on from here.
  static let limit: TimeAmount = .milliseconds(300)

  static func passes(address: String, port: Int, path: String?) async -> Bool {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let verdict = loop.makePromise(of: Bool.self)
    let bootstrap = ClientBootstrap(group: loop).connectTimeout(limit).channelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(
          StatusHandler(request: path.map { request($0, "\(address):\(port)") }, verdict: verdict))
      }
    }
    do {
      let channel = try await bootstrap.connect(host: address, port: port).get()
      let timer = loop.scheduleTask(in: limit) { channel.close(promise: nil) }
      let passed = try await verdict.futureResult.get()
      timer.cancel()
      channel.close(promise: nil)
      return passed
    } catch {
      // Whatever went wrong, it does not answer; the caller asks again and says so when it gives up.
      verdict.succeed(false)
      return false
    }
  }

  private static func request(_ path: String, _ host: String) -> String {
    "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
  }
}

/// Asks once the connection stands, and reads just the status: `HTTP/1.x NNN`. The end of the connection, whatever its
/// reason, is a "no" unless there was an answer before.
private final class StatusHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let request: String?
  private let verdict: EventLoopPromise<Bool>
  private var head = ByteBuffer()

  init(request: String?, verdict: EventLoopPromise<Bool>) {
    self.request = request
    self.verdict = verdict
  }

  func channelActive(context: ChannelHandlerContext) {
    guard let request else { return verdict.succeed(true) }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var chunk = unwrapInboundIn(data)
    head.writeBuffer(&chunk)
    guard let start = head.getString(at: head.readerIndex, length: 12) else { return }
    let status = start.hasPrefix("HTTP/1.") ? Int(start.suffix(3)) : nil
    verdict.succeed(status.map { (200..<400).contains($0) } ?? false)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) { verdict.succeed(false) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    verdict.succeed(false)
    context.close(promise: nil)
  }
}
