import FoundationEssentials
import HydraModel

extension Controller {
  /// How many migrations `state` shows.
  static var migrationCapacity: Int { 100 }

  /// Notes what the scheduler changed: the first placement of a replica is no migration, everything after it is.
  func noteMigration(_ change: Scheduler.Change) {
    let now = time.now()
    guard let index = slotIndex(change.service, change.slot),
      let assignment = desired.services[change.service]?.assignments[index]
    else { return }
    if let id = assignment.migration, let known = migrations.firstIndex(where: { $0.id == id }) {
      migrations[known].to = change.to
      migrations[known].outcome = change.to == nil ? .waiting : .running
      migrations[known].phases.removeAll { $0.name != .detected }
      migrations[known].phases.append(.init(.decided, at: now))
      announce(migrations[known])
      return
    }
    guard let from = change.from else { return }
    let node = observed.nodes[from]
    let isDown = node?.condition == .down
    let reason = isDown ? "\(from) is down (\(node?.reason ?? "gone"))" : "\(from) is being removed"
    let detected = isDown ? node?.since ?? now : now
    beginMigration(change.service, index, from: from, to: change.to, reason: reason, detected: detected)
  }

  /// Opens the record of a migration; returns its id.
  @discardableResult
  func beginMigration(
    _ service: String, _ index: Int, from: String?, to: String?, reason: String, detected: Date
  ) -> String {
    let slot = desired.services[service]?.assignments[index].slot ?? index + 1
    let id = change { desired -> String in
      let id = "\(service).\(slot)-\(desired.nextMigration)"
      desired.nextMigration += 1
      desired.services[service]?.assignments[index].migration = id
      return id
    }
    let migration = Migration(
      id: id, service: service, slot: slot, from: from, to: to, reason: reason,
      phases: [.init(.detected, at: detected), .init(.decided, at: time.now())],
      outcome: to == nil ? .waiting : .running)
    migrations.append(migration)
    if migrations.count > Controller.migrationCapacity { migrations.removeFirst() }
    announce(migration)
    return id
  }

  private func announce(_ migration: Migration) {
    emit(
      .migrationStarted, node: migration.to, service: migration.service, migration: migration.id,
      "\(way(migration, "moves", "restarts")): \(migration.reason)")
  }

  /// What happens in `migration`: a node that was down may be the only one that is free, once it is back.
  private func way(_ migration: Migration, _ moves: String, _ restarts: String) -> String {
    let name = "\(migration.service).\(migration.slot)"
    guard let to = migration.to else { return "\(name) is waiting for a free node" }
    guard migration.from != to else { return "\(name) \(restarts) on \(to)" }
    return "\(name) \(moves)\(migration.from.map { " from \($0)" } ?? "") to \(to)"
  }

  func notePhase(_ phase: Migration.Phase.Name, _ service: String, _ slot: Int) {
    guard let index = slotIndex(service, slot), let id = desired.services[service]?.assignments[index].migration,
      let known = migrations.firstIndex(where: { $0.id == id })
    else { return }
    migrations[known].phases.removeAll { $0.name == phase }
    migrations[known].phases.append(.init(phase, at: time.now()))
    emit(
      .migrationPhase, node: migrations[known].to, service: service, migration: id,
      "\(service).\(slot): \(phase.rawValue)")
  }

  func finishMigration(_ id: String) {
    guard let known = migrations.firstIndex(where: { $0.id == id }) else { return }
    migrations[known].phases.append(.init(.routed, at: time.now()))
    migrations[known].outcome = .done
    let migration = migrations[known]
    let duration = migration.milliseconds.map { " in \(TimeText.of(.milliseconds($0)))" } ?? ""
    emit(
      .migrationDone, node: migration.to, service: migration.service, migration: id,
      way(migration, "moved", "was restarted") + duration)
  }

  func failMigration(_ id: String, _ error: HydraError) {
    guard let known = migrations.firstIndex(where: { $0.id == id }) else { return }
    migrations[known].outcome = .failed
    emit(
      .migrationFailed, node: migrations[known].to, service: migrations[known].service, migration: id,
      "\(migrations[known].service).\(migrations[known].slot) was not moved: \(error.message)")
  }

  private func slotIndex(_ service: String, _ slot: Int) -> Int? {
    desired.services[service]?.assignments.firstIndex { $0.slot == slot }
  }
}
