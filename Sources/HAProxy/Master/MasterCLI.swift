/// The master's socket: reloads the configuration into a new worker, while the old one finishes what it began.
public struct MasterCLI: Sendable {
  /// Path of the socket, as we see it.
  public let socket: String
  private let exchange: SocketExchange
  private let limit: Duration
  private let reloadLimit: Duration

  /// The master at `socket`; `limit` bounds each question, `reloadLimit` a reload as a whole. Loading 2,000 backends
  /// takes 150 ms.
  public init(socket: String, limit: Duration = .seconds(2), reloadLimit: Duration = .seconds(15)) {
    self.socket = socket
    exchange = SocketExchange(path: socket, limit: limit)
    self.limit = limit
    self.reloadLimit = reloadLimit
  }

  /// `show proc`.
  public func showProcesses() async throws -> ProcessTable {
    try ProcessTable(try await exchange.ask("show proc\n", halfClosing: true))
  }

  /// Makes the master load its file again, and returns the new worker's process id once there is one. Throws
  /// ``HAProxyError`` with the reason `reloadFailed` when HAProxy could not load it: then the old worker continues.
  public func reload() async throws -> Int {
    let before = try await processesOnceReachable()
    // The response of 2.6 is empty; 2.7 and later send `Success=0` and the reason.
    let answer = try await exchange.ask("reload\n", halfClosing: true).trimmed
    let deadline = ContinuousClock.now + reloadLimit
    while true {
      if let after = try await processes(), after.master != before.master || after.reloads > before.reloads {
        guard after.failedReloads == 0, !answer.hasPrefix("Success=0") else {
          throw HAProxyError(.reloadFailed, "haproxy could not load the configuration: \(MasterCLI.reason(answer))")
        }
        if let worker = after.workers.first(where: { !before.workers.contains($0) }) { return worker }
      }
      guard ContinuousClock.now < deadline else {
        throw HAProxyError(.reloadFailed, "no new worker within \(reloadLimit)")
      }
      try await Task.sleep(for: .milliseconds(3))
    }
  }

  /// A master that was just started, or that still works on a reload before ours, responds a moment later.
  private func processesOnceReachable() async throws -> ProcessTable {
    let deadline = ContinuousClock.now + limit
    while true {
      do {
        return try await showProcesses()
      } catch let error as HAProxyError where error.reason == .unreachable && ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(3))
      }
    }
  }

  /// Nil while the master is executed anew: its socket refuses for about 9 ms, and breaks off what it was asked. When it
  /// can't bind an address it tries again for a second or two, and does not respond meanwhile.
  private func processes() async throws -> ProcessTable? {
    do {
      return try await showProcesses()
    } catch let error as HAProxyError where [.unreachable, .unexpectedAnswer, .timeout].contains(error.reason) {
      return nil
    }
  }

  private static func reason(_ answer: String) -> String {
    let told = answer.split(separator: "\n").drop { $0.hasPrefix("Success=") || $0 == "--" }.joined(separator: "\n")
    // 2.6 has no `show startup-logs` on the master's socket; the reason is on its standard error only.
    return told.isEmpty ? "its reason is in the log of the HAProxy process" : told
  }
}
