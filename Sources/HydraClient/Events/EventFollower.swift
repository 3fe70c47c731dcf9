import AsyncHTTPClient
import AsyncSupport
import FoundationEssentials
import HydraModel
import NIOCore
import NIOHTTP1
import Synchronization

/// Follows the event stream of an API across lost connections: resumes after the last event that was seen, or after the
/// number with which the stream was opened.
actor EventFollower {
  private let client: APIClient
  private let yield: @Sendable (ClusterEvent) -> Void
  private var lastID: UInt64?
  private var patience: Patience
  private let contact: ContactHandler
  /// Attempts in a row that did not open the stream.
  private var failedAttempts = 0
  private var isAway = false

  init(
    client: APIClient, after id: UInt64?, contact: @escaping ContactHandler = { _ in },
    yield: @escaping @Sendable (ClusterEvent) -> Void
  ) {
    self.client = client
    self.yield = yield
    self.contact = contact
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
      } catch is TimeLimitExceeded {
        failure = ConnectionFailure("it is silent", wasConnected: true)
      } catch let error as HydraError where error.code == .unavailable {
        failure = ConnectionFailure(error.message, wasConnected: true)
      } catch is CancellationError {
        return
      }
      failedAttempts += 1
      // A stream that is cut and opened again at once is nothing to speak of.
      if failedAttempts > 1, !isAway {
        isAway = true
        contact(.lost(failure.reason))
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
    let response = try await withTimeLimit(configuration.read) {
      try await client.transport.open(opening, headers: openingHeaders)
    }
    let type = response.headers.first(name: "Content-Type") ?? ""
    guard response.status == .ok, type.lowercased().hasPrefix("text/event-stream") else {
      let body = try await withTimeLimit(configuration.read) { try await response.body.collect(upTo: 1 << 20) }
      let reply = APIReply(
        status: Int(response.status.code), contentType: type, body: Array(body.readableBytesView))
      let interpretation = Interpretation(opening, at: client.url)
      throw response.status == .ok ? interpretation.notHydra(reply) : interpretation.error(of: reply)
    }
    failedAttempts = 0
    if isAway {
      isAway = false
      contact(.restored)
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
            try await self.take(messages, upTo: parser.lastEventID, request)
          }
        } catch is ServerSentEventParser.TooLong {
          throw HydraError(.unreachable, "\(self.client.url) sends an event that is too long")
        } catch {
          throw Transport.classified(error)
        }
      }
      group.addTask {
        while heard.elapsed < silence { try await Task.sleep(for: silence - heard.elapsed) }
        throw TimeLimitExceeded()
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  private func take(_ messages: [ServerSentEvent], upTo last: String?, _ request: APIRequest) throws {
    patience.reset()
    defer { if let number = last.flatMap({ UInt64($0) }) { lastID = number } }
    for message in messages {
      // A newer cluster may tell of things unknown here.
      guard message.event.map({ ClusterEvent.Kind(rawValue: $0) != nil }) ?? true else { continue }
      guard let event = try? HydraJSON.decode(ClusterEvent.self, from: Data(message.data.utf8)) else {
        let reply = APIReply(status: 200, contentType: "text/event-stream", body: Array(message.data.utf8))
        throw Interpretation(request, at: client.url).notHydra(reply)
      }
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
