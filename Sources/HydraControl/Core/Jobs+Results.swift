import FoundationEssentials
import HydraModel

/// How requests end, and what is remembered of them.
extension ControlCore {
  /// The state was saved up to `revision`: successes that it has are told.
  mutating func tellSaved(upTo revision: Int) {
    tell { $0.revision <= revision }
  }

  /// What need not be saved was not saved in time: it is told all the same.
  mutating func tellUnsaved() { tell { !$0.mustBeSaved } }

  /// Tells the successes that are not saved yet and for which `isDue`.
  mutating func tell(
    _ isDue: (Jobs.Unsaved) -> Bool, as result: (Jobs.Unsaved) -> Result<Reply, HydraError> = { $0.result }
  ) {
    let told = jobs.unsaved.filter(isDue)
    jobs.unsaved.removeAll(where: isDue)
    for entry in told { for waiter in entry.waiters { answer(waiter, result(entry)) } }
  }

  mutating func finish(_ key: String) {
    guard var job = jobs[key], job.record.stage != .ended else { return }
    timers.clear(.job(key))
    job.record.stage = .ended
    job.record.ended = now.date
    saver.note()
    job.revision = saver.revision
    conclude(job.waiters, job)
    let outcome = job.cancellation
    for canceller in job.cancellers { answer(canceller, .success(.cancellation(outcome))) }
    (job.waiters, job.cancellers) = ([], [])
    jobs[key] = job.isRemembered ? job : nil
    needsPass = true
    if job.isRemembered, !timers.isSet(.forget) { timers.set(.forget, at: now.uptime + timings.memory) }
    if jobs.order.count > timings.memories { forgetOldest() }
  }

  /// Tells `waiters` how `job` ended: a success once it is saved.
  mutating func conclude(_ waiters: [RequestID], _ job: Jobs.Job) {
    if case .success = job.result, holds(.saveFirst), job.record.hasChanged || parts[.data] == nil,
      saver.savedRevision < job.revision
    {
      jobs.unsaved.append(
        Jobs.Unsaved(revision: job.revision, waiters: waiters, result: job.result, mustBeSaved: job.record.hasChanged))
      if !job.record.hasChanged { timers.set(.unsaved, at: now.uptime + timings.save) }
    } else {
      for waiter in waiters { answer(waiter, job.result) }
    }
  }

  private mutating func forgetOldest() {
    let ended = jobs.order.filter { jobs[$0]?.record.stage == .ended }
    for key in ended.prefix(max(0, ended.count - timings.memories)) { jobs[key] = nil }
  }

  /// Forgets results whose time is over.
  mutating func forgetResults() {
    let oldest = now.date.addingTimeInterval(-(timings.memory / .seconds(1)))
    for key in jobs.order { if let ended = jobs[key]?.record.ended, ended <= oldest { jobs[key] = nil } }
    if jobs.order.contains(where: { jobs[$0]?.record.stage == .ended }) {
      timers.set(.forget, at: now.uptime + timings.memory / 10)
    }
    saver.note()
  }

  /// Goes on with the requests of an earlier process.
  mutating func restoreJobs(_ records: [RequestRecord]) {
    for record in records {
      guard holds(.savedResults) || record.stage != .ended, let work = Works.decode(record) else { continue }
      let left = Duration.seconds(record.deadline.timeIntervalSince(now.date))
      let limit = record.stage == .undoing ? timings.undo : work.limit(timings)
      jobs[record.key] = Jobs.Job(record: record, work: work, isAnonymous: record.key.contains(" "))
      if record.stage != .ended { timers.set(.job(record.key), at: now.uptime + min(max(left, .zero), limit)) }
      jobs[record.key]?.mustResume = record.stage == .running && work.resumes
      if record.stage == .undoing {
        undo(record.key, record.failure?.hydraError() ?? HydraError(.cancelled, "interrupted"))
      }
    }
    if !records.isEmpty { timers.set(.forget, at: now.uptime + timings.memory / 10) }
    jobs.mustLook = true
  }
}

extension Jobs.Job {
  /// What it is answered with, once it ended.
  var result: Result<Reply, HydraError> {
    if let failure = record.failure { return .failure(failure.hydraError()) }
    return record.answer.map { .success($0) }
      ?? .failure(HydraError(.internal, "\(record.name) ended without an answer"))
  }

  /// What whoever cancelled it is told.
  var cancellation: RequestOutcome {
    switch record.failure.map({ $0.hydraError().code }) {
    case nil: .completed
    case .cancelled: .cancelled
    default: .failed
    }
  }

  /// Whether a repeat gets the same answer. Where a component was not there, a repeat tries again.
  var isRemembered: Bool {
    guard !isAnonymous else { return false }
    switch record.failure?.hydraError().code {
    case .unavailable, .unreachable, .internal: return false
    default: return true
    }
  }
}
