extension RedisClient {
  /// Executes commands as one (`MULTI` … `EXEC`, sent in one write) and returns their replies.
  ///
  /// Throws when any of them is refused. Refused while they are queued (an unknown command, no permission): none is
  /// executed. Refused during execution (a key of another type): Redis executes the others all the same, and so the error
  /// says which command it was.
  @discardableResult
  public func transaction(_ commands: [RedisCommand]) async throws -> [RESPValue] {
    guard !commands.isEmpty else { return [] }
    // Repeated only as a whole: together they are idempotent when each of them is.
    let idempotent = commands.allSatisfy(\.isIdempotent)
    let multi = RedisCommand("MULTI", idempotent: idempotent)
    let exec = RedisCommand("EXEC", idempotent: idempotent)
    let replies = try await pipeline([multi] + commands + [exec])
    guard replies.count == commands.count + 2, let last = replies.last else {
      throw RedisError(.protocolViolation, "a reply is missing", command: exec.name, mayHaveBeenExecuted: true)
    }
    for (command, reply) in zip([multi] + commands, replies) {
      if case .error(let message) = reply { throw RedisError.refusal(message, of: command) }
    }
    if case .error(let message) = last { throw RedisError.refusal(message, of: exec) }
    guard let results = last.elements, results.count == commands.count else {
      throw RedisError(.protocolViolation, "the reply is \(last.kind)", command: exec.name, mayHaveBeenExecuted: true)
    }
    for (command, result) in zip(commands, results) {
      if case .error(let message) = result { throw RedisError.refusal(message, of: command) }
    }
    return results
  }
}

extension RedisError {
  /// Redis quotes the arguments of a command it does not know: those do not belong in an error.
  static func refusal(_ message: String, of command: RedisCommand) -> RedisError {
    let quoted = message.firstRange(of: ", with args beginning with")
    return RedisError(.refused, String(message[..<(quoted?.lowerBound ?? message.endIndex)]), command: command.name)
  }
}
