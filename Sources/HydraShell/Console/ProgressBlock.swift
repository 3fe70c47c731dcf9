import HydraDiagnostics
import HydraModel

/// Work in progress: a line for each subject, with its time.
struct ProgressBlock {
  private struct Step {
    let subject: String
    var message: String
    var fraction: Double?
    let since: Duration
  }

  /// A step that has ended.
  struct Finished {
    let subject: String
    let message: String
    let phase: ProgressUpdate.Phase
    let took: Duration

    func render(_ paint: Paint) -> String {
      let (mark, meaning): (String, Paint.Meaning) =
        switch phase {
        case .done, .confirmed, .running: ("✓", .good)
        case .failed: ("✗", .bad)
        case .undone: ("↩", .uneasy)
        }
      let time = took >= .milliseconds(100) ? paint("  \(TimeText.of(took))", .faint) : ""
      return "\(paint(mark, meaning)) \(Shown.line(subject)): \(Shown.line(message))\(time)\n"
    }
  }

  private var steps: [Step] = []

  var isEmpty: Bool { steps.isEmpty }
  var subjects: [String] { steps.map { "\($0.subject): \($0.message)" } }

  /// Takes an update; returns the step if it has ended.
  mutating func take(_ update: ProgressUpdate, at now: Duration) -> Finished? {
    let index = steps.firstIndex { $0.subject == update.subject }
    guard update.phase == .running else {
      let since = index.map { steps.remove(at: $0).since } ?? now
      return Finished(subject: update.subject, message: update.message, phase: update.phase, took: now - since)
    }
    if let index {
      steps[index].message = update.message
      steps[index].fraction = update.fraction
    } else {
      steps.append(
        Step(subject: update.subject, message: update.message, fraction: update.fraction, since: now))
    }
    return nil
  }

  /// At most `rows` lines that fit into `columns`.
  func lines(at now: Duration, rows: Int, columns: Int, _ paint: Paint) -> [String] {
    let shown = steps.count > rows ? steps.prefix(max(rows - 1, 1)) : steps[...]
    var lines = shown.map { step -> String in
      let elapsed = now - step.since
      let frame = Int(elapsed.components.seconds * 10 + elapsed.components.attoseconds / 100_000_000_000_000_000)
      let spinner = Self.frames[frame % Self.frames.count]
      let share = step.fraction.map { " \(Int(($0 * 100).rounded()))%" } ?? ""
      let time = "  \(TimeText.of(elapsed))"
      let room = columns - 3 - time.count
      // A line that wraps would take two rows of the block.
      let text = Clipping.cut("\(Shown.line(step.subject)): \(Shown.line(step.message))\(share)", to: room)
      return "\(paint(spinner, .uneasy)) \(text)\(paint(time, .faint))"
    }
    if steps.count > shown.count { lines.append("  … and \(steps.count - shown.count) more") }
    return lines
  }

  private static let frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
}
