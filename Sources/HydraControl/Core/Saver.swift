public import HydraModel

/// What is still to be saved: facts that changed the state, and changes that wait until they are saved.
struct Saver: Sendable {
  /// A change that waits, and the request it is for.
  struct Proposal: Sendable {
    var changes: [Change]
    var job: String?
    var number: Int
    /// Whether a save carried it: should that have failed, it may have been written all the same.
    var wasTried = false
  }

  /// What becomes of a proposal that is taken back.
  enum Withdrawal {
    /// Nothing waits.
    case none
    /// It is being saved.
    case isUnderWay
    /// Nobody will hear of it.
    case done
    /// It may be in the store, until the next save says otherwise.
    case mayBeSaved
  }

  /// What one save carries.
  struct Batch: Sendable {
    var revision: Int
    var proposals: [Proposal]
    var reservedEvents: UInt64
  }

  private(set) var revision = 0
  private(set) var savedRevision = 0
  private(set) var proposals: [Proposal] = []
  private(set) var inFlight: Batch?
  var failure: Failure?
  private var number = 0

  /// The state changed.
  mutating func note() { revision += 1 }

  /// Whether there is something to save.
  var isDirty: Bool { savedRevision < revision || !proposals.isEmpty }

  /// Adds changes that take effect once they are saved.
  mutating func propose(_ changes: [Change], for job: String?) {
    number += 1
    proposals.append(Proposal(changes: changes, job: job, number: number))
  }

  /// Takes back what waits for `job`.
  mutating func withdraw(_ job: String) -> Withdrawal {
    guard let index = proposals.firstIndex(where: { $0.job == job }) else { return .none }
    let number = proposals[index].number
    if inFlight?.proposals.contains(where: { $0.number == number }) == true { return .isUnderWay }
    note()
    return proposals.remove(at: index).wasTried ? .mayBeSaved : .done
  }

  /// Changes that wait, of the core itself.
  var pendingMoves: Set<SlotName> {
    var names: Set<SlotName> = []
    for proposal in proposals {
      for case .arrive(let name, _, _) in proposal.changes { names.insert(name) }
    }
    return names
  }

  /// Begins a save of everything.
  mutating func begin(reserving number: UInt64) -> Batch {
    let batch = Batch(revision: revision, proposals: proposals, reservedEvents: number)
    inFlight = batch
    for index in proposals.indices { proposals[index].wasTried = true }
    return batch
  }

  /// A save ended well.
  mutating func succeeded(_ batch: Batch) {
    inFlight = nil
    failure = nil
    savedRevision = max(savedRevision, batch.revision)
    let done = Set(batch.proposals.map(\.number))
    proposals.removeAll { done.contains($0.number) }
  }

  /// A save failed, or nobody knows.
  mutating func failed(_ failure: Failure) {
    inFlight = nil
    self.failure = failure
  }
}

extension ControlCore {
  /// What is desired once everything is saved that waits for it.
  var projected: DesiredState {
    guard holds(.countsAccepted), !saver.proposals.isEmpty else { return desired }
    return desired.applying(saver.proposals)
  }

  /// Changes what is desired once that is saved; then `job` continues.
  mutating func propose(_ changes: [Change], for job: String?) {
    guard holds(.saveFirst) else {
      for change in changes { change.apply(to: &desired) }
      saver.note()
      needsPass = true
      if let job { committed(job) }
      return
    }
    saver.propose(changes, for: job)
  }

  /// Changes what is desired at once: a fact, or what a failover must do. It is saved as soon as can be.
  mutating func record(_ body: (inout DesiredState) -> Void) {
    body(&desired)
    saver.note()
    needsPass = true
  }

  /// Starts what is to be written.
  mutating func flush() {
    guard startProblem == nil else { return }
    flushState()
    flushEvents()
  }

  private mutating func flushState() {
    guard saver.isDirty, saver.inFlight == nil, (saver.failure?.retryAt ?? .zero) <= now.uptime else { return }
    let batch = saver.begin(reserving: log.nextReservation)
    let state = savedState(
      desired.applying(batch.proposals), reservedEvents: max(batch.reservedEvents, log.reserved))
    want(.save(state), as: .save(batch))
  }

  private func savedState(_ desired: DesiredState, reservedEvents: UInt64) -> SavedState {
    SavedState(desired: desired, requests: jobs.records, migrations: migrations, reservedEvents: reservedEvents)
  }

  private mutating func flushEvents() {
    let batch = Array(log.unstored.prefix(500))
    guard let last = batch.last, !timers.isSet(.events), !isAppending else { return }
    isAppending = true
    want(.append(batch), as: .append(upTo: last.id))
  }

  mutating func saved(_ batch: Saver.Batch, _ outcome: Outcome) {
    if case .failed(let error) = outcome {
      var failure = Failure(error, after: saver.failure, now: now.uptime, timings)
      failure.retryAt = min(failure.retryAt, now.uptime + .seconds(1))
      if saver.failure == nil {
        emit(.errorReported, "the state can't be saved: \(error.message); continuing with the last known state")
      }
      saver.failed(failure)
      timers.set(.save, at: failure.retryAt)
      partFailed(.data, error)
      if !holds(.dropsUnsaved) { commit(batch) }
      needsPass = true
      return
    }
    saver.succeeded(batch)
    partWorks(.data)
    for event in log.reserve(upTo: batch.reservedEvents) { tell(.tell(event)) }
    commit(batch)
    tellSaved(upTo: batch.revision)
  }

  private mutating func commit(_ batch: Saver.Batch) {
    for proposal in batch.proposals {
      for change in proposal.changes {
        change.apply(to: &desired)
        if case .arrive(let name, let node, let migration) = change, desired[name]?.migration != migration {
          failMigration(migration, HydraError(.conflict, "\(node) was taken meanwhile"))
        }
      }
      needsPass = true
      if let job = proposal.job { committed(job) }
    }
  }

  mutating func appended(upTo id: UInt64, _ outcome: Outcome) {
    isAppending = false
    if case .failed(let error) = outcome {
      partFailed(.data, error)
      timers.set(.events, at: now.uptime + .seconds(1))
    } else {
      log.stored(upTo: id)
    }
  }
}

extension DesiredState {
  /// What is desired once `proposals` have taken effect.
  fileprivate func applying(_ proposals: [Saver.Proposal]) -> DesiredState {
    var state = self
    for proposal in proposals { for change in proposal.changes { change.apply(to: &state) } }
    return state
  }
}

extension Migration {
  /// How many are saved, and shown by `state`.
  static let saved = 100
}

extension ControlCore {
  /// What a process that is stopped stores last: the state, with the numbers of events that were not used given back, and
  /// the events that are not stored yet. Nil before it read what was saved.
  public func closing() -> (SavedState, [ClusterEvent])? {
    guard startProblem == nil else { return nil }
    return (savedState(desired, reservedEvents: log.lastID), log.unstored)
  }
}
