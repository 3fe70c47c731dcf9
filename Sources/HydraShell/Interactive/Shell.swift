import FoundationEssentials
import HydraDiagnostics
import HydraLanguage
import HydraModel
import HydraRuntime
import LineEditor

extension ToolRun {
  /// The shell: reads and runs inputs until it is left; answers the exit status.
  func shell() async -> Int32 {
    let history = openHistory()
    record.use(history)
    let input = LineEditor.Configuration(
      program: "hydra", input: streams.input, output: streams.output.fileDescriptor ?? 1,
      terminal: environment["TERM"], settings: environment["EDITRC"] ?? environment["HOME"].map { "\($0)/.editrc" })
    let names = LiveNames(
      directory: services.directory, clock: services.clock, home: environment["HOME"], images: services.images)
    let editor: LineEditor
    do {
      editor = try LineEditor(input, history: history, assistance: Assistance(session: session, names: names).forEditor)
    } catch {
      console.complain("error: \(error)\n")
      return ExitCode.failed.rawValue
    }
    let shell = Shell(run: self, editor: editor, history: history, color: console.outputPaint.isOn)
    let monitor = ClusterMonitor(
      directory: services.directory, chosen: options.cluster, onChange: { shell.show($0) },
      onEvent: { shell.tell($0) })
    names.follow(monitor)
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
      console.complain("warning: history is not kept: \(error)\n")
      return History()
    }
  }

  /// `~/.config/hydra/init.hydra`, of shells alone: a script means the same for everybody.
  private func runInitFile() async {
    guard !options.noInit, let home = environment["HOME"] else { return }
    let folder = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/.config"
    let path = "\(folder)/hydra/init.hydra"
    guard FileManager.default.fileExists(atPath: path) else { return }
    await source(path)
  }

  /// Runs the script at `path` in the session of the shell: what it defines stays.
  func source(_ path: String) async {
    do throws(SourceLoadError) {
      let bytes = try ScriptFiles.read(path, input: -1)
      await report(await cancellable { await $0.run(bytes: bytes, name: ScriptFiles.plain(path), origin: .file) })
    } catch {
      console.complain("error: can't read '\(path)': \(error.reason)\n")
    }
  }
}

/// A shell while it runs.
struct Shell: Sendable {
  let run: ToolRun
  let editor: LineEditor
  let history: History
  let color: Bool
  /// What the shell is at.
  private let activity = Activity()

  init(run: ToolRun, editor: LineEditor, history: History, color: Bool) {
    self.run = run
    self.editor = editor
    self.history = history
    self.color = color
  }

  /// How long the first prompt waits for the cluster to answer.
  private static let patience = Duration.milliseconds(400)

  func loop(_ monitor: ClusterMonitor) async -> Int32 {
    var looking = Task { await monitor.recheck() }
    await finished(looking, within: Self.patience)
    while true {
      switch await editor.readLine(prompt: { ShellPrompt.make(activity.cluster, color: color) }) {
      case .endOfInput:
        return run.router.last == .terminate ? Interruption.terminate.exitStatus : ExitCode.done.rawValue
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
        if run.router.last == .terminate { return Interruption.terminate.exitStatus }
        // What was just done may have changed the cluster; give it a moment, so that the prompt is right at once.
        looking.cancel()
        looking = Task { await monitor.recheck(own: run.session.ownCluster) }
        await finished(looking, within: .milliseconds(100))
      }
    }
  }

  /// Runs one input; `time` in front of it tells how long that took.
  private func perform(_ text: String) async {
    let (isTimed, body) = Self.timed(text)
    let start = run.services.clock.now
    let outcome = await run.cancellable { await $0.run(text: body, name: "input", origin: .prompt) }
    // Ctrl-C is the way to end watching, and nobody's error.
    if activity.now != .watching || outcome.exitCode != .interrupted { await run.report(outcome) }
    if outcome.exitCode == .done { run.record.add(body) }
    guard isTimed, outcome.exitCode != .invalid else { return }
    run.console.complain("took \(Units.precise(run.services.clock.now - start))\n")
  }

  /// Whether `text` begins with `time` and something behind it, and what is behind it.
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
    case .terminate: Task { await editor.close() }
    }
  }

  /// The cluster looks different.
  func show(_ view: ClusterMonitor.View) {
    activity.set(view)
    editor.setPrompt(ShellPrompt.make(view, color: color))
  }

  /// Something happened in the cluster.
  func tell(_ event: ClusterEvent) {
    guard event.kind.isNews else { return }
    let paint = Paint(isOn: color)
    let time = Units.timeOfDay(event.time).prefix(8)
    let line = "\(paint("●", event.kind.meaning)) \(paint(String(time), .faint)) \(Shown.line(event.message))"
    switch activity.now {
    case .idle: editor.showAbove(line)
    case .running: run.console.complain(line + "\n")
    // `watch` shows it itself.
    case .watching: break
    }
  }

  /// Keeps `text` unless it holds a secret.
  private func remember(_ text: String) {
    guard !Secrets.appear(in: text) else { return }
    do {
      try history.add(text)
    } catch {
      run.console.complain("warning: history is not kept: \(error)\n")
    }
  }
}

/// What must not be written down.
enum Secrets {
  private static let options: [String] = CommandTable.commands.flatMap(\.options).filter(\.isSecret).map(\.name)

  /// Whether `text` names an option whose value is a secret. The whole text is left out then: a secret can be quoted and
  /// joined in more ways than can be cut out safely.
  static func appear(in text: String) -> Bool { options.contains { text.contains($0) } }
}
