/// Something that happened to an object of an engine.
public struct EngineEvent: Sendable, Equatable, Decodable {
  /// What happened: `create`, `start`, `kill`, `die`, `stop`, `oom`, `pause`, `destroy`, `connect`, …
  public var action: String
  /// `container`, `network`, …
  public var type: String
  /// Id of what it happened to.
  public var id: String
  /// Its name, labels and details such as `signal` and `exitCode`.
  public var attributes: [String: String]
  /// When, in nanoseconds since 1970, by the engine's clock.
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
  /// It keeps 256 events, and none across its own restart: look at the state anew.
  case connected
  /// Something happened.
  case event(EngineEvent)
}
