import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// Something that listens and answers each connection with what the test wrote down.
struct ScriptedServer: Sendable {
  /// What to do on a connection, given its number from 0 and the first bytes that came.
  typealias Script = @Sendable (_ connection: Int, _ request: String) -> [Step]

  enum Step: Sendable {
    case send(String)
    case pause(Duration)
    /// Stays silent until the client leaves.
    case hang
    /// Breaks off the connection (without a further step it is closed in order).
    case reset
  }

  let port: Int
  private let seen: Seen

  final class Seen: Sendable { let requests = Mutex<[String]>([]) }

  /// What was asked, in order.
  var requests: [String] { seen.requests.withLock { $0 } }

  /// Runs `body` while the server listens.
  static func run(
    _ script: @escaping Script, _ body: @escaping @Sendable (ScriptedServer) async throws -> Void
  ) async throws {
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(ChannelOptions.autoRead, value: false)
      .bind(host: "127.0.0.1", port: 0) { channel in channel.eventLoop.makeSucceededFuture(channel) }
    let seen = Seen()
    let port = listener.channel.localAddress?.port ?? 0
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await withThrowingDiscardingTaskGroup { connections in
          try await listener.executeThenClose { inbound in
            for try await connection in inbound {
              connections.addTask {
                // A client that leaves early is part of the plan.
                try? await ScriptedServer.serve(connection, script, seen)
              }
            }
          }
        }
      }
      defer { group.cancelAll() }
      try await body(ScriptedServer(port: port, seen: seen))
    }
  }

  private static func serve(
    _ channel: any Channel, _ script: Script, _ seen: Seen
  ) async throws {
    // Not before: one that is dropped unused, because the test has ended, would be a defect to the framework.
    let connection = try await channel.eventLoop.submit {
      try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
    }.get()
    try await channel.setOption(.autoRead, value: true).get()
    try await connection.executeThenClose { inbound, outbound in
      var iterator = inbound.makeAsyncIterator()
      var request = ""
      while !request.contains("\r\n\r\n") {
        guard let piece = try await iterator.next() else { return }
        request += String(buffer: piece)
      }
      let number = seen.requests.withLock { requests in
        requests.append(request)
        return requests.count - 1
      }
      for step in script(number, request) {
        switch step {
        case .send(let text): try await outbound.write(ByteBuffer(string: text))
        case .pause(let duration): try await Task.sleep(for: duration)
        case .hang: while try await iterator.next() != nil {}
        case .reset:
          let options = connection.channel as? any SocketOptionProvider
          try await options?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
      }
    }
  }
}

/// Answers written out.
enum Wire {
  static func json(_ status: String, _ body: String) -> String {
    "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
  }

  static let eventStream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"

  static let node =
    #"{"name":"node-1","container":"node-1.test","ip":"10.0.0.2","image":"i","state":"ready","since":"2026-01-31T09:05:00.250Z","services":[],"labels":{}}"#

  static func event(_ id: Int, _ kind: String = "node.down") -> String {
    "id: \(id)\nevent: \(kind)\ndata: {\"id\":\(id),\"time\":\"2026-01-31T09:05:00.250Z\",\"kind\":\"\(kind)\",\"message\":\"m\"}\n\n"
  }
}
