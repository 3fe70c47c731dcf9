import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Something that happened to a container of an engine.
public struct EngineEvent: Sendable, Equatable, Decodable {
  /// What happened: `create`, `start`, `kill`, `die`, `stop`, `oom`, `pause`, `destroy`, `connect`, …
  public var action: String
  /// `container`, `network`, …
  public var type: String
  /// Id of what it happened to.
  public var id: String
  /// Its name, labels and details such as `signal` and `exitCode`.
  public var attributes: [String: String]
  /// When, in nanoseconds since 1970.
  public var time: Int64

  private enum Key: String, CodingKey { case action = "Action", type = "Type", actor = "Actor", time = "timeNano" }
  private struct Actor: Decodable {
    var ID: String
    var Attributes: [String: String]?
  }

  /// Decodes a line of `GET /events`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    action = try container.decode(String.self, forKey: .action)
    type = try container.decodeIfPresent(String.self, forKey: .type) ?? "container"
    let actor = try container.decode(Actor.self, forKey: .actor)
    id = actor.ID
    attributes = actor.Attributes ?? [:]
    time = try container.decodeIfPresent(Int64.self, forKey: .time) ?? 0
  }
}

/// What a followed stream of events tells.
public enum EventSignal: Sendable, Equatable {
  /// The stream is (again) connected; what was missed since the last event follows, as far as the engine still has it.
  case connected
  /// Something happened.
  case event(EngineEvent)
}

extension DockerEngine {
  /// What happens to objects with `labels`, until the engine closes the connection. `since` and the events' times are
  /// nanoseconds since 1970.
  public func events(
    labels: [String: String], types: [String] = ["container"], since: Int64? = nil
  ) async throws(EngineError) -> AsyncThrowingStream<EngineEvent, any Error> {
    let filters = Query.filters(["label": Query.labels(labels), "type": types])
    let from = since.map { "\($0 / 1_000_000_000).\(DockerEngine.nanoseconds($0))" }
    let path = "/events" + Query.string(["since": from, "filters": filters])
    let chunks = try await stream(.GET, path, within: .seconds(10))
    return AsyncThrowingStream { continuation in
      let task = Task {
        do {
          var lines = LineSplitter()
          for try await chunk in chunks {
            for line in try lines.push(chunk) { continuation.yield(try self.decode(Data(line), .GET, path)) }
          }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  /// What happens to objects with `labels`, for as long as it is read. Connects again by itself, with pauses from
  /// 50 ms to 2 s, and asks for what it missed; an event that comes twice is told once.
  public func followEvents(labels: [String: String]) -> AsyncStream<EventSignal> {
    AsyncStream { continuation in
      let task = Task {
        var last: Int64?
        var seenAtLast: Set<String> = []
        var pause: Duration = .milliseconds(50)
        while !Task.isCancelled {
          do {
            let events = try await self.events(labels: labels, since: last)
            continuation.yield(.connected)
            pause = .milliseconds(50)
            for try await event in events {
              let identity = "\(event.id) \(event.action)"
              if let last, event.time < last || (event.time == last && seenAtLast.contains(identity)) { continue }
              if event.time != last { seenAtLast = [] }
              last = event.time
              seenAtLast.insert(identity)
              continuation.yield(.event(event))
            }
          } catch {
            // The engine is away; whoever reads learns what it missed once it is back.
          }
          try? await Task.sleep(for: pause)
          pause = min(pause * 2, .seconds(2))
        }
        continuation.finish()
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  private static func nanoseconds(_ time: Int64) -> String {
    let digits = String(time % 1_000_000_000)
    return String(repeating: "0", count: 9 - digits.count) + digits
  }
}
