import FoundationEssentials
import HydraDiagnostics
import HydraModel
import HydraRuntime

/// One run that reaches outside: a session, a console and the signals.
struct ToolRun: Sendable {
  let streams: HydraStreams
  let environment: [String: String]
  let services: HydraServices
  let options: Invocation.Options
  let console: Console
  let session: Session
  let router = InterruptRouter()
  let record: ShellRecord
  let ownEvents = OwnEvents()
  /// Whether the failure of a script or a command is one JSON object a line, not a text for people.
  private let failsInJSON: Bool

  /// A run on `streams`; `readsInput` allows its programs to read standard input, which scripts and shells are read from.
  init(
    streams: HydraStreams, environment: [String: String], services: HydraServices, options: Invocation.Options,
    arguments: [String], readsInput: Bool, failsInJSON: Bool, color: Bool
  ) {
    self.streams = streams
    self.environment = environment
    self.services = services
    self.options = options
    self.failsInJSON = failsInJSON
    record = ShellRecord(home: environment["HOME"])
    let clock = services.clock
    console = Console(
      input: streams.input, output: streams.output, error: streams.error, color: color, isQuiet: options.quiet,
      terminal: environment["TERM"], monotonic: { clock.now })
    let host = RuntimeHost(
      directory: services.directory,
      output: ConsoleOutput(
        console: console, now: { Date(timeIntervalSince1970: clock.wallTime) },
        onResult: { [ownEvents] in ownEvents.report($0) }),
      outside: SystemOutside(http: services.http, input: readsInput ? streams.input : nil), clock: clock,
      environment: environment, shell: record, files: OptionFiles(input: streams.input))
    let format = options.output.flatMap(OutputFormat.init(rawValue:)) ?? .table
    session = Session(
      host: host,
      settings: SessionSettings(
        cluster: options.cluster,
        output: OutputOptions(format: format, color: color, quiet: options.quiet, wide: options.wide),
        seed: options.seed, isStrict: options.strict),
      loader: ScriptFiles(), arguments: arguments)
  }

  /// Runs one text or command to its end and reports what went wrong.
  func once(_ body: @escaping @Sendable (Session) async -> Outcome) async -> Int32 {
    let outcome = await cancellable(body)
    // `| head -1` has what it wants. As a process that the signal killed, but with everything undone.
    if console.output.readerIsGone, outcome.failure?.message == console.output.failure?.message {
      return OutputSink.brokenPipeStatus
    }
    if failsInJSON {
      let sources = await session.sources
      console.complain(outcome.diagnostics.map { $0.json(sources) + "\n" }.joined())
    } else {
      await report(outcome)
    }
    guard outcome.exitCode == .interrupted else { return outcome.exitCode.rawValue }
    return router.last?.exitStatus ?? ExitCode.interrupted.rawValue
  }

  /// Runs `body` so that Ctrl-C cancels it, and waits for its end: cancelled work rolls back what it began.
  func cancellable(_ body: @escaping @Sendable (Session) async -> Outcome) async -> Outcome {
    let console = console
    let session = session
    let outcome = await router.cancelling(
      first: {
        // The terminal has written ^C.
        if console.error.isTerminal, !console.isRedrawing { console.complain("\n") }
      },
      late: {
        guard console.error.isTerminal else { return }
        console.complain("cancelling: rolling back what was started (Ctrl-C again shows what is running)\n")
      },
      again: {
        let subjects = console.runningSubjects
        console.complain(
          subjects.isEmpty
            ? "still rolling back\n" : "still running:\n" + subjects.map { "  \(Shown.line($0))\n" }.joined())
      }
    ) {
      await body(session)
    }
    console.endProgress()
    return outcome
  }

  /// Draws the errors and warnings of `outcome`.
  func report(_ outcome: Outcome) async {
    guard !outcome.diagnostics.isEmpty else { return }
    let sources = await session.sources
    let renderer = DiagnosticRenderer(sources, color: console.errorPaint.isOn)
    console.complain(renderer.render(outcome.diagnostics))
  }
}
