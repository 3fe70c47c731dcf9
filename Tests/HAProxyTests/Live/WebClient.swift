import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A client that keeps its connection, as browsers and services do: it connects anew only when it was told to.
final class WebClient {
  struct Reply: Sendable {
    var status: UInt
    var headers: HTTPHeaders
    var body: String
  }

  struct Lost: Error, CustomStringConvertible {
    var description: String
  }

  private let port: Int
  private var channel: (any Channel)?

  init(_ port: Int) { self.port = port }

  deinit { channel?.close(promise: nil) }

  func get(_ uri: String, headers: HTTPHeaders = [:]) async throws -> Reply {
    try await request(.GET, uri, headers: headers)
  }

  func request(_ method: HTTPMethod, _ uri: String, headers: HTTPHeaders = [:]) async throws -> Reply {
    let channel = try await connected()
    let promise = channel.eventLoop.makePromise(of: Reply.self)
    var headers = headers
    headers.add(name: "Host", value: "127.0.0.1")
    let head = HTTPRequestHead(version: .http1_1, method: method, uri: uri, headers: headers)
    let handler = try await channel.pipeline.handler(type: ReplyCollector.self).map {
      NIOLoopBound($0, eventLoop: channel.eventLoop)
    }.get()
    channel.eventLoop.execute { handler.value.expect(promise) }
    channel.write(HTTPClientRequestPart.head(head), promise: nil)
    channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    let reply = try await promise.futureResult.get()
    if reply.headers["connection"].contains(where: { $0.lowercased() == "close" }) {
      self.channel = nil
      channel.close(promise: nil)
    }
    return reply
  }

  private func connected() async throws -> any Channel {
    if let channel { return channel }
    let new = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(.seconds(5))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHTTPClientHandlers(enableOutboundHeaderValidation: false)
          try channel.pipeline.syncOperations.addHandler(ReplyCollector())
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
    channel = new
    return new
  }
}

private final class ReplyCollector: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart

  private var promise: EventLoopPromise<WebClient.Reply>?
  private var reply = WebClient.Reply(status: 0, headers: [:], body: "")
  private var isClosed = false

  func expect(_ promise: EventLoopPromise<WebClient.Reply>) {
    if isClosed { return promise.fail(WebClient.Lost(description: "the connection was closed while idle")) }
    self.promise = promise
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): reply = .init(status: head.status.code, headers: head.headers, body: "")
    case .body(let bytes): reply.body += String(buffer: bytes)
    case .end:
      promise?.succeed(reply)
      promise = nil
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    promise?.fail(WebClient.Lost(description: "\(error)"))
    promise = nil
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    isClosed = true
    promise?.fail(WebClient.Lost(description: "the connection was closed before the answer"))
    promise = nil
  }
}

/// Clients that ask without pause, each over a connection that it keeps, and what became of their requests.
final class Load: Sendable {
  struct Count: Sendable {
    var good = 0
    var bad: [String] = []
  }

  private let count = Mutex(Count())
  private let end = Flag()

  /// Runs clients while `body` runs, and counts.
  static func run(
    clients: Int, port: Int, uri: String, _ body: @Sendable (Load) async throws -> Void
  ) async throws -> Count {
    let load = Load()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<clients { group.addTask { await load.work(port, uri) } }
      defer { load.end.raise() }
      try await load.progress(by: clients)
      try await body(load)
      try await load.progress(by: clients * 2)
    }
    return load.count.withLock { $0 }
  }

  /// Returns after so many more requests.
  func progress(by requests: Int) async throws {
    let start = count.withLock { $0.good + $0.bad.count }
    while count.withLock({ $0.good + $0.bad.count }) < start + requests { try await Task.sleep(for: .milliseconds(1)) }
  }

  private func work(_ port: Int, _ uri: String) async {
    var client = WebClient(port)
    while !end.isUp {
      do {
        let reply = try await client.get(uri)
        count.withLock { reply.status == 200 ? $0.good += 1 : $0.bad.append("\(reply.status) \(reply.body)") }
      } catch {
        count.withLock { $0.bad.append("\(error)") }
        client = WebClient(port)
      }
    }
  }
}

/// Tells others to stop.
final class Flag: Sendable {
  private let value = Atomic(false)

  var isUp: Bool { value.load(ordering: .relaxed) }

  func raise() { value.store(true, ordering: .relaxed) }
}
