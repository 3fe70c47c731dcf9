import NIOCore
import NIOPosix
import RedisClient
import Synchronization
import Testing

@Suite("Redis client against a scripted server", .timeLimit(.minutes(1)))
struct RedisClientTests {
  private func client(
    _ port: Int, password: String? = nil, connect: Duration = .seconds(40), command: Duration = .seconds(40)
  ) -> RedisClient {
    var configuration = RedisConfiguration(host: "127.0.0.1", port: port, user: "hydra", password: password)
    configuration.connectLimit = connect
    configuration.commandLimit = command
    return RedisClient(configuration)
  }

  private func error(_ body: () async throws -> Void) async -> RedisError? {
    do {
      try await body()
      return nil
    } catch {
      return error as? RedisError
    }
  }

  @Test("signs in once, then sends commands")
  func signsIn() async throws {
    try await StubServer.run({ _ in .reply("+OK\r\n") }) { server async throws in
      let client = client(server.port, password: "pw")
      #expect(try await client.command("SET", "a", "b") == .simple("OK"))
      try await client.set("c", 1)
      await client.close()
      #expect(server.received.map(\.words) == [["AUTH", "hydra", "pw"], ["SET", "a", "b"], ["SET", "c", "1"]])
      #expect(server.connections == 1)
    }
  }

  @Test("a refused password is told at once, and is in no error")
  func refusedPassword() async throws {
    try await StubServer.run({ _ in .reply("-WRONGPASS invalid username-password pair\r\n") }) { server async throws in
      let start = ContinuousClock.now
      let error = await error { try await client(server.port, password: "s3cret").ping() }
      #expect(error?.reason == .refused)
      #expect(error?.code == "WRONGPASS")
      #expect(error?.command == "AUTH")
      #expect(error?.description.contains("s3cret") == false)
      #expect(ContinuousClock.now - start < .seconds(30))
      #expect(server.connections == 1)
    }
  }

  @Test("RESP3 is asked for when wanted")
  func version3() async throws {
    try await StubServer.run({ command in
      command.words[0] == "HELLO" ? .reply("%1\r\n+proto\r\n:3\r\n") : .reply("%1\r\n$1\r\na\r\n$1\r\nb\r\n")
    }) { server async throws in
      var configuration = RedisConfiguration(host: "127.0.0.1", port: server.port, user: "u", password: "p")
      configuration.version = .resp3
      configuration.connectLimit = .seconds(40)
      configuration.commandLimit = .seconds(40)
      let client = RedisClient(configuration)
      #expect(try await client.hgetall("h") == ["a": Array("b".utf8)])
      #expect(server.received.first?.words == ["HELLO", "3", "AUTH", "u", "p"])
      await client.close()
    }
  }

  @Test("an error reply names the command, not its arguments")
  func errorReply() async throws {
    try await StubServer.run({ command in
      command.words[0] == "FOO"
        ? .reply("-ERR unknown command 'FOO', with args beginning with: 's3cret' \r\n")
        : .reply("-WRONGTYPE Operation against a key holding the wrong kind of value\r\n")
    }) { server async throws in
      let client = client(server.port)
      let wrong = await error { try await client.command("GET", "s3cret") }
      #expect(
        wrong?.description == "redis GET: WRONGTYPE Operation against a key holding the wrong kind of value")
      let unknown = await error { try await client.command("FOO", "s3cret") }
      #expect(unknown?.description == "redis FOO: ERR unknown command 'FOO'")
      #expect(server.connections == 1)
      await client.close()
    }
  }

  @Test("a server that hangs costs the time limit; everything in flight fails; the next command connects anew")
  func hang() async throws {
    try await StubServer.run({ $0.connection == 1 ? .hang : .reply("+PONG\r\n") }) { server async throws in
      let client = client(server.port, command: .milliseconds(150))
      async let first = error { try await client.command("INCR", "a") }
      async let second = error { try await client.command("INCR", "b") }
      let failures = await [first, second]
      #expect(failures.allSatisfy { $0?.reason == .timeout && $0?.mayHaveBeenExecuted == true })
      #expect(failures.allSatisfy { $0?.command == "INCR" })
      // The limit is short, and so may be missed once more on a busy machine.
      while await error({ try await client.ping() }) != nil {}
      #expect(server.connections >= 2)
      await client.close()
    }
  }

  @Test("a command that may have been executed is not repeated")
  func notRepeated() async throws {
    try await StubServer.run({ $0.connection == 1 ? .close : .reply(":1\r\n") }) { server async throws in
      let client = client(server.port)
      let error = await error { try await client.command("INCR", "n") }
      #expect(error?.reason == .unreachable)
      #expect(error?.mayHaveBeenExecuted == true)
      #expect(server.received.map(\.words) == [["INCR", "n"]])
      // The next one finds a new connection.
      #expect(try await client.command("INCR", "n") == .integer(1))
      await client.close()
    }
  }

  @Test("an idempotent command is repeated on a new connection")
  func repeated() async throws {
    try await StubServer.run({ $0.connection < 3 ? .close : .reply("$1\r\nv\r\n") }) { server async throws in
      let client = client(server.port)
      #expect(try await client.get("k") == Array("v".utf8))
      #expect(server.received.map(\.connection) == [1, 2, 3])
      await client.close()
    }
  }

  @Test("garbage ends the connection with a clear error", arguments: ["hello\r\n", "HTTP/1.1 400\r\n", "$zz\r\n"])
  func garbage(text: String) async throws {
    try await StubServer.run({ _ in .reply(text) }) { server async throws in
      let client = client(server.port)
      let error = await error { try await client.ping() }
      #expect(error?.reason == .protocolViolation)
      #expect(error?.command == "PING")
      await client.close()
    }
  }

  @Test("a reply that nobody asked for ends the connection; the next command connects anew")
  func surplus() async throws {
    try await StubServer.run({ $0.connection == 1 ? .reply("+PONG\r\n+PONG\r\n") : .reply("+PONG\r\n") }) {
      server async throws in
      let client = client(server.port)
      try await client.ping()
      try await client.ping()
      try await client.ping()
      #expect(server.connections <= 2)
      await client.close()
    }
  }

  @Test("pushes answer nothing")
  func pushes() async throws {
    try await StubServer.run({ _ in .reply(">2\r\n+invalidate\r\n*1\r\n+k\r\n+PONG\r\n") }) { server async throws in
      let client = client(server.port)
      try await client.ping()
      try await client.ping()
      #expect(server.connections == 1)
      await client.close()
    }
  }

  @Test("replies go to the commands they answer, whatever the number of callers")
  func pipelining() async throws {
    try await StubServer.run({ .reply("$\($0.words[1].utf8.count)\r\n\($0.words[1])\r\n") }) { server async throws in
      let client = client(server.port)
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<500 {
          group.addTask { try await client.command("ECHO", "n\(number)").text == "n\(number)" }
        }
        for try await isRight in group { #expect(isRight) }
      }
      #expect(server.connections == 1)
      await client.close()
    }
  }

  @Test("a cancelled command is left at once, and its late reply goes to nobody else")
  func cancellation() async throws {
    try await StubServer.run({ command in
      switch command.words[0] {
      case "BLPOP": .hang
      default: .reply("$4\r\nlate\r\n$4\r\necho\r\n")
      }
    }) { server async throws in
      let client = client(server.port)
      let task = Task { try await client.command("BLPOP", "q", 0) }
      while server.received.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
      let start = ContinuousClock.now
      task.cancel()
      await #expect(throws: CancellationError.self) { _ = try await task.value }
      #expect(ContinuousClock.now - start < .seconds(30))
      #expect(try await client.command("ECHO", "x").text == "echo")
      #expect(server.connections == 1)
      await client.close()
    }
  }

  @Test("nobody there: tries until the limit, then says where; cancelled: at once")
  func unreachable() async throws {
    let port = try await freePort()
    let start = ContinuousClock.now
    let error = await error { try await client(port, connect: .milliseconds(200)).ping() }
    #expect(error?.reason == .unreachable)
    #expect(error?.mayHaveBeenExecuted == false)
    #expect(error?.message.contains("127.0.0.1:\(port)") == true)
    let patient = client(port)
    let task = Task { try await patient.ping() }
    try await Task.sleep(for: .milliseconds(50))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(ContinuousClock.now - start < .seconds(35))
  }

  @Test("a server that is loading its file is waited for, until the limit")
  func loading() async throws {
    let loading = "-LOADING Redis is loading the dataset in memory\r\n"
    let asked = Atomic(0)
    try await StubServer.run({ _ in
      asked.wrappingAdd(1, ordering: .relaxed).newValue > 3 ? .reply("+OK\r\n") : .reply(loading)
    }) { server async throws in
      let client = client(server.port, connect: .seconds(30))
      try await client.set("a", "b")
      #expect(server.received.count == 4)
      await client.close()
    }
    try await StubServer.run({ _ in .reply(loading) }) { server async throws in
      let error = await error { try await client(server.port, connect: .milliseconds(100)).command("SET", "a", "b") }
      #expect(error?.code == "LOADING")
    }
  }

  @Test("a closed client says so, to those who wait as well")
  func closed() async throws {
    try await StubServer.run({ _ in .hang }) { server async throws in
      let client = client(server.port)
      async let waiting = error { try await client.command("INCR", "a") }
      while server.received.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
      await client.close()
      #expect(await waiting?.reason == .closed)
      #expect(await error { try await client.ping() }?.reason == .closed)
    }
  }

  @Test("an unexpected type of reply is an error, not a trap")
  func unexpectedType() async throws {
    try await StubServer.run({ _ in .reply("*1\r\n*2\r\n:1\r\n:2\r\n") }) { server async throws in
      let client = client(server.port)
      #expect(await error { _ = try await client.get("a") }?.reason == .protocolViolation)
      #expect(await error { _ = try await client.xrange("a") }?.reason == .protocolViolation)
      #expect(await error { _ = try await client.hgetall("a") }?.reason == .protocolViolation)
      #expect(await error { _ = try await client.delete("a") }?.reason == .protocolViolation)
      let two = [RedisCommand("PING"), RedisCommand("PING")]
      #expect(await error { _ = try await client.transaction(two) }?.reason == .protocolViolation)
      await client.close()
    }
  }

  /// A port that was free a moment ago.
  private func freePort() async throws -> Int {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).get()
    let port = channel.localAddress?.port ?? 0
    try await channel.close()
    return port
  }
}
