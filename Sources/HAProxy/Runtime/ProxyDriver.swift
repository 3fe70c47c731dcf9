/// Keeps one HAProxy at a configuration: through the runtime API where that can do it, by a hitless reload where it can't.
/// The file is always written as well, so that a restart or a reload finds what was told at run time.
public actor ProxyDriver {
  private let files: any ConfigurationFiles
  private let runtime: RuntimeAPI
  private let master: CommandSocket
  /// Shape that the worker runs; nil while that is not known.
  private var runningShape: String?
  private var writtenText: String?
  private var tail: Task<Void, Never>?

  /// A driver of the HAProxy with these sockets.
  public init(files: any ConfigurationFiles, adminSocket: String, masterSocket: String) {
    self.files = files
    runtime = RuntimeAPI(path: adminSocket)
    master = CommandSocket(path: masterSocket)
  }

  /// How a configuration came into force.
  public enum Change: Sendable, Equatable { case none, runtime, reload }

  /// Brings the proxy to `configuration`; returns once it routes that way. Safe to repeat: what the worker really has is
  /// asked each time.
  @discardableResult
  public func apply(_ configuration: ProxyConfiguration) async throws -> Change {
    try configuration.validate()
    return try await exclusively { try await self.bring(configuration) }
  }

  /// Takes servers out of service at once, without waiting for a change that is being applied.
  public nonisolated func takeOut(_ servers: [(backend: String, server: String)]) async throws(HAProxyError) {
    for (backend, server) in servers {
      do {
        try await runtime.maintain(server, in: backend)
      } catch  where error.reason == .refused {
        // It is gone already, which is as good.
      }
    }
  }

  /// Whether the worker answers; throws what is wrong.
  public nonisolated func check() async throws(HAProxyError) { _ = try await runtime.workerPID() }

  /// One change at a time: each looks at what is there and goes on from it.
  private func exclusively<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
    let before = tail
    let task = Task {
      await before?.value
      return try await body()
    }
    tail = Task { _ = await task.result }
    return try await task.value
  }

  private func bring(_ configuration: ProxyConfiguration) async throws -> Change {
    let text = configuration.render()
    let shape = configuration.shape
    if shape != runningShape {
      try await files.replace(with: text, validated: true)
      writtenText = text
      runningShape = nil
      try await reload()
      runningShape = shape
      return .reload
    }
    if text != writtenText {
      try await files.replace(with: text, validated: false)
      writtenText = text
    }
    return try await converge(configuration)
  }

  private func converge(_ configuration: ProxyConfiguration) async throws -> Change {
    let running = try await runtime.servers()
    var change = Change.none
    for name in configuration.backends.keys.sorted() {
      let desired = configuration.backends[name]?.servers ?? [:]
      let present = running[name] ?? [:]
      for server in desired.keys.sorted() {
        guard let place = desired[server] else { continue }
        if try await bring(server, in: name, to: place, from: present[server]) { change = .runtime }
      }
      for server in present.keys.sorted() where desired[server] == nil {
        try await takeAway(server, from: name, present[server])
        change = .runtime
      }
    }
    return change
  }

  private func bring(
    _ server: String, in backend: String, to place: ProxyConfiguration.Server, from present: RuntimeAPI.ServerState?
  ) async throws -> Bool {
    guard let present else {
      try await runtime.add(server, to: backend, at: place)
      return true
    }
    if present.place == place, !present.isInMaintenance { return false }
    if present.place != place { try await runtime.move(server, in: backend, to: place) }
    try await runtime.ready(server, in: backend)
    return true
  }

  /// A server that still has connections stays in maintenance and is removed by a later call.
  private func takeAway(_ server: String, from backend: String, _ present: RuntimeAPI.ServerState?) async throws {
    let wasOut = present?.isInMaintenance == true
    if !wasOut { try await runtime.maintain(server, in: backend) }
    if try await runtime.remove(server, from: backend) { return }
    if wasOut {
      try await runtime.endSessions(of: server, in: backend)
      _ = try await runtime.remove(server, from: backend)
    }
  }

  /// Reloads and waits until another worker serves. The master refuses connections for some milliseconds meanwhile.
  private func reload() async throws {
    let old = try? await runtime.workerPID()
    _ = try await master.send("reload", within: .seconds(5))
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
      if let new = try? await runtime.workerPID(), new != old { return }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw HAProxyError(.timeout, "no new worker came up within 10 s of the reload")
  }
}

/// Where HAProxy's file is kept.
public protocol ConfigurationFiles: Sendable {
  /// Replaces the file as a whole. With `validated` HAProxy itself checks the text first; a text it refuses is thrown as
  /// `refused` and changes nothing.
  func replace(with text: String, validated: Bool) async throws
}
