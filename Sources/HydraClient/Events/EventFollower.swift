import AsyncHTTPClient
import FoundationEssentials
import HydraModel
import NIOCore
import NIOHTTP1
import Synchronization

/// Follows the event stream of an API across lost connections: goes on after the last event that was seen.
actor EventFollower {
  private let client: APIClient
  private let yield: @Sendable (ClusterEvent) -> Void
  private var lastID: UInt64?
  private var patience: Patience

  init(client: APIClient, after id: UInt64?, yield: @escaping @Sendable (ClusterEvent) -> Void) {
    self.client = client
    self.yield = yield
    lastID = id
    patience = Patience(client.configuration)
  }

  /// Runs until cancelled. Throws when the API can't be reached for long, or is none.
  func run() async throws {
    while !Task.isCancelled {
      var failure = ConnectionFailure("the event stream ended", wasConnected: true)
      do {
        try await followOnce()
      } catch let lost as ConnectionFailure {
        failure = lost
      } catch is TimeIsUp {
        failure = ConnectionFailure("it is silent", wasConnected: true)
      } catch let error as HydraError where error.code == .unavailable {
        failure = ConnectionFailure(error.message, wasConnected: true)
      } catch is CancellationError {
        return
      }
      // An event stream is for long: even an API that was never reached gets the whole time.
      guard let pause = patience.pause(reached: true) else { throw client.unreachable(failure) }
      do { try await Task.sleep(for: pause) } catch { return }
    }
  }

  private func followOnce() async throws {
    let configuration = client.configuration
    var request = APIRequest(method: .GET, path: ["events"])
    if let lastID { request.query = [("after", "\(lastID)")] }
    var headers = [("Accept", "text/event-stream")]
    if let lastID { headers.append(("Last-Event-ID", "\(lastID)")) }
    let opening = request
    let openingHeaders = headers
    let client = client
    let response = try await within(configuration.read) {
      try await client.transport.open(opening, headers: openingHeaders)
    }
    let type = response.headers.first(name: "Content-Type") ?? ""
    guard response.status == .ok, type.lowercased().hasPrefix("text/event-stream") else {
      let body = try await within(configuration.read) { try await response.body.collect(upTo: 1 << 20) }
      let reply = APIReply(
        status: Int(response.status.code), contentType: type, body: Array(body.readableBytesView))
      let interpretation = Interpretation(opening, at: client.url)
      throw response.status == .ok ? interpretation.notHydra(reply) : interpretation.error(of: reply)
    }
    try await read(response.body, opening)
  }

  private func read(_ body: HTTPClientResponse.Body, _ request: APIRequest) async throws {
    let heard = LastHeard()
    let silence = client.configuration.silence
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        var parser = ServerSentEventParser()
        do {
          for try await piece in body {
            heard.now()
            let messages = try parser.feed(piece.readableBytesView)
            try await self.take(messages, request)
          }
        } catch is ServerSentEventParser.TooLong {
          throw HydraError(.unreachable, "\(self.client.url) sends an event that is too long")
        } catch {
          throw Transport.classified(error)
        }
      }
      group.addTask {
        while heard.elapsed < silence { try await Task.sleep(for: silence - heard.elapsed) }
        throw TimeIsUp()
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  private func take(_ messages: [ServerSentEvent], _ request: APIRequest) throws {
    patience.reset()
    for message in messages {
      if let id = message.id.flatMap({ UInt64($0) }) { lastID = id }
      // A newer cluster may tell of things unknown here.
      guard message.event.map({ ClusterEvent.Kind(rawValue: $0) != nil }) ?? true else { continue }
      guard let event = try? HydraJSON.decode(ClusterEvent.self, from: Data(message.data.utf8)) else {
        let reply = APIReply(status: 200, contentType: "text/event-stream", body: Array(message.data.utf8))
        throw Interpretation(request, at: client.url).notHydra(reply)
      }
      lastID = event.id
      yield(event)
    }
  }
}

/// When something was last heard.
private final class LastHeard: Sendable {
  private let instant = Mutex(ContinuousClock.now)

  func now() { instant.withLock { $0 = .now } }

  var elapsed: Duration { instant.withLock { $0.duration(to: .now) } }
}
