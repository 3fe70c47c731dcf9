import HydraControl
import HydraModel
import NIOCore
import NIOPosix

/// One health check of a replica, as the proxy does it afterwards: a TCP connect, or an HTTP status from 200 to 399.
struct HealthProbe {
  let address: String
  let service: ServiceSpec

  func run() async -> HealthVerdict {
    let limit = TimeAmount.nanoseconds(Int64(service.traffic.healthTimeout * 1e9))
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let verdict = loop.makePromise(of: HealthVerdict.self)
    let (check, silence, brokenOff) = (self.check, self.silence, self.brokenOff)
    let request = service.health.map { self.request($0) }
    let bootstrap = ClientBootstrap(group: loop).connectTimeout(limit).channelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(
          StatusHandler(request: request, check: check, brokenOff: brokenOff, verdict: verdict))
      }
    }
    do {
      let channel = try await bootstrap.connect(host: address, port: service.nodePort).get()
      let timer = loop.scheduleTask(in: limit) {
        verdict.succeed(silence)
        channel.close(promise: nil)
      }
      let found = try await verdict.futureResult.get()
      timer.cancel()
      channel.close(promise: nil)
      return found
    } catch {
      let found = refused(error)
      verdict.succeed(found)
      return found
    }
  }

  /// What was tried: `GET /home`, `a TCP connect`.
  private var check: String { service.health.map { "GET \($0)" } ?? "a TCP connect" }

  private var silence: HealthVerdict {
    .failed(
      "\(check) got no response within \(Duration.seconds(service.traffic.healthTimeout).formatted)",
      remedy: "raise '--health-timeout' if the service is slow")
  }

  private var brokenOff: HealthVerdict {
    .failed("\(check): the connection was closed without a response", remedy: listening)
  }

  private func refused(_ error: any Error) -> HealthVerdict {
    if let error = error as? ChannelError, case .connectTimeout = error { return silence }
    return .failed("\(check): the connection was refused", remedy: listening)
  }

  private var listening: String { "does the image listen on the service port, \(service.servicePort)?" }

  private func request(_ path: String) -> String {
    "GET \(path) HTTP/1.1\r\nHost: \(service.traffic.healthHost)\r\nConnection: close\r\n\r\n"
  }
}

extension Duration {
  /// `2 s`, `300 ms`.
  fileprivate var formatted: String {
    let milliseconds = Int(self / .milliseconds(1))
    return milliseconds.isMultiple(of: 1000) ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
  }
}

/// Sends the request once connected, and reads just the status: `HTTP/1.x NNN`. The end of the connection, whatever its
/// reason, is a failure unless there was a status before.
private final class StatusHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let request: String?
  private let check: String
  private let brokenOff: HealthVerdict
  private let verdict: EventLoopPromise<HealthVerdict>
  private var head = ByteBuffer()

  init(request: String?, check: String, brokenOff: HealthVerdict, verdict: EventLoopPromise<HealthVerdict>) {
    self.request = request
    self.check = check
    self.brokenOff = brokenOff
    self.verdict = verdict
  }

  func channelActive(context: ChannelHandlerContext) {
    guard let request else { return verdict.succeed(.passed) }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var chunk = unwrapInboundIn(data)
    head.writeBuffer(&chunk)
    guard let start = head.getString(at: head.readerIndex, length: 12) else { return }
    let status = start.hasPrefix("HTTP/1.") ? Int(start.suffix(3)) : nil
    if let status {
      let failure = HealthVerdict.failed(
        "\(check) returned \(status)", remedy: "expected 200 to 399; check '--health' and '--health-host'")
      verdict.succeed((200..<400).contains(status) ? .passed : failure)
    } else {
      verdict.succeed(.failed("\(check): the response is not HTTP/1", remedy: "check '--service-port'"))
    }
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) { verdict.succeed(brokenOff) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    verdict.succeed(brokenOff)
    context.close(promise: nil)
  }
}
