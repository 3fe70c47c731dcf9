import NIOCore
import NIOPosix
import RedisClient
import Synchronization

/// A server on loopback that answers commands as a script says.
final class StubServer: Sendable {
  /// A command that came in.
  struct Received: Sendable, Equatable {
    /// Counts connections, from 1.
    var connection: Int
    var words: [String]
  }

  /// What to do about it.
  enum Reaction: Sendable {
    /// Sends these bytes.
    case reply(String)
    /// Sends these bytes, then closes the connection.
    case replyAndClose(String)
    /// Closes the connection.
    case close
    /// Says nothing, ever.
    case hang
  }

  private struct Log: Sendable {
    var received: [Received] = []
    var connections = 0
  }

  private let log = Mutex(Log())
  private let channel: any Channel

  private init(_ channel: any Channel) { self.channel = channel }

  var port: Int { channel.localAddress?.port ?? 0 }
  var received: [Received] { log.withLock { $0.received } }
  var connections: Int { log.withLock { $0.connections } }

  /// Serves for as long as `body` takes.
  static func run<Value>(
    _ script: @escaping @Sendable (Received) -> Reaction, _ body: (StubServer) async throws -> Value
  ) async throws -> Value {
    let server = NIOLockedServer()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { child in
        child.eventLoop.makeCompletedFuture {
          try child.pipeline.syncOperations.addHandler(StubConnection(server, script))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let stub = StubServer(channel)
    server.value.withLock { $0 = stub }
    do {
      let value = try await body(stub)
      try await channel.close()
      return value
    } catch {
      try await channel.close()
      throw error
    }
  }

  fileprivate func connected() -> Int {
    log.withLock {
      $0.connections += 1
      return $0.connections
    }
  }

  fileprivate func note(_ command: Received) { log.withLock { $0.received.append(command) } }
}

/// The stub, once it is there: its connections come later.
private final class NIOLockedServer: Sendable {
  let value = Mutex<StubServer?>(nil)
}

private final class StubConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let server: NIOLockedServer
  private let script: @Sendable (StubServer.Received) -> StubServer.Reaction
  private var number = 0
  private var parser = RESPParser()
  private var buffer = ByteBuffer()

  init(_ server: NIOLockedServer, _ script: @escaping @Sendable (StubServer.Received) -> StubServer.Reaction) {
    self.server = server
    self.script = script
  }

  func channelActive(context: ChannelHandlerContext) {
    number = server.value.withLock { $0 }?.connected() ?? 0
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    buffer.writeBuffer(&bytes)
    while let value = try? parser.next(&buffer), let words = value.elements?.compactMap(\.text) {
      let command = StubServer.Received(connection: number, words: words)
      server.value.withLock { $0 }?.note(command)
      switch script(command) {
      case .reply(let text): write(text, context)
      case .replyAndClose(let text):
        write(text, context)
        context.close(promise: nil)
      case .close: context.close(promise: nil)
      case .hang: break
      }
    }
  }

  private func write(_ text: String, _ context: ChannelHandlerContext) {
    context.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
  }
}
