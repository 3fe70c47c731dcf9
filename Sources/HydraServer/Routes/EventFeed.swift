import FoundationEssentials
import HummingbirdCore
import HydraModel
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// One reader of the event stream.
struct EventFeed: Sendable {
  let cluster: any ClusterOperations
  let after: UInt64?
  let limits: ServerLimits
  let channel: any Channel
  let logger: Logger

  /// Events that wait for a slow reader; one that falls further behind is cut off and resumes by number.
  static let capacity = 4096

  private enum Item: Sendable { case event(ClusterEvent), heartbeat }

  /// Since when a piece is being written; nil between pieces.
  private final class Progress: Sendable {
    let writingSince = Mutex<ContinuousClock.Instant?>(nil)
  }

  /// Writes events and heartbeats until the reader leaves, the server stops or the cluster's stream ends.
  func write(to writer: inout any ResponseBodyWriter) async throws {
    // At once, so that the reader knows that it is connected, and where it stands: one that loses the connection before its
    // first event resumes by this number.
    let start: UInt64?
    if let after { start = after } else { start = try await cluster.latestEvent() }
    let number = start.map { "id: \($0)\n" } ?? ""
    try await writer.write(ByteBuffer(string: ": events\nretry: 1000\n\(number)\n"))
    let (items, sink) = AsyncStream<Item>.makeStream(bufferingPolicy: .bufferingOldest(EventFeed.capacity))
    let progress = Progress()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await self.pump(after: start, into: sink) }
      group.addTask { try await self.beat(into: sink, progress) }
      defer { group.cancelAll() }
      for await item in items {
        let piece = try EventFeed.piece(item)
        progress.writingSince.withLock { $0 = .now }
        try await writer.write(ByteBuffer(bytes: piece))
        progress.writingSince.withLock { $0 = nil }
      }
    }
  }

  private func pump(after: UInt64?, into sink: AsyncStream<Item>.Continuation) async {
    defer { sink.finish() }
    await withGracefulShutdownHandler {
      do {
        for try await event in cluster.events(after: after) {
          if case .dropped = sink.yield(.event(event)) {
            logger.debug("a reader of events fell \(EventFeed.capacity) events behind and is cut off")
            return
          }
        }
      } catch {
        logger.warning("the event stream ended: \(String(reflecting: error))")
      }
    } onGracefulShutdown: {
      sink.finish()
    }
  }

  private func beat(into sink: AsyncStream<Item>.Continuation, _ progress: Progress) async throws {
    while true {
      try await Task.sleep(for: limits.heartbeat)
      if let since = progress.writingSince.withLock({ $0 }), .now - since > limits.stalledReader {
        logger.debug("a reader of events takes nothing and is cut off")
        channel.close(promise: nil)
        return
      }
      sink.yield(.heartbeat)
    }
  }

  private static func piece(_ item: Item) throws -> [UInt8] {
    switch item {
    case .heartbeat: return Array(": heartbeat\n\n".utf8)
    case .event(let event):
      // JSON on one line: the encoder escapes line ends.
      let head = "id: \(event.id)\nevent: \(event.kind.rawValue)\ndata: "
      return Array(head.utf8) + [UInt8](try HydraJSON.encode(event)) + Array("\n\n".utf8)
    }
  }
}
