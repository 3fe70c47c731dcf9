import FoundationEssentials
import Logging
import NIOCore
import NIOHTTP1

extension DockerEngine {
  /// What happens to objects with `labels`, until the engine closes the connection. `since` and the events' times are
  /// nanoseconds since 1970 by the engine's clock. Events are read as they come and kept for a slow reader: engines
  /// drop those that are not taken in time.
  public func events(
    labels: [String: String], types: [String] = ["container"], since: Int64? = nil
  ) async throws(EngineError) -> AsyncThrowingStream<EngineEvent, any Error> {
    let filters = try Query.filters(["label": Query.labels(labels), "type": types])
    let from = since.map { EngineTimestamp(nanoseconds: $0).query }
    let path = "/events" + Query.string(["since": from, "filters": filters])
    let chunks = try await stream(.GET, path, within: .seconds(10), patience: .endless)
    return AsyncThrowingStream { continuation in
      let task = Task {
        do {
          var lines = LineSplitter()
          for try await chunk in chunks {
            for line in try lines.push(chunk) { continuation.yield(try self.decode(Data(line), .GET, path)) }
          }
          // What is left was cut off in the middle: a reader that connects again gets it whole.
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  /// What happens to objects with `labels`, for as long as it is read. Connects again by itself, with pauses from
  /// 50 ms to 2 s, and requests what it missed; an event that comes twice is delivered once. `since` is as in
  /// ``events(labels:types:since:)``; from now on without it. `onDisconnect` learns why a connection ended or could
  /// not be made.
  public func followEvents(
    labels: [String: String], types: [String] = ["container"], since: Int64? = nil,
    onDisconnect: @escaping @Sendable (EngineError) -> Void = { _ in }
  ) -> AsyncStream<EventSignal> {
    AsyncStream { continuation in
      let logger = transport.logger
      let follower = EventFollower(
        self, labels: labels, types: types, since: since, tell: { continuation.yield($0) },
        lost: { error in
          logger.debug("no stream of events", metadata: ["error": "\(error)"])
          onDisconnect(error)
        })
      let task = Task {
        await follower.run()
        continuation.finish()
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}
