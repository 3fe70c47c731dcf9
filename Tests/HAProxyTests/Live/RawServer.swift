import HAProxy
import NIOCore
import NIOPosix
import Synchronization

/// A server on loopback that reacts to what comes in with bytes, for what an HTTP library would not do.
final class RawServer: Sendable {
  enum Behaviour: Sendable {
    /// Accepts an upgrade and gives back every byte that follows.
    case upgrade
    /// Begins a response, and ends it only when it is released.
    case stream
    /// Refuses as soon as the head of a request is there, and closes with the body unread.
    case refuse
  }

  let port: Int
  private let streams = Mutex<[any Channel]>([])

  init(_ behaviour: Behaviour) async throws {
    let box = Box()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelInitializer { child in
        child.eventLoop.makeCompletedFuture {
          try child.pipeline.syncOperations.addHandler(RawHandler(behaviour, box))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
    box.server.withLock { $0 = self }
  }

  /// As a server of a backend.
  var server: ProxyConfiguration.Server { .init(address: "127.0.0.1", port: port) }

  /// Responses that have begun.
  var open: Int { streams.withLock { $0.count } }

  /// Ends the responses that have begun.
  func release() {
    for channel in streams.withLock({ $0 }) {
      channel.writeAndFlush(ByteBuffer(string: "5\r\nlater\r\n0\r\n\r\n"), promise: nil)
    }
  }

  fileprivate func begun(_ channel: any Channel) { streams.withLock { $0.append(channel) } }

  fileprivate final class Box: Sendable {
    let server = Mutex<RawServer?>(nil)
  }
}

private final class RawHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let behaviour: RawServer.Behaviour
  private let box: RawServer.Box
  private var head = ""
  private var isUpgraded = false

  init(_ behaviour: RawServer.Behaviour, _ box: RawServer.Box) {
    self.behaviour = behaviour
    self.box = box
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    if isUpgraded { return context.writeAndFlush(wrapOutboundOut(bytes), promise: nil) }
    head += String(buffer: bytes)
    guard head.contains("\r\n\r\n") else { return }
    head = ""
    switch behaviour {
    case .upgrade:
      isUpgraded = true
      // The key and what it becomes are the example of RFC 6455.
      send(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n", context)
    case .stream:
      send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n", context)
      box.server.withLock { $0 }?.begun(context.channel)
    case .refuse:
      send("HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", context)
      context.close(promise: nil)
    }
  }

  private func send(_ text: String, _ context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// A connection on which bytes are sent and received as they are.
final class RawClient: Sendable {
  private struct State: Sendable {
    var received = ""
    var isClosed = false
  }

  private let channel: any Channel
  private let collector: Collector

  init(_ port: Int) async throws {
    let collector = Collector()
    self.collector = collector
    channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(collector) }
      }
      .connect(host: "127.0.0.1", port: port).get()
  }

  deinit { channel.close(promise: nil) }

  /// Everything that was received.
  var received: String { collector.state.withLock { $0.received } }
  /// Whether the other side closed the connection.
  var isClosed: Bool { collector.state.withLock { $0.isClosed } }

  /// Sends without waiting for it: the other side may refuse what comes.
  func send(_ text: String) { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }

  private final class Collector: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    let state = Mutex(State())

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let text = String(buffer: unwrapInboundIn(data))
      state.withLock { $0.received += text }
    }

    func channelInactive(context: ChannelHandlerContext) { state.withLock { $0.isClosed = true } }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}
