import FoundationEssentials
public import HydraModel
public import RedisClient

/// The desired state and the event log in Redis.
///
/// - `hydra:<cluster>:desired`: the desired state, one JSON document. One writer, small, always written as a whole: so
///   no reader ever sees half a change.
/// - `hydra:<cluster>:events`: a stream whose entry `<number>-0` is event `<number>`, cut at about 10,000.
public struct RedisStore: Store {
  private let client: RedisClient
  private let desiredKey: [UInt8]
  private let eventsKey: [UInt8]

  /// The store of `cluster` in `client`'s server.
  public init(client: RedisClient, cluster: String) {
    self.client = client
    desiredKey = Array("hydra:\(cluster):desired".utf8)
    eventsKey = Array("hydra:\(cluster):events".utf8)
  }

  public func load() async throws -> DesiredState? {
    switch try await command("GET", desiredKey) {
    case .bulk(let bytes): return try HydraJSON.decode(from: Data(bytes))
    default: return nil
    }
  }

  public func save(_ state: DesiredState) async throws {
    try await command("SET", desiredKey, Array(try HydraJSON.encode(state)))
  }

  public func append(_ events: [ClusterEvent]) async throws {
    let last = try await lastID()
    for event in events where event.id > last {
      try await command(
        "XADD", eventsKey, Array("MAXLEN".utf8), Array("~".utf8), Array("10000".utf8), Array("\(event.id)-0".utf8),
        Array("e".utf8), Array(try HydraJSON.encode(event)))
    }
  }

  public func events(limit: Int) async throws -> [ClusterEvent] {
    let entries = try await newest(limit)
    return try entries.reversed().compactMap { entry in
      guard case .array(let parts) = entry, parts.count == 2, let fields = parts[1].elements, fields.count == 2,
        case .bulk(let bytes) = fields[1]
      else { return nil }
      return try HydraJSON.decode(from: Data(bytes))
    }
  }

  public func check() async throws { try await command("PING") }

  private func lastID() async throws -> UInt64 {
    guard let entry = try await newest(1).first?.elements, let id = entry.first?.text else { return 0 }
    return id.split(separator: "-").first.flatMap { UInt64($0) } ?? 0
  }

  private func newest(_ limit: Int) async throws -> [RESPValue] {
    let reply = try await command(
      "XREVRANGE", eventsKey, Array("+".utf8), Array("-".utf8), Array("COUNT".utf8), Array(String(limit).utf8))
    return reply.elements ?? []
  }

  @discardableResult
  private func command(_ name: String, _ arguments: [UInt8]...) async throws(HydraError) -> RESPValue {
    do {
      return try await client.command(name, arguments)
    } catch {
      throw HydraError(.unavailable, "redis: \(error)")
    }
  }
}
