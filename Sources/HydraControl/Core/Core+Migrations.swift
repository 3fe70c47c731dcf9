import FoundationEssentials
import HydraModel

extension ControlCore {
  /// Notes what the scheduler changed: the first placement of a replica is no migration, everything after it is.
  mutating func noteMigration(_ change: Scheduler.Change) {
    let name = SlotName(change.service, change.slot)
    if let id = desired[name]?.migration, let known = migrations.firstIndex(where: { $0.id == id }) {
      migrations[known].to = change.to
      migrations[known].outcome = change.to == nil ? .waiting : .running
      migrations[known].phases.removeAll { $0.name != .detected }
      migrations[known].phases.append(.init(.decided, at: now.date))
      announce(migrations[known])
      return
    }
    guard let from = change.from else { return }
    let node = observed.nodes[from]
    let isDown = node.map { $0.condition == .down || $0.wasDown } ?? true
    let reason =
      isDown
      ? "\(from) is down (\(node?.reason ?? "gone"))"
      : desired.nodes[from]?.phase == .removing ? "\(from) is being removed" : "it failed to start on \(from)"
    let id = beginMigration(
      name, from: from, to: change.to, reason: reason, detected: isDown ? node?.lost ?? now : now)
    record { $0[name]?.migration = id }
  }

  /// Opens the record of a migration; returns its id.
  mutating func beginMigration(
    _ name: SlotName, from: String?, to: String?, reason: String, detected: Instant
  ) -> String {
    let id = "\(name.text)-\(desired.nextMigration)"
    record { $0.nextMigration += 1 }
    let migration = Migration(
      id: id, service: name.service, slot: name.slot, from: from, to: to, reason: reason,
      phases: [.init(.detected, at: detected.date), .init(.decided, at: now.date)],
      outcome: to == nil ? .waiting : .running)
    migrations.append(migration)
    if migrations.count > Migration.saved { migrations.removeFirst() }
    announce(migration)
    return id
  }

  private mutating func announce(_ migration: Migration) {
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

  mutating func notePhase(_ phase: Migration.Phase.Name, _ name: SlotName) {
    guard let id = desired[name]?.migration, let known = migrations.firstIndex(where: { $0.id == id }) else { return }
    migrations[known].phases.removeAll { $0.name == phase }
    migrations[known].phases.append(.init(phase, at: now.date))
    emit(
      .migrationPhase, node: migrations[known].to, service: name.service, migration: id,
      "\(name.text): \(phase.rawValue)")
  }

  mutating func finishMigration(_ id: String) {
    guard let known = migrations.firstIndex(where: { $0.id == id }) else { return }
    migrations[known].phases.append(.init(.routed, at: now.date))
    migrations[known].outcome = .done
    let migration = migrations[known]
    let duration = migration.milliseconds.map { " in \(TimeText.of(.milliseconds($0)))" } ?? ""
    emit(
      .migrationDone, node: migration.to, service: migration.service, migration: id,
      way(migration, "moved", "was restarted") + duration)
  }

  mutating func failMigration(_ id: String, _ error: HydraError) {
    guard let known = migrations.firstIndex(where: { $0.id == id }), migrations[known].outcome != .failed else {
      return
    }
    migrations[known].outcome = .failed
    let migration = migrations[known]
    emit(
      .migrationFailed, node: migration.to, service: migration.service, migration: id,
      "\(migration.service).\(migration.slot) was not moved: \(error.message)")
  }
}
