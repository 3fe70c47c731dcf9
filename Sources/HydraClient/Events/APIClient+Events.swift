import AsyncHTTPClient
import AsyncSupport
import FoundationEssentials
public import HydraModel
import NIOCore
import NIOHTTP1

extension APIClient {
  /// The number that a stream of events begins with.
  public func latestEvent() async throws -> UInt64? {
    let request = APIRequest(method: .GET, path: ["events"])
    let transport = transport
    return try await withTimeLimit(configuration.read) {
      let response = try await transport.open(request, headers: [("Accept", "text/event-stream")])
      guard response.status == .ok else { return nil }
      var parser = ServerSentEventParser()
      for try await piece in response.body {
        _ = try parser.feed(piece.readableBytesView)
        if let number = parser.lastEventID.flatMap({ UInt64($0) }) { return number }
      }
      return nil
    }
  }

  /// `GET /events`, across lost connections: goes on after the last event that was seen. Ends with an error when the API
  /// can't be reached for ``ClientConfiguration/lostContact``, or is none.
  public func events(
    after id: UInt64?, contact: @escaping ContactHandler
  ) -> AsyncThrowingStream<ClusterEvent, any Error> {
    AsyncThrowingStream(bufferingPolicy: .bufferingNewest(10_000)) { continuation in
      let task = Task {
        do {
          try await EventFollower(client: self, after: id, contact: contact) { continuation.yield($0) }.run()
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}
