import RedisClient
import Testing

@Suite(
  "Redis client against a real redis-server", .serialized, .timeLimit(.minutes(1)),
  .enabled(if: RedisServerProcess.binary != nil, "redis-server is not installed: apt-get install redis-server"))
struct RealRedisTests {
  private func client(
    _ server: RedisServerProcess, user: String = "hydra", password: String = "pa55word",
    version: RedisConfiguration.ProtocolVersion = .resp2
  ) -> RedisClient {
    var configuration = RedisConfiguration(host: "127.0.0.1", port: server.port, user: user, password: password)
    configuration.version = version
    configuration.connectLimit = .seconds(30)
    configuration.commandLimit = .seconds(30)
    return RedisClient(configuration)
  }

  @Test("values, hashes and streams come back as they went in", arguments: [false, true])
  func values(resp3: Bool) async throws {
    let server = try await RedisServerProcess()
    let client = client(server, version: resp3 ? .resp3 : .resp2)
    try await client.ping()
    let bytes = (0...255).map { UInt8($0) }
    try await client.set("hydra:a", bytes)
    #expect(try await client.get("hydra:a") == bytes)
    #expect(try await client.get("hydra:none") == nil)
    #expect(try await client.hset("hydra:h", ["x": "1", "y": "", "z": bytes]) == 3)
    #expect(try await client.hgetall("hydra:h") == ["x": Array("1".utf8), "y": [], "z": bytes])
    #expect(try await client.hgetall("hydra:none") == [:])
    for number in 1...20 {
      #expect(try await client.xadd("hydra:s", id: "\(number)-0", [("e", "event \(number)")]) == "\(number)-0")
    }
    #expect(try await client.xrange("hydra:s").count == 20)
    let last = try await client.xrevrange("hydra:s", count: 2)
    #expect(last.map(\.id) == ["20-0", "19-0"])
    #expect(last.first?["e"] == Array("event 20".utf8))
    #expect(try await client.xrange("hydra:s", from: "5-0", to: "6-0").map(\.id) == ["5-0", "6-0"])
    #expect(try await client.delete("hydra:a", "hydra:h", "hydra:none") == 2)
    await client.close()
  }

  @Test("a large value takes many reads and comes back whole")
  func large() async throws {
    let server = try await RedisServerProcess()
    let client = client(server)
    let bytes = (0..<20_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try await client.set("hydra:large", bytes)
    let back = try await client.get("hydra:large")
    #expect(back == bytes)
    await client.close()
  }

  @Test("the ACL holds: a wrong password, another key, a forbidden command")
  func accessControl() async throws {
    let server = try await RedisServerProcess()
    let good = client(server)
    try await good.ping()
    await expectRefusal("NOPERM") { try await good.set("other:key", "x") }
    await expectRefusal("NOPERM") { try await good.command("FLUSHALL") }
    await expectRefusal("NOPERM") { try await good.command("CONFIG", "GET", "requirepass") }
    await expectRefusal("WRONGPASS") { try await client(server, password: "wrong").ping() }
    await expectRefusal("WRONGPASS") { try await client(server, password: "wrong", version: .resp3).ping() }
    let anonymous = RedisClient(host: "127.0.0.1", port: server.port)
    await expectRefusal("NOAUTH") { try await anonymous.ping() }
    await good.close()
    await anonymous.close()
  }

  @Test("a transaction is executed as one; what is refused is told with the command's name")
  func transactions() async throws {
    let server = try await RedisServerProcess()
    let client = client(server)
    let results = try await client.transaction([
      RedisCommand("SET", "hydra:n", 1), RedisCommand("INCR", "hydra:n"), RedisCommand("GET", "hydra:n"),
    ])
    #expect(results == [.simple("OK"), .integer(2), .bulk(Array("2".utf8))])
    // While they are queued: none is executed.
    await expectRefusal("NOPERM", of: "SET") {
      try await client.transaction([RedisCommand("INCR", "hydra:n"), RedisCommand("SET", "other", "x")])
    }
    await expectRefusal("ERR", of: "NOSUCH") {
      try await client.transaction([RedisCommand("INCR", "hydra:n"), RedisCommand("NOSUCH")])
    }
    #expect(try await client.get("hydra:n") == Array("2".utf8))
    // During execution: the others are executed.
    await expectRefusal("WRONGTYPE", of: "HSET") {
      try await client.transaction([
        RedisCommand("INCR", "hydra:n"), RedisCommand("HSET", "hydra:n", "a", "b"), RedisCommand("INCR", "hydra:n"),
      ])
    }
    #expect(try await client.get("hydra:n") == Array("4".utf8))
    #expect(try await client.transaction([]).isEmpty)
    await client.close()
  }

  @Test("what was answered survives a crash, and the client finds the server again by itself")
  func crash() async throws {
    let server = try await RedisServerProcess()
    let client = client(server)
    try await client.set("hydra:k", "before")
    server.kill()
    let restart = Task { @Sendable in
      try await Task.sleep(for: .milliseconds(300))
    }
    async let value = client.get("hydra:k")
    try await restart.value
    try server.start()
    #expect(try await value == Array("before".utf8))
    try await client.set("hydra:k", "after")
    #expect(try await client.get("hydra:k") == Array("after".utf8))
    await client.close()
  }

  @Test("many callers at once over one connection")
  func concurrency() async throws {
    let server = try await RedisServerProcess()
    let client = client(server)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<200 {
        group.addTask {
          try await client.set("hydra:\(number)", number)
          let back = try await client.get("hydra:\(number)")
          #expect(back == Array("\(number)".utf8))
        }
      }
      try await group.waitForAll()
    }
    await client.close()
  }

  private func expectRefusal(
    _ code: String, of command: String? = nil, _ body: () async throws -> some Any,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async {
    do {
      _ = try await body()
      Issue.record("not refused", sourceLocation: sourceLocation)
    } catch let error as RedisError {
      #expect(error.code == code, sourceLocation: sourceLocation)
      if let command { #expect(error.command == command, sourceLocation: sourceLocation) }
    } catch {
      Issue.record(error, sourceLocation: sourceLocation)
    }
  }
}
