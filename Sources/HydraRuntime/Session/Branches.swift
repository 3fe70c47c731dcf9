import HydraDiagnostics
import HydraLanguage
import HydraModel
import Synchronization

extension Runner {
  /// Runs the branches of a `parallel` at the same time and waits for all of them. The first that fails cancels the others,
  /// which run what they deferred.
  ///
  /// What is reported does not depend on timing: of several that failed by themselves it is the first one in the text; the
  /// others become notes.
  func run(branches machines: [Machine], at range: SourceRange?) async throws {
    guard budget.take(machines.count) else {
      throw RuntimeFailure(code: "limit", "more than \(Limits.branches) branches run at the same time", range: range)
    }
    defer { budget.giveBack(machines.count) }
    var runners: [Runner] = []
    for _ in machines { runners.append(await branch()) }
    let own = await access.own
    let failures =
      host.plan == nil
      ? await Self.atTheSameTime(machines, runners) : await Self.inTurn(machines, runners)
    // The cluster that a branch started or chose is the one of what follows; of several, that of the last branch.
    for runner in runners {
      let chosen = await runner.access.own
      if chosen != own { await access.adopt(chosen) }
    }
    await access.forget()
    if let failure = Self.combined(failures, at: range) { throw failure }
  }

  /// A runner for one branch: with its own choice of a cluster, and without a picture that is drawn in place.
  private func branch() async -> Runner {
    var host = host
    host.output = BranchOutput(base: host.output)
    return Runner(host: host, access: await access.copy(), settings: settings, chance: chance.branch(), budget: budget)
  }

  private static func atTheSameTime(_ machines: [Machine], _ runners: [Runner]) async -> [RuntimeFailure?] {
    await withTaskGroup(of: (Int, RuntimeFailure?).self) { group in
      for (index, (machine, runner)) in zip(machines, runners).enumerated() {
        group.addTask { (index, await runner.run(machine).1) }
      }
      var failures = [RuntimeFailure?](repeating: nil, count: machines.count)
      for await (index, failure) in group {
        failures[index] = failure
        if failure != nil { group.cancelAll() }
      }
      return failures
    }
  }

  /// A plan lists the branches one after the other, up to the first that fails.
  private static func inTurn(_ machines: [Machine], _ runners: [Runner]) async -> [RuntimeFailure?] {
    for (machine, runner) in zip(machines, runners) {
      if let failure = await runner.run(machine).1 { return [failure] }
    }
    return []
  }

  /// What the branches' failures are together: those that were only interrupted add what went wrong while they cleaned up.
  private static func combined(_ failures: [RuntimeFailure?], at range: SourceRange?) -> RuntimeFailure? {
    let failures = failures.compactMap { $0 }
    guard !failures.isEmpty else { return nil }
    var own = failures.filter { !$0.isInterruption }
    var first = own.isEmpty ? RuntimeFailure.interrupted(at: range) : own.removeFirst()
    for failure in failures where failure.isInterruption { first.cleanup += failure.cleanup }
    for failure in own where !failure.isExit {
      first.notes.append(.init("another branch failed: \(failure.message)", range: failure.range))
      first.cleanup += failure.cleanup
    }
    return first
  }
}

/// Counts the branches that run, over all levels.
final class BranchBudget: Sendable {
  private let running = Mutex(0)

  /// Takes `count` of what is left; false when that is less.
  func take(_ count: Int) -> Bool {
    running.withLock { running in
      guard running + count <= Limits.branches else { return false }
      running += count
      return true
    }
  }

  /// `count` have ended.
  func giveBack(_ count: Int) { running.withLock { $0 -= count } }
}

/// The output of a program, as a branch uses it: beside others it draws no picture in place.
private struct BranchOutput: RuntimeOutput {
  let base: any RuntimeOutput

  func result(_ result: CommandResult) async { await base.result(result) }
  func print(_ text: String) async { await base.print(text) }
  func printError(_ text: String) async { await base.printError(text) }
  func event(_ event: ClusterEvent, options: OutputOptions) async { await base.event(event, options: options) }
  func progress(_ update: ProgressUpdate) { base.progress(update) }
  func contact(_ contact: Contact) { base.contact(contact) }
  var failure: HydraError? { base.failure }
  func warning(_ diagnostic: Diagnostic, sources: SourceMap) async { await base.warning(diagnostic, sources: sources) }
}
