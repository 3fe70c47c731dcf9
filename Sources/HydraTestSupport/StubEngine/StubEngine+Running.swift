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
  let server = try await StubEngine.bind(place, socket: directory.appending(path: "engine.sock").path)
  guard let address = server.channel.localAddress else { throw ChannelError.unknownLocalAddress }
  let stub = StubEngine(address: address, answering: answering)
  return try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask {
      try await server.executeThenClose { connections in
        try await withThrowingDiscardingTaskGroup { serving in
          for try await connection in connections { serving.addTask { await stub.serve(connection) } }
          // The server takes no more; whoever is still being served is cut off.
          serving.cancelAll()
        }
      }
    }
    do {
      let result = try await body(stub)
      await stop(server.channel, &group)
      return result
    } catch {
      await stop(server.channel, &group)
      throw error
    }
  }
}

/// Ends the server. Its task is not cancelled but ends by itself: a connection that was accepted and not served yet would
/// be dropped by a cancellation, which its channel takes for a defect.
private func stop(_ channel: any Channel, _ group: inout ThrowingTaskGroup<Void, any Error>) async {
  channel.close(promise: nil)
  while let ended = await group.nextResult() { _ = ended }
}

extension StubEngine {
  typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, ByteBuffer>

  static func bind(_ place: Place, socket: String) async throws -> NIOAsyncChannel<Connection, Never> {
    let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
    let tls = place == .tls ? try NIOSSLContext(configuration: tlsConfiguration()) : nil
    let prepare: @Sendable (any Channel) -> EventLoopFuture<Connection> = { channel in
      channel.eventLoop.makeCompletedFuture {
        if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
        // Requests are parsed; answers are bytes, so that they can be wrong.
        try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
        return try Connection(wrappingChannelSynchronously: channel)
      }
    }
    switch place {
    case .unix: return try await bootstrap.bind(unixDomainSocketPath: socket, childChannelInitializer: prepare)
    case .tls, .tcp: return try await bootstrap.bind(host: "127.0.0.1", port: 0, childChannelInitializer: prepare)
    }
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
