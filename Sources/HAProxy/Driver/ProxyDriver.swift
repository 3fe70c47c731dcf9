/// Applies configurations to one HAProxy: servers come and go through the runtime API, without a reload; when
/// anything else changes, a new worker takes over without a request being lost.
///
/// Level-triggered: `apply` compares with what HAProxy really runs, so that it repairs whatever happened meanwhile (a
/// restart of the proxy, a call of ours that was cut off). Calls of `apply` are taken one at a time, in order.
public actor ProxyDriver {
  private let files: any ConfigurationFiles
  private let runtime: RuntimeAPI
  private let master: MasterCLI
  private let settleLimit: Duration
  private let turns = Turns()
  /// Text of the file, as far as it is ours; nil while that is not known.
  private var written: String?
  /// Text that a worker was seen to run.
  private var loaded: String?
  /// Counts calls, so that a server that was taken out after a call of `apply` stays out whatever that call says.
  private var ticket: UInt64 = 0
  private var takenOut: [ServerReference: UInt64] = [:]
  private var applying = 0

  /// A driver of the HAProxy with these sockets, as we see them. `limit` bounds each question, `reloadLimit` a reload,
  /// `settleLimit` how long a new worker may take until it responds.
  public init(
    files: any ConfigurationFiles, adminSocket: String, masterSocket: String, limit: Duration = .seconds(2),
    reloadLimit: Duration = .seconds(15), settleLimit: Duration = .seconds(5)
  ) {
    self.files = files
    runtime = RuntimeAPI(socket: adminSocket, limit: limit)
    master = MasterCLI(socket: masterSocket, limit: limit, reloadLimit: reloadLimit)
    self.settleLimit = settleLimit
  }

  /// Applies `configuration`, and returns once it is in force. Does nothing if it already is.
  ///
  /// The file is written as well: what is changed at run time is lost with the worker. When the proxy does not run, the file
  /// is what it will start with, and `unreachable` is thrown. When HAProxy refuses the configuration, the servers of the
  /// backends it has are up to date all the same.
  @discardableResult
  public func apply(_ configuration: ProxyConfiguration) async throws -> AppliedChange {
    try configuration.validate()
    ticket += 1
    let mine = ticket
    applying += 1
    defer {
      applying -= 1
      if applying == 0 { takenOut = [:] }
    }
    return try await turns.take { try await self.settle(configuration, since: mine) }
  }

  /// Stops sending requests to `servers` at once: one connection, one write, and no waiting for a call of `apply` under
  /// way, which leaves them out too. Servers that the proxy does not have are out already. The next `apply` decides anew.
  public func takeOut(_ servers: [(backend: String, server: String)]) async throws {
    let references = servers.map { ServerReference(backend: $0.backend, server: $0.server) }
    let commands = references.map { RuntimeCommand.setState($0, .maintenance) }
    ticket += 1
    if applying > 0 { for reference in references { takenOut[reference] = ticket } }
    for answer in try await runtime.execute(commands) where !answer.isDone && !answer.isAbsent {
      throw HAProxyError(.refused, "the proxy refused '\(try answer.command.line())': \(answer.text)")
    }
  }

  /// Returns if the worker responds; throws what is wrong.
  public nonisolated func check() async throws { _ = try await runtime.showInfo() }

  /// What HAProxy runs now.
  public nonisolated func running() async throws -> RunningProxy { try await runtime.running() }

  /// Counters of everything.
  public nonisolated func statistics() async throws -> [StatisticsRow] { try await runtime.showStatistics() }
}

extension ProxyDriver {
  /// One call of `apply`, when it is its turn.
  private func settle(_ configuration: ProxyConfiguration, since ticket: UInt64) async throws -> AppliedChange {
    var change = AppliedChange()
    var out = takenOut(since: ticket)
    while true {
      try await converge(configuration.takingOut(out), &change)
      // Servers that were taken out while a new worker came up were taken out of the old one.
      let now = takenOut(since: ticket)
      guard now != out else { return change }
      out = now
    }
  }

  private func takenOut(since ticket: UInt64) -> Set<ServerReference> {
    Set(takenOut.filter { $0.value > ticket }.keys)
  }

  private func converge(_ configuration: ProxyConfiguration, _ change: inout AppliedChange) async throws {
    let text = try configuration.render()
    let running: RunningProxy
    do {
      running = try await runtime.running()
    } catch let error as HAProxyError {
      // Not validated: that needs the proxy's own container, which checks its file when it starts.
      try await write(text, validated: false)
      throw error
    }
    let diff = ProxyDiff(desired: configuration, running: running)
    change.worker = running.info.pid
    if !diff.needsReload {
      loaded = text
      try await write(text, validated: false)
    }
    // First what is fast: a failover does not wait for another service's reload.
    let rest = try await execute(diff, configuration, &change)
    guard diff.needsReload || !rest.isEmpty else { return }
    try await reload(text, &change)
    // Draining can only be set at run time, and a server may have been taken out while the worker came up.
    let new = ProxyDiff(desired: configuration, running: try await runtime.running())
    let left = try await execute(new, configuration, &change)
    guard left.isEmpty, !new.needsReload else {
      let needed = new.needsReload ? "another configuration" : try left.map { try $0.line() }.joined(separator: "; ")
      throw HAProxyError(.unexpectedAnswer, "the proxy did not apply the configuration; still needed: \(needed)")
    }
  }

  /// Executes the commands of `diff`; returns those that are still needed afterwards.
  private func execute(
    _ diff: ProxyDiff, _ configuration: ProxyConfiguration, _ change: inout AppliedChange
  ) async throws -> [RuntimeCommand] {
    change.lingering = []
    guard !diff.commands.isEmpty else { return [] }
    let answers = try await runtime.execute(diff.commands)
    change.commands += answers.filter(\.isDone).map(\.command)
    if answers.allSatisfy(\.isDone) { return [] }
    // The state of HAProxy counts, not its responses: somebody else may have been faster.
    var left: [RuntimeCommand] = []
    for command in ProxyDiff(desired: configuration, running: try await runtime.running()).commands {
      if case .delete(let server) = command { change.lingering.append(server) } else { left.append(command) }
    }
    return left
  }

  private func write(_ text: String, validated: Bool) async throws {
    if text == written, !validated { return }
    written = nil
    try await files.replace(with: text, validated: validated)
    written = text
  }

  private func reload(_ text: String, _ change: inout AppliedChange) async throws {
    try await write(text, validated: true)
    let worker: Int
    do {
      worker = try await master.reload()
    } catch let error as HAProxyError where error.reason == .reloadFailed {
      // A proxy that is restarted must not begin with what it could not load.
      if let loaded { try await write(loaded, validated: false) }
      throw error
    }
    try await wait(for: worker)
    loaded = text
    change.worker = worker
    change.reloaded = true
  }

  /// Waits until the runtime API is the new worker's: its socket changes hands a moment after the worker is there.
  private func wait(for worker: Int) async throws {
    let deadline = ContinuousClock.now + settleLimit
    while true {
      do {
        if try await runtime.showInfo().pid == worker { return }
      } catch let error as HAProxyError {
        guard error.reason == .unreachable, ContinuousClock.now < deadline else {
          throw error
        }
      }
      guard ContinuousClock.now < deadline else {
        throw HAProxyError(.reloadFailed, "the new worker, \(worker), does not respond within \(settleLimit)")
      }
      try await Task.sleep(for: .milliseconds(2))
    }
  }
}
