import HAProxy
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A small web server on loopback that says who it is and what it was asked, and can misbehave.
final class WebServer: Sendable {
  enum Behaviour: Sendable {
    case answer
    /// Accepts requests and says nothing.
    case hang
    /// Closes the connection instead of answering.
    case drop
    /// Answers with what this makes of the request.
    case respond(@Sendable (HTTPRequestHead) -> (HTTPResponseStatus, HTTPHeaders))
  }

  private struct State: Sendable {
    var behaviour = Behaviour.answer
    var requests: [String] = []
    var connections: [ObjectIdentifier: any Channel] = [:]
    var waiting: [any Channel] = []
  }

  let name: String
  private let state = Mutex(State())
  private let listener: Mutex<(any Channel)?> = Mutex(nil)
  let port: Int

  init(_ name: String) async throws {
    self.name = name
    let box = Mutex<WebServer?>(nil)
    let holder = Holder(box)
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelOption(.backlog, value: 1024)
      .childChannelInitializer { child in
        child.eventLoop.makeCompletedFuture {
          try child.pipeline.syncOperations.configureHTTPServerPipeline()
          try child.pipeline.syncOperations.addHandler(WebHandler(holder))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
    listener.withLock { $0 = channel }
    holder.box.withLock { $0 = self }
  }

  /// As a server of a backend.
  var server: ProxyConfiguration.Server { .init(address: "127.0.0.1", port: port) }

  /// `METHOD uri` of what came in, checks of `/health` left out.
  var requests: [String] { state.withLock { $0.requests } }

  func behave(_ behaviour: Behaviour) { state.withLock { $0.behaviour = behaviour } }

  /// Answers the requests that hang.
  func release() {
    let waiting = state.withLock { state in
      defer { state.waiting = [] }
      state.behaviour = .answer
      return state.waiting
    }
    for channel in waiting { WebHandler.answer(channel, "released") }
  }

  /// Dies: nobody listens any more, connections are reset.
  func die() {
    listener.withLock { channel in
      channel?.close(promise: nil)
      channel = nil
    }
    let connections = state.withLock { Array($0.connections.values) }
    for channel in connections { channel.close(promise: nil) }
  }

  fileprivate func note(_ channel: any Channel, isOpen: Bool) {
    state.withLock { $0.connections[ObjectIdentifier(channel)] = isOpen ? channel : nil }
  }

  fileprivate func react(to head: HTTPRequestHead, on channel: any Channel) {
    let isCheck = head.uri == "/health"
    let behaviour = state.withLock { state in
      if !isCheck { state.requests.append("\(head.method.rawValue) \(head.uri)") }
      if case .hang = state.behaviour { state.waiting.append(channel) }
      return state.behaviour
    }
    switch behaviour {
    case .hang: break
    case .drop: channel.close(promise: nil)
    case .respond(let response):
      let (status, headers) = isCheck ? (HTTPResponseStatus.ok, HTTPHeaders()) : response(head)
      WebHandler.answer(channel, "", status: status, headers: headers)
    case .answer:
      let prefix = head.headers.first(name: "X-Forwarded-Prefix") ?? "-"
      WebHandler.answer(channel, "\(name) \(head.method.rawValue) \(head.uri) \(prefix)")
    }
  }

  fileprivate final class Holder: Sendable {
    let box: Mutex<WebServer?>
    init(_ box: consuming Mutex<WebServer?>) { self.box = box }
  }
}

private final class WebHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart

  private let holder: WebServer.Holder
  private var head: HTTPRequestHead?

  init(_ holder: WebServer.Holder) { self.holder = holder }

  func channelActive(context: ChannelHandlerContext) {
    holder.box.withLock { $0 }?.note(context.channel, isOpen: true)
  }

  func channelInactive(context: ChannelHandlerContext) {
    holder.box.withLock { $0 }?.note(context.channel, isOpen: false)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): self.head = head
    case .body: break
    case .end:
      guard let head else { return }
      holder.box.withLock { $0 }?.react(to: head, on: context.channel)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  static func answer(
    _ channel: any Channel, _ text: String, status: HTTPResponseStatus = .ok, headers more: HTTPHeaders = [:]
  ) {
    var headers: HTTPHeaders = ["content-length": "\(text.utf8.count)", "content-type": "text/plain"]
    headers.add(contentsOf: more)
    channel.write(HTTPServerResponsePart.head(.init(version: .http1_1, status: status, headers: headers)), promise: nil)
    channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: text))), promise: nil)
    channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
  }
}
