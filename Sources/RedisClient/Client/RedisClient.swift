import AsyncSupport
import Logging

/// A client of one Redis server over one connection, which is made when it is needed and made again after it broke.
///
/// Commands of concurrent callers are pipelined. A command that may have been executed is not repeated by itself, unless
/// it is marked idempotent; one that certainly was not is. Every call throws ``RedisError``, or `CancellationError` when
/// its task is cancelled: then the command may still be executed.
public actor RedisClient {
  let configuration: RedisConfiguration
  private var connection: RedisConnection?
  private var connecting: Task<Void, Never>?
  private var waiters: [UInt64: CheckedContinuation<RedisConnection, any Error>] = [:]
  private var lastWaiter: UInt64 = 0
  private var isClosed = false

  /// A client as configured. Connects with the first command.
  public init(_ configuration: RedisConfiguration) { self.configuration = configuration }

  /// A client of the server at `host`:`port`.
  public init(host: String, port: Int = 6379, user: String? = nil, password: String? = nil) {
    configuration = RedisConfiguration(host: host, port: port, user: user, password: password)
  }

  /// Closes the connection; what is on the way fails, and so does every later command.
  public func close() {
    isClosed = true
    connecting?.cancel()
    connection?.close()
    connection = nil
    resume(.failure(RedisError(.closed, "the client was closed")))
  }

  /// Sends one command; an error reply is thrown as `refused`.
  @discardableResult
  public func command(_ name: String, _ arguments: any RedisArgument...) async throws -> RESPValue {
    try await send(RedisCommand(name: name, arguments: arguments))
  }

  /// Sends one command; an error reply is thrown as `refused`.
  @discardableResult
  public func send(_ command: RedisCommand) async throws -> RESPValue {
    guard let reply = try await pipeline([command]).first else {
      throw RedisError(.protocolViolation, "no reply", command: command.name)
    }
    if case .error(let message) = reply { throw RedisError.refusal(message, of: command) }
    return reply
  }

  /// Sends commands in one write and returns their replies in order, error replies among them. They are executed one
  /// after the other, but commands of other clients may come between: see ``transaction(_:)``.
  public func pipeline(_ commands: [RedisCommand]) async throws -> [RESPValue] {
    guard let first = commands.first else { return [] }
    let repeatable = commands.allSatisfy(\.isIdempotent)
    let deadline = ContinuousClock.now + configuration.connectLimit
    var backoff = Backoff(configuration.firstBackoff...configuration.longestBackoff)
    while true {
      do {
        let replies = try await connected().send(commands, limit: configuration.commandLimit)
        guard RedisClient.isLoading(replies), ContinuousClock.now < deadline else { return replies }
        try await backoff.pause()
      } catch let error as RedisError {
        guard error.reason == .unreachable, repeatable || !error.mayHaveBeenExecuted, ContinuousClock.now < deadline
        else { throw error.of(first.name) }
        configuration.logger.debug("redis: sending \(first.name) again: \(error.message)")
        try await backoff.pause()
      }
    }
  }
}

extension RedisClient {
  /// The connection, made anew when there is none. The tries belong to all who wait, so a caller that is cancelled stops
  /// waiting without stopping them.
  private func connected() async throws -> RedisConnection {
    try Task.checkCancellation()
    guard !isClosed else { throw RedisError(.closed, "the client was closed") }
    if let connection, connection.isOpen { return connection }
    lastWaiter += 1
    let number = lastWaiter
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
        waiters[number] = continuation
        if connecting == nil { connecting = Task { await self.connect() } }
      }
    } onCancel: {
      Task { await self.forget(number) }
    }
  }

  private func forget(_ waiter: UInt64) {
    waiters.removeValue(forKey: waiter)?.resume(throwing: CancellationError())
    if waiters.isEmpty { connecting?.cancel() }
  }

  private func resume(_ result: Result<RedisConnection, any Error>) {
    let all = waiters
    waiters = [:]
    for waiter in all.values { waiter.resume(with: result) }
  }

  private func connect() async {
    var result: Result<RedisConnection, any Error>
    do {
      result = .success(try await firstThatConnects())
    } catch {
      result = .failure(error)
    }
    connecting = nil
    if case .success(let new) = result {
      if isClosed {
        new.close()
        result = .failure(RedisError(.closed, "the client was closed"))
      } else {
        connection = new
      }
    }
    // Callers that came after the tries were given up deserve their own.
    if case .failure(let error) = result, error is CancellationError, !isClosed, !waiters.isEmpty {
      connecting = Task { await self.connect() }
      return
    }
    resume(result)
  }

  /// Tries to connect until it works or the time is up. A refused password ends it at once.
  private func firstThatConnects() async throws -> RedisConnection {
    let deadline = ContinuousClock.now + configuration.connectLimit
    var backoff = Backoff(configuration.firstBackoff...configuration.longestBackoff)
    while true {
      do {
        let left = max(deadline - ContinuousClock.now, .milliseconds(1))
        let connection = try await RedisConnection.connect(configuration, limit: left)
        configuration.logger.debug("redis: connected to \(configuration)")
        return connection
      } catch let error as RedisError {
        let passing = error.reason == .unreachable || error.code == "LOADING"
        let pause = backoff.next()
        guard passing, ContinuousClock.now + pause < deadline else {
          configuration.logger.debug("redis: can't connect to \(configuration): \(error)")
          throw RedisError(error.reason, error.message, command: error.command)
        }
        try await Task.sleep(for: pause)
      }
    }
  }
}

extension RedisClient {
  /// Whether the server executed nothing because it just started and still reads its file. In a transaction only the
  /// commands between `MULTI` and `EXEC` are replied to so.
  private static func isLoading(_ replies: [RESPValue]) -> Bool {
    let loading = replies.filter { $0.errorCode == "LOADING" }
    return !loading.isEmpty && (loading.count == replies.count || replies.last?.errorCode == "EXECABORT")
  }
}

extension RESPValue {
  /// First word of an error.
  fileprivate var errorCode: Substring? {
    if case .error(let message) = self { return message.prefix { $0 != " " } }
    return nil
  }
}
