/// A client of one Redis server over one connection, which is made when it is needed and made again after it broke.
///
/// A command that failed is not repeated: whoever sent it knows whether that is safe.
public actor RedisClient {
  private let host: String
  private let port: Int
  private let user: String
  private let password: String
  private let limit: Duration
  private var connection: RedisConnection?
  private var connecting: Task<RedisConnection, any Error>?

  /// A client of the server at `host`:`port`; `limit` bounds each command, and the connecting before it.
  public init(host: String, port: Int, user: String, password: String, limit: Duration = .seconds(2)) {
    self.host = host
    self.port = port
    self.user = user
    self.password = password
    self.limit = limit
  }

  /// Closes the connection; what is on the way fails.
  public func close() {
    connection?.close()
    connection = nil
  }

  /// Sends one command; an error reply is thrown as `refused`.
  @discardableResult
  public func command(_ name: String, _ arguments: [UInt8]...) async throws(RedisError) -> RESPValue {
    let replies = try await pipeline(name, [[Array(name.utf8)] + arguments])
    return replies.first ?? .null
  }

  /// Sends commands as one transaction: all of them are executed, or none.
  public func transaction(_ commands: [[[UInt8]]]) async throws(RedisError) -> [RESPValue] {
    let replies = try await pipeline("MULTI", [[Array("MULTI".utf8)]] + commands + [[Array("EXEC".utf8)]])
    guard let results = replies.last?.elements, results.count == commands.count else {
      throw RedisError(.protocolViolation, "the transaction was not executed", command: "EXEC")
    }
    for result in results {
      if case .error(let message) = result { throw RedisError(.refused, message, command: "EXEC") }
    }
    return results
  }

  private func pipeline(_ name: String, _ commands: [[[UInt8]]]) async throws(RedisError) -> [RESPValue] {
    do {
      let connection = try await connected()
      let replies = try await connection.send(commands, limit: limit)
      for reply in replies {
        if case .error(let message) = reply { throw RedisError(.refused, message, command: name) }
      }
      return replies
    } catch var error as RedisError {
      error.command = name
      if error.reason != .refused { drop() }
      throw error
    } catch {
      drop()
      throw RedisError(.unreachable, "\(error)", command: name)
    }
  }

  private func drop() {
    if connection?.isOpen == false { connection = nil }
  }

  private func connected() async throws -> RedisConnection {
    if let connection, connection.isOpen { return connection }
    let task = connecting ?? Task { try await connect() }
    connecting = task
    return try await task.value
  }

  private func connect() async throws -> RedisConnection {
    defer { connecting = nil }
    let new = try await RedisConnection.connect(host: host, port: port, limit: limit)
    let reply = try await new.send([["AUTH", user, password].map { Array($0.utf8) }], limit: limit)
    if case .error(let message) = reply.first {
      new.close()
      throw RedisError(.refused, message, command: "AUTH")
    }
    connection = new
    return new
  }
}
