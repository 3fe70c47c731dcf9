import HydraModel

/// One named action of a bootstrap, with its undo.
struct Step: Sendable {
  /// What it is about, as progress shows it: `network test`.
  var subject: String
  /// What is being done: `creating`.
  var verb: String
  /// Does it. Returns a word for the progress, for example `ready`.
  var perform: @Sendable () async throws -> String
  /// Undoes it, and returns whether there was something to undo; runs even if `perform` failed half-way or never began.
  var undo: (@Sendable () async throws -> Bool)?

  init(
    _ subject: String, _ verb: String, perform: @escaping @Sendable () async throws -> String,
    undo: (@Sendable () async throws -> Bool)? = nil
  ) {
    self.subject = subject
    self.verb = verb
    self.perform = perform
    self.undo = undo
  }

  /// Performs `stages` in order, the steps of one stage beside each other. When one fails, or the task is cancelled,
  /// everything that was begun is undone, last first, and the first error is thrown; its remedy names what could not be
  /// undone.
  static func perform(_ stages: [[Step]], progress: @escaping ProgressHandler) async throws {
    var begun: [Step] = []
    do {
      for stage in stages {
        try Task.checkCancellation()
        begun += stage
        try await withThrowingTaskGroup(of: Void.self) { group in
          for step in stage { group.addTask { try await run(step, progress) } }
          try await group.waitForAll()
        }
      }
    } catch {
      let failed = await undo(begun, progress)
      throw failed.isEmpty ? error : incomplete(error, failed)
    }
  }

  private static func run(_ step: Step, _ progress: ProgressHandler) async throws {
    progress(ProgressUpdate(step.subject, step.verb))
    do {
      progress(ProgressUpdate(step.subject, try await step.perform(), phase: .done))
    } catch {
      let wrapped = HydraError.wrapping(error)
      if wrapped.code != .cancelled { progress(ProgressUpdate(step.subject, wrapped.message, phase: .failed)) }
      throw error
    }
  }

  /// Runs in a task of its own: the usual reason to undo is that this one was cancelled.
  private static func undo(_ steps: [Step], _ progress: @escaping ProgressHandler) async -> [String] {
    await Task {
      var failed: [String] = []
      for step in steps.reversed() {
        guard let undo = step.undo else { continue }
        do {
          if try await undo() { progress(ProgressUpdate(step.subject, "rolled back", phase: .undone)) }
        } catch {
          failed.append("\(step.subject): \(HydraError.wrapping(error).message)")
        }
      }
      return failed
    }.value
  }

  private static func incomplete(_ error: any Error, _ failed: [String]) -> HydraError {
    var wrapped = HydraError.wrapping(error)
    let rest = "not rolled back: \(failed.joined(separator: "; "))"
    wrapped.remedy = wrapped.remedy.map { "\($0); \(rest)" } ?? rest
    return wrapped
  }
}
