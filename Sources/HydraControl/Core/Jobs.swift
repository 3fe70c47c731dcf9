import FoundationEssentials
import HydraModel

/// The requests: those that wait, and the results that are remembered.
struct Jobs: Sendable {
  /// One request.
  struct Job: Sendable {
    var record: RequestRecord
    let work: any Work
    /// Who waits for its answer.
    var waiters: [RequestID] = []
    /// Who waits to hear that it was cancelled.
    var cancellers: [RequestID] = []
    /// Whether the client gave it no key: nobody can ask for its result again.
    var isAnonymous: Bool
    /// Whether what takes its changes back still has to be saved.
    var mustSaveUndo = false
    /// Whether what it did may have been lost with an earlier process. It is done again once somebody asks for it: who was told
    /// that it failed does not.
    var mustResume = false
    /// The revision of the state that first had its result.
    var revision = 0
  }

  private(set) var order: [String] = []
  /// Those that have not ended, in the order of their arrival: far fewer than are remembered.
  private(set) var open: [String] = []
  private var byKey: [String: Job] = [:]
  /// Successes that are told once they are saved, with the revision of the state that has them.
  var unsaved: [Unsaved] = []

  /// A success that is not saved yet.
  struct Unsaved: Sendable {
    var revision: Int
    var waiters: [RequestID]
    var result: Result<Reply, HydraError>
    /// Whether it would be lost with the process: else it is told even if it can't be saved.
    var mustBeSaved: Bool
  }
  /// Keys that were cancelled before their request came, the latest last.
  private(set) var cancelledEarly: [String] = []
  /// Whether something changed that a request may wait for.
  var mustLook = false

  subscript(key: String) -> Job? {
    get { byKey[key] }
    set {
      let isKnown = byKey[key] != nil
      if newValue == nil { order.removeAll { $0 == key } } else if !isKnown { order.append(key) }
      if newValue.map({ $0.record.stage == .ended }) ?? true {
        if let index = open.firstIndex(of: key) { open.remove(at: index) }
      } else if !isKnown {
        open.append(key)
      }
      byKey[key] = newValue
    }
  }

  /// All, in the order of their arrival.
  var all: [Job] { order.compactMap { byKey[$0] } }

  /// What is saved: a request whose changes are in the same document is running there. One that waits to be decided on has
  /// done nothing: its client sends it again.
  var records: [RequestRecord] {
    all.compactMap { job in
      var record = job.record
      if record.stage == .arrived { return nil }
      if record.stage == .saving { record.stage = .running }
      return record
    }
  }

  mutating func cancelEarly(_ key: String) {
    cancelledEarly.append(key)
    if cancelledEarly.count > 100 { cancelledEarly.removeFirst() }
  }
}

extension ControlCore {
  // MARK: Arrival

  mutating func arrive(_ id: RequestID, _ work: some Work, key: String?) {
    if let startProblem { return answer(id, .failure(startProblem)) }
    let name = type(of: work).name
    let body = work.json
    if let key, holds(.idempotency), let known = jobs[key] {
      guard known.record.name == name, known.record.body == body else {
        return answer(
          id,
          .failure(
            HydraError(
              .conflict, "idempotency key '\(key)' was used for another request",
              remedy: "use a new key for each request")))
      }
      if known.record.stage == .ended { return conclude([id], known) }
      jobs[key]?.waiters.append(id)
      if known.mustResume {
        jobs[key]?.mustResume = false
        known.work.committed(&self, known.record)
      }
      return
    }
    if let key, jobs.cancelledEarly.contains(key) {
      return answer(id, .failure(HydraError(.cancelled, "the request was cancelled before it arrived")))
    }
    // A client's key has no blanks.
    let limit = work.limit(timings)
    let own = holds(.idempotency) ? key : key.map { "\($0) \(id.number)" }
    let job = Jobs.Job(
      record: RequestRecord(
        key: own ?? "request \(id.number) \(now.date.timeIntervalSince1970)", name: name, body: body, stage: .arrived,
        deadline: now.date.addingTimeInterval(limit / .seconds(1)), begun: now.date),
      work: work, waiters: [id], isAnonymous: key == nil)
    jobs[job.record.key] = job
    if holds(.deadline) { timers.set(.job(job.record.key), at: now.uptime + limit) }
    jobs.mustLook = true
  }

  mutating func answer(_ id: RequestID, _ result: Result<Reply, HydraError>) { tell(.answer(id, result)) }

  // MARK: Progress

  /// Looks at every request that waits.
  mutating func advanceJobs() {
    jobs.mustLook = false
    if !jobs.unsaved.isEmpty, let error = hopeless([.data]) {
      tell { _ in
        true
      } as: {
        $0.mustBeSaved ? .failure(error) : $0.result
      }
    }
    for key in jobs.open {
      guard let job = jobs[key] else { continue }
      switch job.record.stage {
      case .arrived: begin(key, job)
      case .saving: awaitSave(key, job)
      case .running: advance(key, job)
      case .undoing:
        if !job.mustSaveUndo, !job.record.hasChanged || job.work.isUndone(self, job.record) {
          finish(key)
        } else if let error = hopeless([.data]) {
          // Whether it is undone nobody knows.
          if job.mustSaveUndo, job.record.failure?.hydraError().code == .cancelled {
            jobs[key]?.record.failure = ErrorPayload(error)
          }
          finish(key)
        }
      case .ended: break
      }
    }
  }

  private mutating func begin(_ key: String, _ job: Jobs.Job) {
    guard job.work.canBegin(self) else { return }
    if let error = hopeless(job.work.needs + [.data]) { return fail(key, error) }
    do throws(HydraError) {
      var record = job.record
      let changes = try job.work.begin(&self, &record)
      record.stage = changes.isEmpty ? .running : .saving
      record.hasChanged = !changes.isEmpty
      jobs[key]?.record = record
      saver.note()
      if changes.isEmpty { committed(key) } else { propose(changes, for: key) }
    } catch {
      jobs[key]?.record.failure = ErrorPayload(error)
      finish(key)
    }
  }

  private mutating func awaitSave(_ key: String, _ job: Jobs.Job) {
    if let failure = job.record.failure { return withdraw(key, failure.hydraError()) }
    if let error = hopeless([.data]) { fail(key, error) }
  }

  /// The changes of a request are saved.
  mutating func committed(_ key: String) {
    guard let job = jobs[key] else { return }
    jobs.mustLook = true
    jobs[key]?.mustSaveUndo = false
    guard job.record.stage == .saving || job.record.stage == .running else { return }
    jobs[key]?.record.stage = .running
    // Cancelled while it was being saved: it never acts.
    if let failure = job.record.failure { return undo(key, failure.hydraError()) }
    job.work.committed(&self, job.record)
  }

  /// The effect of a request ended.
  mutating func acted(_ key: String, _ outcome: Outcome) {
    guard let job = jobs[key], job.record.stage == .running else { return }
    switch outcome {
    case .failed(let error): fail(key, error)
    case .node(let container):
      guard let name = job.record.subject, desired.nodes[name] != nil else { return }
      endings[name] = nil
      knownAt[name] = now.uptime
      seen(name, container)
    default: look()
    }
    jobs.mustLook = true
  }

  private mutating func advance(_ key: String, _ job: Jobs.Job) {
    do throws(HydraError) {
      if let answer = try job.work.reply(self, job.record) {
        jobs[key]?.record.answer = answer
        finish(key)
      } else if !job.waiters.isEmpty || !job.record.hasChanged, let error = hopeless(job.work.needs) {
        fail(key, error)
      }
    } catch {
      fail(key, error)
    }
  }

  /// The deadline of a request has come.
  mutating func overdue(_ key: String) {
    guard let job = jobs[key] else { return }
    switch job.record.stage {
    case .ended: break
    case .undoing: finish(key)
    case .arrived, .saving, .running:
      let limit = job.work.limit(timings)
      let seconds = limit.components.seconds
      let time = seconds > 0 ? "\(seconds) s" : TimeText.of(limit)
      fail(key, HydraError(.timeout, "waited \(time) for \(job.work.condition(job.record))"))
    }
  }

  // MARK: Failure

  /// A request failed: what it did is undone, then it is answered.
  mutating func fail(_ key: String, _ error: HydraError) {
    guard let job = jobs[key], job.record.failure == nil else { return }
    let error = job.work.explained(error, self, job.record)
    jobs[key]?.record.failure = ErrorPayload(error)
    saver.note()
    switch job.record.stage {
    case .arrived: finish(key)
    case .saving:
      // Where a save is under way, nobody knows yet whether there is something to undo.
      withdraw(key, error)
    case .running:
      if error.code != .cancelled, let node = job.work.witness(error, job.record) {
        want(.readNodeLog(node), as: .nodeWords(job: key, error: error))
        jobs[key]?.record.stage = .undoing
      } else {
        undo(key, error)
      }
    case .undoing, .ended: break
    }
  }

  mutating func nodeWords(_ key: String, _ error: HydraError, _ outcome: Outcome) {
    if case .log(let lines) = outcome, !lines.isEmpty {
      var error = error
      error.message += "; it said: \(lines.joined(separator: " / "))"
      jobs[key]?.record.failure = ErrorPayload(error)
    }
    undo(key, error)
  }

  mutating func undo(_ key: String, _ error: HydraError) {
    guard let job = jobs[key] else { return }
    guard holds(.undo), job.record.hasChanged else {
      beginUndo(key)
      return finish(key)
    }
    guard let changes = job.work.undo(&self, job.record, error) else { return goOn(key, error) }
    beginUndo(key)
    for change in changes where change.isRetreat { record { change.apply(to: &$0) } }
    jobs[key]?.mustSaveUndo = !changes.isEmpty
    if !changes.isEmpty { propose(changes, for: key) }
    needsPass = true
  }

  /// It is too late to undo a request. Cancelling it comes to nothing then: whoever cancelled it is told how it ended. One that was
  /// held up by a part that does not work goes on as well: its client is told, and finds it when it repeats it.
  private mutating func goOn(_ key: String, _ error: HydraError) {
    switch error.code {
    case .cancelled: jobs.mustLook = true
    case .unavailable, .unreachable:
      let waiters = jobs[key]?.waiters ?? []
      jobs[key]?.waiters = []
      for waiter in waiters { answer(waiter, .failure(error)) }
    default:
      beginUndo(key)
      return finish(key)
    }
    jobs[key]?.record.stage = .running
    jobs[key]?.record.failure = nil
    needsPass = true
  }

  /// Takes back changes that never took effect, and what else a request noted.
  private mutating func withdraw(_ key: String, _ error: HydraError) {
    guard let job = jobs[key] else { return }
    switch saver.withdraw(key) {
    case .none, .isUnderWay: return
    case .done:
      _ = job.work.undo(&self, job.record, error)
      finish(key)
    case .mayBeSaved:
      _ = job.work.undo(&self, job.record, error)
      beginUndo(key)
      // Nothing of it is to be undone later, when its subject may be somebody else's.
      jobs[key]?.record.hasChanged = false
      jobs[key]?.mustSaveUndo = true
      propose([], for: key)
    }
  }

  private mutating func beginUndo(_ key: String) {
    jobs[key]?.record.stage = .undoing
    timers.set(.job(key), at: now.uptime + timings.undo)
    jobs.mustLook = true
  }

  // MARK: Cancelling

  /// Nobody waits for request `id` any more, and it is to be undone.
  mutating func cancel(_ id: RequestID) {
    guard let key = jobs.open.first(where: { jobs[$0]?.waiters.contains(id) == true }) else { return }
    fail(key, HydraError(.cancelled, "interrupted"))
  }

  mutating func cancel(key: String, for id: RequestID) {
    guard let job = jobs[key] else {
      jobs.cancelEarly(key)
      return answer(id, .success(.cancellation(.unknown)))
    }
    guard job.record.stage != .ended else { return answer(id, .success(.cancellation(.finished))) }
    jobs[key]?.cancellers.append(id)
    fail(key, HydraError(.cancelled, "interrupted"))
  }

  /// Nodes had their time to respond: what waited for that is decided now.
  mutating func settle() {
    jobs.mustLook = true
    needsPass = true
  }

  /// The latest failure of a replica, on any node.
  func lastFailure(_ name: SlotName) -> HydraError? {
    failures.filter { if case .replica(name, _) = $0.key { true } else { false } }
      .max { $0.value.retryAt < $1.value.retryAt }?.value.error
  }
}
