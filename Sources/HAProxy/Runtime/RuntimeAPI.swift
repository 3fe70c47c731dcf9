/// The runtime API of the worker that serves now, over its unix socket. Every call is a connection of its own, so that a
/// reload in between only ever costs one call.
public struct RuntimeAPI: Sendable {
  /// Path of the socket, as we see it.
  public let socket: String
  private let exchange: SocketExchange
  private let limit: Duration

  /// The API at `socket`; `limit` bounds each call.
  public init(socket: String, limit: Duration = .seconds(2)) {
    self.socket = socket
    self.limit = limit
    exchange = SocketExchange(path: socket, limit: limit)
  }

  /// Sends commands at once and returns HAProxy's response to each, empty for most that were done. Nothing stops at a
  /// command that is refused.
  public func execute(_ commands: [RuntimeCommand]) async throws -> [RuntimeAnswer] {
    var lines: [String] = []
    for command in commands { lines.append(try command.line()) }
    let deadline = ContinuousClock.now + limit
    while true {
      let answers = zip(commands, try await ask(lines)).map { RuntimeAnswer(command: $0, text: $1.trimmed) }
      // A worker that ends may still be the one that responds, and changes nothing any more: its successor is meant.
      guard answers.contains(where: \.isFromEndingWorker), ContinuousClock.now < deadline else { return answers }
      try await Task.sleep(for: .milliseconds(3))
    }
  }

  /// `show info`: the worker itself.
  public func showInfo() async throws -> ProxyInfo { try ProxyInfo(try await ask("show info")) }

  /// `show backend`: names of all backends, those of HAProxy's own included.
  public func showBackends() async throws -> Set<String> {
    RunningProxy.backends(try await ask("show backend"))
  }

  /// `show servers state`: what each server is and does.
  public func showServersState() async throws -> [ObservedServer] {
    try ObservedServer.list(try await ask("show servers state"))
  }

  /// `show stat`: counters of frontends, backends and servers.
  public func showStatistics() async throws -> [StatisticsRow] { try StatisticsRow.list(try await ask("show stat")) }

  /// What runs, seen in one call.
  public func running() async throws -> RunningProxy {
    let answers = try await ask(["show info", "show backend", "show servers state"])
    return RunningProxy(
      info: try ProxyInfo(answers[0]), backends: RunningProxy.backends(answers[1]),
      servers: try ObservedServer.list(answers[2]))
  }

  private func ask(_ line: String) async throws -> String { try await ask([line])[0] }

  /// The responses to `lines`, as many as lines.
  ///
  /// The interactive mode is used, since it ends every response with the same mark (a line end and `> `). Commands joined
  /// by `;` end theirs with an empty line, but not all of them do: `del server` does not when it is refused.
  ///
  /// A worker that ends just then, because another one takes over, breaks off: so it is asked again, a few times and at
  /// once. All commands may be sent twice (the second `add server` is refused, which changes nothing).
  private func ask(_ lines: [String]) async throws -> [String] {
    for pause in [Duration.milliseconds(5), .milliseconds(20)] {
      do {
        return try await askOnce(lines)
      } catch let error as HAProxyError where error.reason == .unreachable {
        try await Task.sleep(for: pause)
      }
    }
    return try await askOnce(lines)
  }

  private func askOnce(_ lines: [String]) async throws -> [String] {
    guard !lines.isEmpty else { return [] }
    let answer = try await exchange.ask((["prompt"] + lines + ["quit"]).map { $0 + "\n" }.joined(), halfClosing: false)
    guard let answers = RuntimeAPI.split(answer, count: lines.count) else {
      throw HAProxyError(
        .unreachable,
        "'\(socket)' closed the connection during its response to '\(lines[0])', after \(answer.utf8.count) bytes")
    }
    return answers
  }

  /// Takes apart what came back in interactive mode; nil when responses are missing.
  package static func split(_ text: String, count: Int) -> [String]? {
    var answers: [String] = []
    var current: [Substring] = []
    // The first mark is the response to `prompt` itself; each response begins right behind the mark before it.
    var begun = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("> ") else {
        current.append(line)
        continue
      }
      if begun { answers.append(current.joined(separator: "\n")) }
      begun = true
      current = [line.dropFirst(2)]
    }
    return answers.count >= count ? Array(answers.prefix(count)) : nil
  }
}

/// HAProxy's response to a command.
public struct RuntimeAnswer: Sendable, Equatable {
  /// The command.
  public var command: RuntimeCommand
  /// The response, without blank lines around it.
  public var text: String

  /// Whether it was done.
  public var isDone: Bool { command.isDone(text) }
  /// Whether the worker stopped listening, to end what it began.
  var isFromEndingWorker: Bool { text == "Proxy is disabled." }
  /// Whether there is no such server or backend.
  public var isAbsent: Bool { RuntimeCommand.isAbsent(text) }
}

extension String {
  /// Without white space at both ends.
  var trimmed: String {
    let tail = self.drop { $0.isWhitespace }
    guard let last = tail.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(tail[...last])
  }
}
