import NIOCore
import NIOPosix

/// One of HAProxy's command sockets: a line in, text out, and the connection ends.
struct CommandSocket: Sendable {
  /// The socket's path.
  let path: String
  /// Longest answer that is taken, in bytes.
  static let longestAnswer = 16 << 20

  /// Sends `command` on a connection of its own; answers what comes back, without surrounding line ends.
  func send(_ command: String, within limit: Duration = .seconds(2)) async throws(HAProxyError) -> String {
    guard !command.utf8.contains(0x0A), !command.utf8.contains(0x3B) else {
      throw HAProxyError(.invalid, "a command has a line end or ';' in it")
    }
    do {
      return try await withThrowingTaskGroup(of: String.self) { group in
        group.addTask { try await exchange(command) }
        group.addTask {
          try await Task.sleep(for: limit)
          throw HAProxyError(.timeout, "\(path) did not answer '\(command)' within \(limit)")
        }
        defer { group.cancelAll() }
        guard let answer = try await group.next() else { throw CancellationError() }
        return answer
      }
    } catch let error as HAProxyError {
      throw error
    } catch {
      throw HAProxyError(.unreachable, "\(path): \(error)")
    }
  }

  private func exchange(_ command: String) async throws -> String {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      // The master socket closes only once its client has stopped writing.
      .channelOption(.allowRemoteHalfClosure, value: true)
      .connect(unixDomainSocketPath: path) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: command + "\n"))
      outbound.finish()
      var answer = ByteBuffer()
      for try await var chunk in inbound {
        answer.writeBuffer(&chunk)
        guard answer.readableBytes <= CommandSocket.longestAnswer else {
          throw HAProxyError(.unexpectedAnswer, "\(path) answers without end")
        }
      }
      return String(buffer: answer).trimmingNewlines()
    }
  }
}

extension String {
  func trimmingNewlines() -> String {
    var text = self[...]
    while text.last?.isNewline == true { text.removeLast() }
    while text.first?.isNewline == true { text.removeFirst() }
    return String(text)
  }
}
