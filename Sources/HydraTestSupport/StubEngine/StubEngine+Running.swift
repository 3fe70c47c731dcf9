import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Runs `body` with a stub that answers as told, and ends the stub with all its connections.
public func withStubEngine<R>(
  _ place: StubEngine.Place = .unix, answering: @escaping StubEngine.Answering,
  _ body: (StubEngine) async throws -> R
) async throws -> R {
  let directory = FileManager.default.temporaryDirectory.appending(path: "stub-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: directory) }
  let (server, connections) = try await StubEngine.bind(place, socket: directory.appending(path: "engine.sock").path)
  guard let address = server.localAddress else { throw ChannelError.unknownLocalAddress }
  let stub = StubEngine(address: address, answering: answering)
  return try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask {
      await withDiscardingTaskGroup { serving in
        for await connection in connections { serving.addTask { await stub.serve(connection) } }
        // The server takes no more; whoever is still being served is cut off.
        serving.cancelAll()
      }
    }
    let result: Result<R, any Error>
    do { result = .success(try await body(stub)) } catch { result = .failure(error) }
    // The task is not cancelled but ends by itself: it is to serve what was accepted.
    server.close(promise: nil)
    try await group.waitForAll()
    return try result.get()
  }
}

extension StubEngine {
  typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, ByteBuffer>

  /// Listens. Each connection that is accepted comes out of the stream, which ends when the server does: a channel that
  /// nobody ever uses would be taken for a defect, and NIO's own stream drops those that come while it is closed.
  static func bind(_ place: Place, socket: String) async throws -> (any Channel, AsyncStream<Connection>) {
    let (connections, accepted) = AsyncStream.makeStream(of: Connection.self)
    let tls = place == .tls ? try NIOSSLContext(configuration: tlsConfiguration()) : nil
    let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          // Requests are parsed; answers are bytes, so that they can be wrong.
          try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
          let connection = try Connection(wrappingChannelSynchronously: channel)
          if case .terminated = accepted.yield(connection) {
            Task { try await connection.executeThenClose { _, _ in } }
          }
        }
      }
    let server =
      switch place {
      case .unix: try await bootstrap.bind(unixDomainSocketPath: socket).get()
      case .tls, .tcp: try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
      }
    server.closeFuture.whenComplete { _ in accepted.finish() }
    return (server, connections)
  }

  private static func tlsConfiguration() throws -> TLSConfiguration {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(StubCertificates.server.utf8))
        .map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(StubCertificates.serverKey.utf8), format: .pem)))
    configuration.certificateVerification = .noHostnameVerification
    configuration.trustRoots = .certificates(
      try NIOSSLCertificate.fromPEMBytes(Array(StubCertificates.authority.utf8)))
    return configuration
  }
}
