import FoundationEssentials
import HydraControl
import HydraModel
public import RedisClient

/// What must survive a restart of the management node, in Redis: the saved state and the event log.
///
/// - `hydra:<cluster>:desired`: the saved state, one JSON document. One writer, small, always written as a whole: so
///   no reader ever sees half a change.
/// - `hydra:<cluster>:events`: a stream whose entry `<number>-0` is event `<number>`, cut at about 10,000.
public struct RedisStore: Sendable {
  private let client: RedisClient
  private let desiredKey: String
  private let eventsKey: String

  /// How many events are kept, about.
  private static let eventCapacity = 10_000

  /// The store of `cluster` in `client`'s server.
  public init(client: RedisClient, cluster: String) {
    self.client = client
    desiredKey = "hydra:\(cluster):desired"
    eventsKey = "hydra:\(cluster):events"
  }

  /// The state saved last; nil when none was saved yet.
  func load() async throws -> SavedState? {
    try await translating {
      try await client.get(desiredKey).map { try HydraJSON.decode(from: Data($0)) }
    }
  }

  /// Saves `state`; returns once it is on disk.
  func save(_ state: SavedState) async throws {
    let document = Array(try HydraJSON.encode(state))
    // Writing the same state twice is as good as once, so a broken connection may be tried again.
    try await translating { _ = try await client.send(RedisCommand("SET", desiredKey, document, idempotent: true)) }
  }

  /// Appends events, oldest first. An event whose number is there already is skipped, so that this may be repeated.
  func append(_ events: [ClusterEvent]) async throws {
    try await translating {
      let last = try await client.xrevrange(eventsKey, count: 1).first.map(RedisStore.number) ?? 0
      let commands = try events.filter { $0.id > last }.map { event in
        RedisCommand(
          "XADD", eventsKey, "MAXLEN", "~", String(RedisStore.eventCapacity), "\(event.id)-0", "e",
          Array(try HydraJSON.encode(event)))
      }
      if !commands.isEmpty { _ = try await client.transaction(commands) }
    }
  }

  /// The last `limit` events, oldest first.
  func events(limit: Int) async throws -> [ClusterEvent] {
    try await translating {
      try await client.xrevrange(eventsKey, count: limit).reversed().compactMap { entry in
        try entry["e"].map { try HydraJSON.decode(from: Data($0)) }
      }
    }
  }

  /// Returns if the store responds; throws what is wrong otherwise.
  func check() async throws { try await translating { try await client.ping() } }

  private static func number(_ entry: RedisStreamEntry) -> UInt64 {
    entry.id.split(separator: "-").first.flatMap { UInt64($0) } ?? 0
  }

  private func translating<T>(_ body: () async throws -> T) async throws -> T {
    do {
      return try await body()
    } catch let error as RedisError {
      throw HydraError(.unavailable, "redis: \(error)")
    }
  }
}
