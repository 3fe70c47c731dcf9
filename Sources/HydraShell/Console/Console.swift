import HydraDiagnostics
import HydraModel
import LineEditor
import Synchronization

/// All output of the tool: results on standard output, everything else on standard error, and a block of live progress
/// that is removed while either is written.
final class Console: Sendable {
  /// Descriptor of the keyboard; nil if there is none.
  private let input: Int32?
  let output: OutputSink
  let error: OutputSink
  /// Colours of standard output and of standard error.
  let outputPaint: Paint
  let errorPaint: Paint
  let isQuiet: Bool
  /// Whether a picture can be drawn in place.
  let canRedraw: Bool
  private let monotonic: @Sendable () -> Duration
  private let state = Mutex(State())

  private struct State: ~Copyable {
    var block: ProgressBlock
    /// Rows of the block that are on the screen.
    var drawn = 0
    var ticker: Task<Void, Never>?
    /// The last message of each subject, if lines are written instead of a block.
    var said: [String: String] = [:]
    /// What is on the alternate screen; nil while that is not shown.
    var picture: String?
    /// How often the process had been stopped when that or the block was drawn: it is then no longer where it was.
    var stops = TerminalStop.count
    /// Whether the keyboard is a terminal's, and gives keys one by one while the picture is shown.
    var keys: LiveKeys?
    /// What was written meanwhile, for the normal screen.
    var held: [(text: String, sink: OutputSink)] = []

    init() { block = ProgressBlock() }
  }

  init(
    input: Int32? = nil, output: OutputSink, error: OutputSink, color: Bool, isQuiet: Bool, terminal: String?,
    monotonic: @escaping @Sendable () -> Duration
  ) {
    self.input = input
    self.output = output
    self.error = error
    outputPaint = Paint(isOn: color && output.isTerminal)
    errorPaint = Paint(isOn: color && error.isTerminal)
    self.isQuiet = isQuiet
    canRedraw = output.isTerminal && !["", "dumb"].contains(terminal ?? "")
    self.monotonic = monotonic
  }

  /// Columns of the terminal that results go to; nil where they go elsewhere.
  var columns: Int? { output.isTerminal ? output.size?.columns : nil }

  /// Writes a result.
  func write(_ text: String) { write(text, to: output) }

  /// Writes an error, a warning or a note.
  func complain(_ text: String) { write(text, to: error) }

  /// Shows a step of long work.
  func progress(_ update: ProgressUpdate) {
    guard !isQuiet else { return }
    let now = monotonic()
    state.withLock { state in
      guard state.picture == nil else { return }
      if error.isTerminal {
        clear(&state)
        if let line = state.block.take(update, at: now), line.phase != .confirmed {
          error.write(line.render(errorPaint))
        }
        draw(&state, now)
        if state.block.isEmpty { stopTicking(&state) } else { startTicking(&state) }
      } else if state.said[update.subject] != update.message || update.phase != .running {
        state.said[update.subject] = update.message
        if let line = state.block.take(update, at: now) {
          error.write(line.render(errorPaint))
        } else {
          error.write("\(Shown.line(update.subject)): \(Shown.line(update.message))\n")
        }
      }
    }
  }

  /// Long work has ended: removes the block.
  func endProgress() {
    state.withLock { state in
      clear(&state)
      stopTicking(&state)
      state.block = ProgressBlock()
      state.said = [:]
    }
  }

  /// What is being done now, for a person who presses Ctrl-C again.
  var runningSubjects: [String] { state.withLock { $0.block.subjects } }

  /// Draws lines for the window's rows and columns on the terminal's alternate screen, so that nothing of it remains.
  func redraw(_ lines: (_ rows: Int, _ columns: Int) -> [String]) {
    let size = output.size ?? (24, 80)
    let lines = lines(size.rows, size.columns)
    // A row is cleared before it is written: behind a full one the clearing would take its last character.
    var text = lines.map { "\u{1B}[K" + $0 }.joined(separator: "\r\n")
    if lines.count < size.rows { text += "\r\n\u{1B}[J" }
    state.withLock { state in
      let wasStopped = hasBeenStopped(&state)
      guard state.picture != text || wasStopped else { return }
      // Whoever ran meanwhile may have set the terminal.
      if wasStopped { state.keys?.apply() }
      // The cursor is hidden; it would jump about.
      if state.picture == nil {
        output.write("\u{1B}[?1049h\u{1B}[?25l")
        TerminalStop.onStop(
          descriptor: output.fileDescriptor ?? -1, leave: "\u{1B}[?25h\u{1B}[?1049l", enter: "\u{1B}[?1049h\u{1B}[?25l")
        state.keys = input.flatMap { LiveKeys($0) }
      }
      state.picture = text
      output.write("\u{1B}[H\(text)")
    }
  }

  /// Returns to the normal screen, and writes what was held back for it.
  func endRedraw() {
    state.withLock { state in
      guard state.picture != nil else { return }
      TerminalStop.onStopNothing()
      output.write("\u{1B}[?25h\u{1B}[?1049l")
      state.keys = nil
      state.picture = nil
      for (text, sink) in state.held { sink.write(text) }
      state.held = []
    }
  }

  /// Whether `q` was pressed while the picture is shown.
  var wantsToLeave: Bool { state.withLock { $0.keys?.tookQuit() ?? false } }

  /// Whether a picture is shown.
  var isRedrawing: Bool { state.withLock { $0.picture != nil } }

  private func write(_ text: String, to sink: OutputSink) {
    state.withLock { state in
      guard state.picture == nil else {
        state.held.append((text, sink))
        return
      }
      clear(&state)
      sink.write(text)
      draw(&state, monotonic())
    }
  }

  /// Whether the process has been stopped since this was asked last.
  private func hasBeenStopped(_ state: inout State) -> Bool {
    let count = TerminalStop.count
    defer { state.stops = count }
    return state.stops != count
  }

  private func clear(_ state: inout State) {
    if hasBeenStopped(&state) { state.drawn = 0 }
    guard state.drawn > 0 else { return }
    error.write("\r\u{1B}[\(state.drawn)A\u{1B}[J")
    state.drawn = 0
  }

  private func draw(_ state: inout State, _ now: Duration) {
    guard error.isTerminal, !state.block.isEmpty else { return }
    let size = error.size ?? (24, 80)
    let lines = state.block.lines(at: now, rows: min(size.rows - 2, 10), columns: size.columns, errorPaint)
    error.write(lines.map { $0 + "\n" }.joined())
    state.drawn = lines.count
  }

  private func startTicking(_ state: inout State) {
    guard state.ticker == nil else { return }
    state.ticker = Task { [weak self] in
      while !Task.isCancelled {
        // The pace of an animation, waiting for nothing; ends with the block.
        do { try await Task.sleep(for: .milliseconds(100)) } catch { return }
        self?.tick()
      }
    }
  }

  private func tick() {
    state.withLock { state in
      guard state.drawn > 0 else { return }
      clear(&state)
      draw(&state, monotonic())
    }
  }

  private func stopTicking(_ state: inout State) {
    state.ticker?.cancel()
    state.ticker = nil
  }
}
