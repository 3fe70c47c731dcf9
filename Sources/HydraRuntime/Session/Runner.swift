import HydraDiagnostics
import HydraLanguage
import HydraModel
import Synchronization

/// Drives one machine: performs its effects, interrupts it, and shields deferred blocks from the interruption.
actor Runner {
  let host: RuntimeHost
  let access: ClusterAccess
  let settings: SessionSettings
  /// Bounds the branches of `parallel`, shared by all of a program.
  let budget: BranchBudget
  let chance: RandomSource
  private var watchers: [Watcher] = []
  /// When the cleanup of an interrupted program must have ended.
  private var cleanupEnd: Duration?

  /// The steps of a plan so far.
  private var planned = 0
  /// The most steps of a plan: a loop that waits for what only a real cluster does never ends in a plan.
  static let longestPlan = 10_000
  /// How many steps of a plan a pause of the machine counts as, so that a loop without any ends as well.
  private static let plannedPause = 100

  private static func endlessPlan(at range: SourceRange?) -> RuntimeFailure {
    RuntimeFailure(
      code: "plan", "the plan does not end within \(longestPlan) steps",
      remedy: "a loop may wait for what never comes in a plan",
      range: range)
  }

  /// How long deferred blocks may take after an interruption. Destroying a cluster of fifty nodes takes less.
  static let cleanupLimit = Duration.seconds(120)

  /// An expectation or `watch` in progress.
  private struct Watcher {
    let mailbox: Mailbox?
    let started: Duration
    let limit: Duration?
    /// Evaluations so far; the pauses between them grow.
    var looks = 0
    var call: CommandCall?
    var options = OutputOptions()
    var operations: (any ClusterOperations)?
    var live: LiveWatch?
  }

  init(
    host: RuntimeHost, access: ClusterAccess, settings: SessionSettings, chance: RandomSource,
    budget: BranchBudget = BranchBudget()
  ) {
    self.host = host
    self.access = access
    self.settings = settings
    self.chance = chance
    self.budget = budget
  }

  /// Runs `machine` to its end; returns its globals and why it failed.
  func run(_ start: Machine) async -> ([Value?], RuntimeFailure?) {
    var machine = start
    while true {
      switch machine.run() {
      case .finished:
        await trimWatchers(to: 0)
        return (machine.globals, nil)
      case .failed(let failure):
        await trimWatchers(to: 0)
        return (machine.globals, failure)
      case .pause:
        if shouldInterrupt(machine) { machine.fail(.interrupted(at: machine.range)) }
        if isEndlessPlan(after: Self.plannedPause) { return (machine.globals, Self.endlessPlan(at: machine.range)) }
        await Task.yield()
      case .effect(let effect):
        await trimWatchers(to: machine.watches.count)
        if isEndlessPlan(after: 1) { return (machine.globals, Self.endlessPlan(at: machine.range)) }
        if let plan = host.plan, machine.skip(effect, telling: plan) { continue }
        await answer(effect, &machine)
      }
    }
  }

  /// Counts steps of a plan; returns whether there are too many. Other programs are not counted.
  private func isEndlessPlan(after steps: Int) -> Bool {
    guard host.plan != nil else { return false }
    planned += steps
    return planned > Self.longestPlan
  }

  /// A cancelled program stops where it is, except for deferred blocks, which stop when their time is over.
  private func shouldInterrupt(_ machine: Machine) -> Bool {
    guard Task.isCancelled else { return false }
    guard machine.isCleaningUp else { return true }
    return cleanupTimeLeft() <= .zero
  }

  private func cleanupTimeLeft() -> Duration {
    let end = cleanupEnd ?? host.clock.now + Self.cleanupLimit
    cleanupEnd = end
    return end - host.clock.now
  }

  private func answer(_ effect: Effect, _ machine: inout Machine) async {
    let range = machine.range
    guard !shouldInterrupt(machine) else {
      machine.fail(.interrupted(at: range))
      return
    }
    let isCleaningUp = machine.isCleaningUp
    do {
      let value =
        isCleaningUp ? try await shielded { try await self.perform(effect, range) } : try await perform(effect, range)
      if let failure = host.output.failure, !isCleaningUp { throw failure }
      machine.resume(with: value)
    } catch {
      if Task.isCancelled, !isCleaningUp {
        machine.fail(Self.interruption(error, at: range))
      } else {
        machine.fail(Self.failure(error, range: range))
      }
    }
  }

  /// What an interrupted effect that ended in `error` fails with. The failure of interrupted branches includes what went wrong during
  /// their cleanup; a cluster says if what was interrupted was done all the same, or may be.
  private static func interruption(_ error: any Error, at range: SourceRange?) -> RuntimeFailure {
    if let failure = error as? RuntimeFailure, failure.isInterruption { return failure }
    var failure = RuntimeFailure.interrupted(at: range)
    if let error = error as? HydraError, error.code == .cancelled {
      failure.message = error.message
      failure.remedy = error.remedy
    }
    return failure
  }

  /// Runs `work` in a task of its own, which the cancellation of this task ends only after the time for cleanup.
  private func shielded(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
    let task = Task { try await work() }
    let clock = host.clock
    let limit = Self.cleanupLimit
    let timer = Mutex<Task<Void, Never>?>(nil)
    defer { timer.withLock { $0?.cancel() } }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      timer.withLock {
        $0 = Task {
          try? await clock.sleep(for: limit)
          if !Task.isCancelled { task.cancel() }
        }
      }
    }
  }

  private static func failure(_ error: any Error, range: SourceRange?) -> RuntimeFailure {
    switch error {
    case var failure as RuntimeFailure:
      if failure.range == nil { failure.range = range }
      return failure
    case let error as HydraError: return RuntimeFailure(error, range: range)
    case is CancellationError: return .interrupted(at: range)
    default: return RuntimeFailure(code: "internal", "\(error)", range: range)
    }
  }

  // MARK: Effects

  private func perform(_ effect: Effect, _ range: SourceRange?) async throws -> Value {
    switch effect {
    case .query(let id, let arguments): return try await query(id, arguments, range)
    case .command(let template, let operands, let shows):
      return try await command(template, operands, shows: shows)
    case .exit(let template, let operands):
      let call = try CommandCall(template, operands: operands)
      host.plan?.would(call.text, at: template.head)
      throw RuntimeFailure.exit(call.int(.status) ?? 0, at: range)
    case .show(let value):
      await host.output.result(
        CommandResult(command: nil, cluster: nil, payload: .value(value), value: value, options: settings.output))
      return .null
    case .parallel(let branches):
      host.plan?.would("parallel: \(branches.count) branch\(branches.count == 1 ? "" : "es")", at: range)
      try await run(branches: branches, at: range)
      return .null
    case .expectBegin(let limit):
      try await beginWatching(limit)
      return .null
    case .expectWait(let polls): return try await waitForChange(polls: polls)
    case .watchBegin(let template, let operands):
      try await beginWatch(CommandCall(template, operands: operands))
      return .null
    case .watchNext: return try await showNextEvents()
    }
  }

  private func command(_ template: Program.CommandTemplate, _ operands: [Value], shows: Bool) async throws -> Value {
    var call = try CommandCall(template, operands: operands)
    host.plan?.would(call.text, at: template.head)
    try call.readFiles(template, files: host.files, environment: host.environment)
    let options = settings.output(for: call)
    let cluster = call.string(.cluster) ?? settings.cluster
    let executor = Executor(host: host, access: access, cluster: cluster)
    let payload: ResultPayload
    do {
      payload = try await executor.run(try Operation(call), options: options)
    } catch let error as HydraError where error.code == .invalidArgument {
      // Found before anything was sent to a cluster: the command itself is the place.
      throw RuntimeFailure(error, range: nil)
    }
    let value = payload.value
    let isSilent =
      call.spec.id == .print || call.spec.id == .printError || call.spec.id == .sleep || call.spec.id.isForShell
    if shows, !isSilent {
      await host.output.result(
        CommandResult(command: call.spec.id, cluster: cluster, payload: payload, value: value, options: options))
    }
    return value
  }

  private func query(_ id: QueryID, _ arguments: [Value], _ range: SourceRange?) async throws -> Value {
    switch id {
    case .env: return Value(host.environment[try Self.name(arguments.first, id)])
    case .now:
      let now = Value.time(secondsSince1970: host.clock.wallTime)
      host.plan?.assume("now() is \(now.text)", at: range)
      return now
    case .http: return try await http(arguments, range)
    case .readFile: return try await readFile(arguments, range)
    case .readStdin: return try await readInput(range)
    case .writeFile: return try await writeFile(arguments, range)
    case .exec: return try await exec(arguments, range)
    case .random: return try random(arguments[0], range)
    case .choose: return try choose(arguments[0], range)
    case .clusters: return .list(try await host.directory.list().map { Value($0) })
    case .cluster:
      let name = try arguments.first.map { argument throws(RuntimeFailure) in try Self.name(argument, id) }
      return Value(try await host.directory.inspect(name ?? settings.cluster))
    case .state: return Value(try await operations().state())
    case .nodes: return .list(try await operations().send(ReadNodes()).map { Value($0) })
    case .services: return .list(try await operations().send(ReadServices()).map { Value($0) })
    case .node: return Value(try await operations().send(ReadNode(try Self.name(arguments.first, id))))
    case .service: return Value(try await operations().send(ReadService(try Self.name(arguments.first, id))))
    }
  }

  private static func name(_ value: Value?, _ id: QueryID) throws(RuntimeFailure) -> String {
    switch value {
    case .string(let text)? where !text.isEmpty: return text
    case .record(let record)?:
      // A node or service itself stands for its name.
      if case .string(let text)? = record["name"] { return text }
    default: break
    }
    var failure = RuntimeFailure(
      code: "evaluation", "'\(id.rawValue)' takes a name, not \(Operators.describe(value ?? .null))")
    if value == .null { failure.nature = .absent }
    throw failure
  }

  private func operations() async throws -> any ClusterOperations { try await access.operations(settings.cluster) }

  // MARK: Watching

  /// What is left of the time of the expectation under way; nil without one, or without a limit.
  var timeToWatch: Duration? {
    guard let watcher = watchers.last, let limit = watcher.limit else { return nil }
    return limit - (host.clock.now - watcher.started)
  }

  private func trimWatchers(to count: Int) async {
    while watchers.count > count, let watcher = watchers.popLast() {
      await showLastEvents(of: watcher)
      await watcher.mailbox?.stop()
      if watcher.live != nil { await host.output.endRedraw() }
    }
  }

  private func beginWatching(_ limit: Int?) async throws {
    var mailbox: Mailbox?
    // A single evaluation needs no events; without a cluster, evaluating at intervals has to suffice.
    if limit != nil, let operations = try? await operations() {
      let opened = Mailbox()
      await opened.open(operations.events(after: nil))
      mailbox = opened
    }
    watchers.append(
      Watcher(mailbox: mailbox, started: host.clock.now, limit: limit.map { .nanoseconds($0) }))
  }

  /// Pauses before the condition is evaluated without an event: short at first, since an event may have occurred before the
  /// subscription took effect; then longer. What causes no event is evaluated often.
  private static func pause(afterLooks looks: Int, polls: Bool, hasEvents: Bool) -> Duration {
    if polls { return .milliseconds(100) }
    let longest = hasEvents ? 1000 : 250
    return .milliseconds(min(longest, 50 << min(looks, 5)))
  }

  private func waitForChange(polls: Bool) async throws -> Value {
    let index = watchers.count - 1
    guard watchers.indices.contains(index) else { return .duration(0) }
    let watcher = watchers[index]
    let elapsed = host.clock.now - watcher.started
    let left = (watcher.limit ?? .zero) - elapsed
    guard left > .zero else { return Value(elapsed) }
    let hasEvents = if let mailbox = watcher.mailbox { await !mailbox.isClosed } else { false }
    let pause = min(left, Self.pause(afterLooks: watcher.looks, polls: polls, hasEvents: hasEvents))
    watchers[index].looks += 1
    if let mailbox = watcher.mailbox {
      try await mailbox.wait(upTo: pause, clock: host.clock)
      _ = await mailbox.take()
    } else {
      try await host.clock.sleep(for: pause)
    }
    return .null
  }

  private func beginWatch(_ call: CommandCall) async throws {
    let cluster = call.string(.cluster) ?? settings.cluster
    let operations = try await access.operations(cluster)
    if let what = call.string(.what), !["nodes", "services"].contains(what) {
      _ = try await operations.send(ReadService(what))
    }
    let options = settings.output(for: call)
    // A pipe, and another output format, need lines.
    let isLive = call.flag(.live) && host.output.canRedraw && options.format == .table
    let mailbox = Mailbox()
    let output = host.output
    // A picture shows by itself that the cluster does not respond.
    await mailbox.open(operations.events(after: nil) { if !isLive { output.contact($0) } })
    watchers.append(
      Watcher(
        mailbox: mailbox, started: host.clock.now, limit: call.duration(.for).map { .nanoseconds($0) },
        call: call, options: options, operations: operations,
        live: isLive ? LiveWatch(operations, what: call.string(.what)) : nil))
    if isLive { try await redraw([], at: watchers.count - 1) }
  }

  /// Draws the picture of `watch --live` with the events since the last time.
  private func redraw(_ events: [ClusterEvent], at index: Int) async throws {
    let watcher = watchers[index]
    guard var live = watcher.live else { return }
    let concerned = events.filter { Self.concerns($0, watcher.call?.string(.what)) }
    try await live.update(concerned, somethingHappened: !events.isEmpty, at: host.clock.now)
    watchers[index].live = live
    await host.output.redraw(live.frame, options: watcher.options)
  }

  private func showNextEvents() async throws -> Value {
    let index = watchers.count - 1
    guard watchers.indices.contains(index), let mailbox = watchers[index].mailbox else { return .duration(0) }
    let watcher = watchers[index]
    let elapsed = host.clock.now - watcher.started
    if let limit = watcher.limit, elapsed >= limit { return Value(elapsed) }
    let tick = watcher.live == nil ? Duration.seconds(1) : LiveWatch.tick
    try await mailbox.wait(upTo: watcher.limit.map { min(tick, $0 - elapsed) } ?? tick, clock: host.clock)
    let events = await mailbox.take()
    if watcher.live != nil {
      try await redraw(events, at: index)
      if host.output.wantsToLeave { return .bool(true) }
    }
    if watcher.live == nil { await show(events, of: watcher) }
    if events.isEmpty, await mailbox.isClosed {
      throw await mailbox.failure ?? HydraError(.unreachable, "the cluster sends no more events")
    }
    return .null
  }

  private func show(_ events: [ClusterEvent], of watcher: Watcher) async {
    for event in events where Self.concerns(event, watcher.call?.string(.what)) {
      await host.output.event(event, options: watcher.options)
    }
  }

  /// How long a `watch` that is over waits for events that are on their way.
  private static let lastEventsLimit = Duration.seconds(2)

  /// Shows the events up to the present: the condition that ended the watching may have come true by one that is still on
  /// its way.
  private func showLastEvents(of watcher: Watcher) async {
    guard watcher.live == nil, let operations = watcher.operations, let mailbox = watcher.mailbox, !Task.isCancelled,
      await !mailbox.isClosed, let latest = try? await operations.latestEvent()
    else { return }
    let end = host.clock.now + Self.lastEventsLimit
    while host.clock.now < end, await !mailbox.isClosed {
      let events = await mailbox.take()
      await show(events, of: watcher)
      if await mailbox.last >= latest { return }
      do { try await mailbox.wait(upTo: end - host.clock.now, clock: host.clock) } catch { return }
    }
  }

  private static func concerns(_ event: ClusterEvent, _ what: String?) -> Bool {
    switch what {
    case nil: true
    case "nodes": event.kind.rawValue.hasPrefix("node.")
    case "services": event.service != nil
    case .some(let alias): event.service == alias
    }
  }
}
