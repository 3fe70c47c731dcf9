/// An entry of a stream.
public struct RedisStreamEntry: Sendable, Equatable {
  /// `<milliseconds>-<sequence>`, or as it was given.
  public var id: String
  /// Fields in the order in which they were added.
  public var fields: [(name: String, value: [UInt8])]

  /// An entry of these parts.
  public init(id: String, fields: [(name: String, value: [UInt8])]) {
    self.id = id
    self.fields = fields
  }

  /// The first field called `name`; nil when there is none.
  public subscript(name: String) -> [UInt8]? { fields.first { $0.name == name }?.value }

  /// Whether both are the same, field by field.
  public static func == (a: RedisStreamEntry, b: RedisStreamEntry) -> Bool {
    a.id == b.id && a.fields.elementsEqual(b.fields) { $0.name == $1.name && $0.value == $1.value }
  }
}

extension RedisClient {
  /// `PING`; throws unless it is replied to.
  public func ping() async throws { try await send(RedisCommand("PING", idempotent: true)) }

  /// `GET`: the value of `key`; nil when there is none.
  public func get(_ key: String) async throws -> [UInt8]? {
    let command = RedisCommand("GET", key, idempotent: true)
    let reply = try await send(command)
    return reply.isNull ? nil : try reply.expect(\.bytes, command)
  }

  /// `SET`: `value` for `key`. Not repeated by itself: a repetition could undo what somebody else set meanwhile.
  public func set(_ key: String, _ value: any RedisArgument) async throws { try await command("SET", key, value) }

  /// `DEL`: removes `keys`; returns how many there were.
  @discardableResult
  public func delete(_ keys: String...) async throws -> Int64 {
    let command = RedisCommand(name: "DEL", arguments: keys)
    return try await send(command).expect(\.integer, command)
  }

  /// `HSET`: sets fields of the hash at `key`; returns how many are new.
  @discardableResult
  public func hset(_ key: String, _ fields: [String: any RedisArgument]) async throws -> Int64 {
    let pairs = fields.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] as [any RedisArgument] }
    let command = RedisCommand(name: "HSET", arguments: [key] + pairs)
    return try await send(command).expect(\.integer, command)
  }

  /// `HGETALL`: the fields of the hash at `key`; empty when there is none.
  public func hgetall(_ key: String) async throws -> [String: [UInt8]] {
    let command = RedisCommand("HGETALL", key, idempotent: true)
    var fields: [String: [UInt8]] = [:]
    for entry in try await send(command).expect(\.entries, command) {
      fields[try entry.key.expect(\.text, command)] = try entry.value.expect(\.bytes, command)
    }
    return fields
  }

  /// `XADD`: appends an entry to the stream at `key` and returns its id; Redis makes one unless it is given. With
  /// `keepingAbout` old entries are dropped, a few more than that are kept.
  @discardableResult
  public func xadd(
    _ key: String, id: String = "*", _ fields: [(name: String, value: any RedisArgument)], keepingAbout: Int? = nil
  ) async throws -> String {
    let bound = keepingAbout.map { ["MAXLEN", "~", $0] as [any RedisArgument] } ?? []
    let pairs = fields.flatMap { [$0.name, $0.value] as [any RedisArgument] }
    let command = RedisCommand(name: "XADD", arguments: [key] + bound + [id] + pairs)
    return try await send(command).expect(\.text, command)
  }

  /// `XRANGE`: entries of the stream at `key`, oldest first.
  public func xrange(
    _ key: String, from first: String = "-", to last: String = "+", count: Int? = nil
  ) async throws -> [RedisStreamEntry] {
    try await range(RedisCommand(name: "XRANGE", arguments: [key, first, last] + bound(count), idempotent: true))
  }

  /// `XREVRANGE`: entries of the stream at `key`, newest first.
  public func xrevrange(
    _ key: String, from last: String = "+", to first: String = "-", count: Int? = nil
  ) async throws -> [RedisStreamEntry] {
    try await range(RedisCommand(name: "XREVRANGE", arguments: [key, last, first] + bound(count), idempotent: true))
  }

  private func bound(_ count: Int?) -> [any RedisArgument] { count.map { ["COUNT", $0] } ?? [] }

  private func range(_ command: RedisCommand) async throws -> [RedisStreamEntry] {
    try await send(command).expect(\.elements, command).map { element in
      let parts = try element.expect(\.elements, command)
      guard parts.count == 2 else {
        throw RedisError(.protocolViolation, "an entry has \(parts.count) parts", command: command.name)
      }
      let fields = try parts[1].expect(\.entries, command).map {
        (name: try $0.key.expect(\.text, command), value: try $0.value.expect(\.bytes, command))
      }
      return RedisStreamEntry(id: try parts[0].expect(\.text, command), fields: fields)
    }
  }
}

extension RESPValue {
  fileprivate func expect<Value>(_ part: (RESPValue) -> Value?, _ command: RedisCommand) throws -> Value {
    guard let value = part(self) else {
      throw RedisError(.protocolViolation, "the reply is \(kind)", command: command.name)
    }
    return value
  }
}
