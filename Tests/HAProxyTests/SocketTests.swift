import HAProxy
import NIOCore
import NIOPosix
import Testing

/// A unix socket that reads a question and does one thing.
private func withSocket<Value>(
  _ reaction: @escaping @Sendable (any Channel) -> Void, _ body: (String) async throws -> Value
) async throws -> Value {
  let path = "/tmp/hx-\(UInt32.random(in: 0 ... .max)).sock"
  let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
    .childChannelOption(.allowRemoteHalfClosure, value: true)
    .childChannelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(Reaction(reaction))
      }
    }
    .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
  do {
    let value = try await body(path)
    try await server.close()
    return value
  } catch {
    try await server.close()
    throw error
  }
}

private final class Reaction: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private let reaction: @Sendable (any Channel) -> Void

  init(_ reaction: @escaping @Sendable (any Channel) -> Void) { self.reaction = reaction }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) { reaction(context.channel) }
}

@Suite("HAProxy's sockets when they misbehave", .timeLimit(.minutes(1)))
struct SocketTests {
  /// So long that a busy machine does not exceed it.
  private let patience: Duration = .seconds(50)

  private func reason(_ body: () async throws -> Void) async -> HAProxyError.Reason? {
    do {
      try await body()
      return nil
    } catch {
      return (error as? HAProxyError)?.reason
    }
  }

  @Test("nobody there")
  func absent() async {
    #expect(await reason { _ = try await RuntimeAPI(socket: "/tmp/hx-none.sock").showInfo() } == .unreachable)
    let long = "/tmp/" + String(repeating: "x", count: 200)
    #expect(await reason { _ = try await RuntimeAPI(socket: long).showInfo() } == .unreachable)
    #expect(
      await reason { _ = try await MasterCLI(socket: "/tmp/hx-none.sock", limit: .milliseconds(100)).reload() }
        == .unreachable)
  }

  @Test("it hangs")
  func hang() async throws {
    try await withSocket({ _ in }) { path async throws in
      let start = ContinuousClock.now
      let api = RuntimeAPI(socket: path, limit: .milliseconds(100))
      #expect(await reason { _ = try await api.showInfo() } == .timeout)
      #expect(ContinuousClock.now - start < .seconds(40))
    }
  }

  @Test("it hangs, and we are cancelled")
  func cancelled() async throws {
    try await withSocket({ _ in }) { path async throws in
      let task = Task { try await RuntimeAPI(socket: path, limit: .seconds(50)).showInfo() }
      try await Task.sleep(for: .milliseconds(50))
      let start = ContinuousClock.now
      task.cancel()
      await #expect(throws: CancellationError.self) { _ = try await task.value }
      #expect(ContinuousClock.now - start < .seconds(40))
    }
  }

  @Test("it closes without an answer, and in the middle of one")
  func closes() async throws {
    try await withSocket({ $0.close(promise: nil) }) { path async throws in
      #expect(await reason { _ = try await RuntimeAPI(socket: path, limit: patience).showInfo() } == .unreachable)
    }
    try await withSocket({ channel in
      channel.writeAndFlush(ByteBuffer(string: "\n> Pid: 1\nVers")).whenComplete { _ in channel.close(promise: nil) }
    }) { path async throws in
      #expect(await reason { _ = try await RuntimeAPI(socket: path, limit: patience).showInfo() } == .unreachable)
    }
  }

  @Test("it talks nonsense")
  func nonsense() async throws {
    try await withSocket({ channel in
      channel.writeAndFlush(ByteBuffer(string: "\n> \u{1}\u{2}\n> what?\n> ")).whenComplete { _ in
        channel.close(promise: nil)
      }
    }) { path async throws in
      let api = RuntimeAPI(socket: path, limit: patience)
      #expect(await reason { _ = try await api.showInfo() } == .unexpectedAnswer)
      #expect(await reason { _ = try await api.showServersState() } == .unexpectedAnswer)
      #expect(await reason { _ = try await api.showStatistics() } == .unexpectedAnswer)
      #expect(
        await reason { _ = try await MasterCLI(socket: path, limit: patience).showProcesses() } == .unexpectedAnswer)
    }
  }
}
