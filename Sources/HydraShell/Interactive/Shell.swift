import FoundationEssentials
import HydraDiagnostics
import HydraLanguage
import HydraModel
import HydraRuntime
import LineEditor

extension ToolRun {
  /// The shell: reads and runs inputs until it is left; returns the exit status.
  func shell() async -> Int32 {
    let history = openHistory()
    record.use(history)
    let input = LineEditor.Configuration(
      program: "hydra", input: streams.input, output: streams.output.fileDescriptor ?? 1,
      terminal: environment["TERM"], settings: environment["EDITRC"] ?? environment["HOME"].map { "\($0)/.editrc" },
      faint: console.outputPaint.isOn ? "\u{1B}[90m" : nil)
    let names = LiveNames(
      directory: services.directory, clock: services.clock, home: environment["HOME"], images: services.images)
    let editor: LineEditor
    do {
      editor = try LineEditor(input, history: history, assistance: Assistance(session: session, names: names).forEditor)
    } catch {
      console.complain("error: \(Shown.line("\(error)"))\n")
      return ExitCode.failed.rawValue
    }
    let shell = Shell(run: self, editor: editor, history: history, color: console.outputPaint.isOn)
    let monitor = ClusterMonitor(
      directory: services.directory, chosen: options.cluster, onChange: { shell.show($0) },
      onEvent: { shell.tell($0) })
    names.follow(monitor)
    if editor.isInteractive, !options.quiet { console.complain(Shell.greeting) }
    await runInitFile()
    let status = await router.handling({ shell.interrupt($0) }) { await shell.loop(monitor) }
    await monitor.stop()
    await editor.close()
    return status
  }

  private func openHistory() -> History {
    let home = environment["HOME"] ?? "/"
    let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/.local/state"
    do {
      return try History(path: "\(state)/hydra/history")
    } catch {
      console.complain("warning: history is not kept: \(Shown.line("\(error)"))\n")
      return History()
    }
  }

  /// Runs `~/.config/hydra/init.hydra`. For shells only: a script means the same for everybody.
  private func runInitFile() async {
    guard !options.noInit, let home = environment["HOME"] else { return }
    let folder = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/.config"
    let path = "\(folder)/hydra/init.hydra"
    guard FileManager.default.fileExists(atPath: path) else { return }
    await source(path)
  }

  /// Runs the script at `path` in the session of the shell: its definitions stay.
  func source(_ path: String) async {
    do throws(SourceLoadError) {
      let bytes = try ScriptFiles.read(path, input: -1)
      await report(await cancellable { await $0.run(bytes: bytes, name: ScriptFiles.plain(path), origin: .file) })
    } catch {
      console.complain("error: can't read '\(Shown.line(path))': \(error.reason)\n")
    }
  }
}

/// A shell while it runs.
struct Shell: Sendable {
  let run: ToolRun
  let editor: LineEditor
  let history: History
  let color: Bool
  /// What the shell is doing.
  private let activity = Activity()

  /// The first line of a shell.
  static let greeting =
    "hydra \(HydraVersion.current): 'help' explains the commands, Tab completes, ? shows what can come next, "
    + "Ctrl-D leaves\n"

  init(run: ToolRun, editor: LineEditor, history: History, color: Bool) {
    self.run = run
    self.editor = editor
    self.history = history
    self.color = color
  }

  /// How long the first prompt waits for the cluster to respond.
  private static let patience = Duration.milliseconds(400)

  func loop(_ monitor: ClusterMonitor) async -> Int32 {
    var looking = Task { await monitor.recheck() }
    await finished(looking, within: Self.patience)
    while true {
      switch await editor.readLine(prompt: { ShellPrompt.make(activity.cluster, color: color) }) {
      case .endOfInput: return ended ?? ExitCode.done.rawValue
      case .hungUp: return ended ?? Interruption.hangUp.exitStatus
      case .interrupted: continue
      case .line(let text):
        let line = text.trimmingWhitespace
        if line.isEmpty { continue }
        remember(text)
        activity.set(Self.timed(line).1.hasPrefix("watch") ? .watching : .running)
        await perform(text)
        for request in run.record.takeRequests() {
          switch request {
          case .source(let path): await run.source(path)
          case .leave(let status): return status
          }
        }
        activity.set(.idle)
        if let ended { return ended }
        // What was just done may have changed the cluster; give it a moment, so that the prompt is right at once.
        looking.cancel()
        looking = Task { await monitor.recheck(own: run.session.ownCluster) }
        await finished(looking, within: .milliseconds(100))
      }
    }
  }

  /// The exit status once a signal has ended the shell.
  private var ended: Int32? { run.router.last.flatMap { $0.endsShell ? $0.exitStatus : nil } }

  /// Runs one input; with `time` in front of it, reports how long that took.
  private func perform(_ text: String) async {
    let (isTimed, body) = Self.timed(text)
    let start = run.services.clock.now
    run.ownEvents.begin(body)
    let outcome = await run.cancellable { await $0.run(text: body, name: "input", origin: .prompt) }
    for event in run.ownEvents.end(failed: outcome.exitCode != .done) { run.console.complain(news(event) + "\n") }
    if outcome.exitCode == .interrupted {
      await reportCancelled(outcome)
    } else {
      await run.report(outcome)
    }
    if outcome.exitCode == .done, !Self.isPrivate(text) { run.record.add(body) }
    guard isTimed, outcome.exitCode != .invalid else { return }
    run.console.complain("took \(TimeText.of(run.services.clock.now - start))\n")
  }

  /// Ctrl-C is no error of the command, and the way to end watching. What went wrong while rolling back is one.
  private func reportCancelled(_ outcome: Outcome) async {
    if activity.now != .watching { run.console.complain("cancelled\n") }
    guard let cleanup = outcome.failure?.cleanup, !cleanup.isEmpty else { return }
    await run.report(Outcome(exitCode: outcome.exitCode, diagnostics: cleanup.map(\.diagnostic)))
  }

  /// Whether `text` is kept nowhere: people begin a line with a blank to say so.
  static func isPrivate(_ text: String) -> Bool { text.first == " " || text.first == "\t" }

  /// Whether `text` begins with `time` followed by something, and what follows.
  static func timed(_ text: String) -> (Bool, String) {
    let line = text.drop { $0.isWhitespace }
    guard line.hasPrefix("time"), line.dropFirst(4).first.map({ $0 == " " || $0 == "\t" }) == true else {
      return (false, text)
    }
    let body = line.dropFirst(4).drop { $0 == " " || $0 == "\t" }
    return body.isEmpty || body.first == "#" ? (false, text) : (true, String(body))
  }

  /// A signal while no command runs.
  func interrupt(_ interruption: Interruption) {
    switch interruption {
    case .interrupt: editor.interrupt()
    case .terminate, .hangUp: Task { await editor.close() }
    }
  }

  /// The cluster looks different.
  func show(_ view: ClusterMonitor.View) {
    activity.set(view)
    editor.setPrompt(ShellPrompt.make(view, color: color))
  }

  /// Something happened in the cluster.
  func tell(_ event: ClusterEvent) {
    guard run.ownEvents.isNews(event) else { return }
    switch activity.now {
    case .idle: editor.showAbove(news(event))
    case .running: run.console.complain(news(event) + "\n")
    // `watch` shows it itself.
    case .watching: break
    }
  }

  private func news(_ event: ClusterEvent) -> String {
    let paint = Paint(isOn: color)
    let time = Units.timeOfDay(event.time).prefix(8)
    return "\(paint("●", event.kind.meaning)) \(paint(String(time), .faint)) \(Shown.line(event.message))"
  }

  /// Keeps `text` in the history unless it is private, its secrets replaced by environment variables; a text in which that
  /// is not possible is not kept.
  private func remember(_ text: String) {
    guard !Self.isPrivate(text), let text = SecretText.redacted(text) else { return }
    do {
      try history.add(text)
    } catch {
      run.console.complain("warning: history is not kept: \(Shown.line("\(error)"))\n")
    }
  }
}
