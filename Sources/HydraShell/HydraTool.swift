import FoundationEssentials
import Glibc
import HydraDiagnostics
import HydraLanguage
import HydraModel
import HydraRuntime
import HydraSimulation

/// The tool, from the words of a command line to an exit status. Without hidden globals: everything it reads and writes is
/// passed in, so that tests run it in process.
public struct HydraTool: Sendable {
  let streams: HydraStreams
  let environment: [String: String]
  let makeServices: @Sendable () async throws -> HydraServices

  /// A tool on these streams. `services` are created only if needed: `--version`, `help` and `check` use nothing
  /// outside.
  public init(
    streams: HydraStreams, environment: [String: String],
    services: @escaping @Sendable () async throws -> HydraServices
  ) {
    self.streams = streams
    self.environment = environment
    makeServices = services
  }

  /// Runs the invocation given by `arguments` (without the program's name); returns the exit status.
  public func run(_ arguments: [String]) async -> Int32 {
    let status = await perform(arguments)
    guard status == ExitCode.done.rawValue, let failure = streams.output.failure else { return status }
    if streams.output.readerIsGone { return OutputSink.brokenPipeStatus }
    complain(Diagnostic(code: .init("output"), message: failure.message, range: nil), color: allowsColor)
    return ExitCode.failed.rawValue
  }

  private func perform(_ arguments: [String]) async -> Int32 {
    let invocation: Invocation
    do throws(Invocation.Problem) {
      invocation = try Invocation(arguments)
    } catch {
      complain(
        Diagnostic(code: .init("usage"), message: error.message, range: nil, remedy: error.remedy), color: allowsColor,
        json: Invocation.asksForJSON(arguments))
      return ExitCode.invalid.rawValue
    }
    let color = allowsColor && !invocation.options.noColor
    switch invocation.mode {
    case .version:
      streams.output.write("hydra \(HydraVersion.current)\n")
      return ExitCode.done.rawValue
    case .manual:
      streams.output.write(ManualPage.text)
      return ExitCode.done.rawValue
    case .completionScript(let shell):
      streams.output.write(CompletionScript.text(for: shell) ?? "")
      return ExitCode.done.rawValue
    case .complete(let line):
      streams.output.write(await CommandLineCompletion(line: line, makeServices: makeServices).answer())
      return ExitCode.done.rawValue
    case .help(let topic): return help(topic, color: color)
    case .check(let paths, let json):
      return await check(paths, json: json || invocation.failsInJSON, strict: invocation.options.strict, color: color)
    case .format(let paths, let isCheck):
      return FormatFiles(
        streams: streams, color: color && streams.error.isTerminal, isCheck: isCheck, isQuiet: invocation.options.quiet
      ).run(paths)
    case .plan(let text, let arguments): return await plan(text, arguments, invocation, color: color)
    case .simulate(let path, let arguments, let request):
      return await simulate(path, arguments, request, invocation, color: color)
    case .interactive where isatty(streams.input) == 1:
      return await running(invocation, color: color) { await $0.shell() }
    case .interactive: return await script("-", [], invocation, color: color)
    case .standardInput(let arguments): return await script("-", arguments, invocation, color: color)
    case .script(let path, let arguments): return await script(path, arguments, invocation, color: color)
    case .text(let text, let arguments):
      return await running(invocation, arguments: arguments, readsInput: true, color: color) { run in
        await run.once { await $0.run(text: text, name: "-c", origin: .commandLine) }
      }
    case .command(let words):
      return await running(invocation, readsInput: true, color: color) { run in
        await run.once { await $0.run(words: words) }
      }
    }
  }

  /// https://no-color.org: set and not empty.
  private var allowsColor: Bool { environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb" }

  private func help(_ topic: [String], color: Bool) -> Int32 {
    // `hydra help "node add"` means the same as `hydra help node add`.
    let words = topic.flatMap { $0.split(separator: " ").map(String.init) }
    if topic.count == 1, topic[0].hasSuffix(".hydra") || topic[0].contains("/") {
      guard let bytes = read(topic[0], color: color) else { return ExitCode.invalid.rawValue }
      return help(ofScript: topic[0], ScriptDescription(bytes: bytes, name: topic[0]), color: color)
    }
    guard let page = HelpText(paint: Paint(isOn: color && streams.output.isTerminal)).page(words) else {
      complain(Diagnostic(code: .init("usage"), message: HelpText.missing(words), range: nil), color: color)
      return ExitCode.invalid.rawValue
    }
    streams.output.write(page)
    return ExitCode.done.rawValue
  }

  private func help(ofScript path: String, _ script: ScriptDescription, color: Bool) -> Int32 {
    let help = HelpText(paint: Paint(isOn: color && streams.output.isTerminal))
    streams.output.write(help.page(ofScript: path, script))
    return ExitCode.done.rawValue
  }

  // MARK: Modes that run something

  private func script(_ path: String, _ arguments: [String], _ invocation: Invocation, color: Bool) async -> Int32 {
    guard let bytes = read(path, color: color, json: invocation.failsInJSON) else { return ExitCode.invalid.rawValue }
    if HelpText.isAskedFor(in: arguments) {
      let script = ScriptDescription(bytes: bytes, name: path)
      // A script that declares no arguments may take the word as it likes.
      if script.arguments != nil { return help(ofScript: path, script, color: color) }
    }
    let name = path == "-" ? "standard input" : ScriptFiles.plain(path)
    return await running(invocation, arguments: arguments, readsInput: path != "-", color: color) { run in
      await run.once { await $0.run(bytes: bytes, name: name, origin: .file) }
    }
  }

  private func running(
    _ invocation: Invocation, arguments: [String] = [], readsInput: Bool = false, color: Bool,
    _ body: (ToolRun) async -> Int32
  ) async -> Int32 {
    let services: HydraServices
    do {
      services = try await makeServices()
    } catch {
      complain(
        Diagnostic(code: .init("services"), message: "\(error)", range: nil), color: color,
        json: invocation.failsInJSON)
      return ExitCode.unreachable.rawValue
    }
    let run = ToolRun(
      streams: streams, environment: environment, services: services, options: invocation.options,
      arguments: arguments, readsInput: readsInput, failsInJSON: invocation.failsInJSON, color: color)
    let signals = Task { [router = run.router, interruptions = services.interruptions()] in
      await router.run(interruptions)
    }
    let status = await body(run)
    signals.cancel()
    await services.close()
    return status
  }

  // MARK: Planning and checking

  private func plan(
    _ text: Invocation.Text, _ arguments: [String], _ invocation: Invocation, color: Bool
  ) async -> Int32 {
    var bytes: [UInt8]
    var name = "-c"
    switch text {
    case .inline(let text): bytes = Array(text.utf8)
    case .file(let path):
      guard let read = read(path, color: color, json: invocation.failsInJSON) else { return ExitCode.invalid.rawValue }
      bytes = read
      name = path == "-" ? "standard input" : ScriptFiles.plain(path)
    }
    // Without an engine there is no cluster, but a script that starts one can still be planned.
    var services: HydraServices?
    do {
      services = try await makeServices()
    } catch {
      complain(PlanRun.withoutClusters(error), color: color, json: invocation.failsInJSON)
    }
    let run = PlanRun(
      streams: streams, environment: environment, color: color && streams.error.isTerminal,
      options: invocation.options, directory: services?.directory,
      wallTime: services?.clock.wallTime ?? Date().timeIntervalSince1970)
    let status = await run.run(bytes, name: name, origin: name == "-c" ? .commandLine : .file, arguments: arguments)
    await services?.close()
    return status
  }

  private func simulate(
    _ path: String, _ arguments: [String], _ request: SimulateRun.Request, _ invocation: Invocation, color: Bool
  ) async -> Int32 {
    guard let bytes = read(path, color: color, json: invocation.failsInJSON) else { return ExitCode.invalid.rawValue }
    if HelpText.isAskedFor(in: arguments) {
      let script = ScriptDescription(bytes: bytes, name: path)
      if script.arguments != nil { return help(ofScript: path, script, color: color) }
    }
    let name = path == "-" ? "standard input" : ScriptFiles.plain(path)
    guard isRight(bytes, name: name, invocation, color: color) else { return ExitCode.invalid.rawValue }
    // Without an engine there is no cluster, but a script that starts one can still be simulated.
    var existing: (clusters: [ClusterState], current: String?) = ([], nil)
    var services: HydraServices?
    do {
      let made = try await makeServices()
      services = made
      let found = try await ClusterStates.all(in: made.directory)
      existing = (found.clusters, found.current)
      for (cluster, error) in found.unreadable {
        complain(PlanRun.without(cluster: cluster, error), color: color, json: invocation.failsInJSON)
      }
    } catch {
      complain(SimulateRun.withoutClusters(error), color: color, json: invocation.failsInJSON)
    }
    let interruptions = services?.interruptions ?? { @Sendable in ProcessSignals.interruptions() }
    let run = SimulateRun(
      streams: streams, environment: environment, color: color && streams.error.isTerminal,
      options: invocation.options, request: request, existing: existing,
      interruptions: interruptions)
    await services?.close()
    return await run.run(bytes, path: path, name: name, arguments: arguments)
  }

  /// Whether a script has no errors; tells them if it does.
  private func isRight(_ bytes: [UInt8], name: String, _ invocation: Invocation, color: Bool) -> Bool {
    var sources = SourceMap()
    let file = sources.add(name: name, bytes: bytes)
    let found = Compiler.compile(
      file, sources: &sources, environment: Environment.forScripts, loader: ScriptFiles(), validator: ModelValidator())
    let isWrong =
      found.diagnostics.containsError || (invocation.options.strict && !found.diagnostics.isEmpty)
    guard isWrong else { return true }
    streams.complain(found.diagnostics, sources, json: invocation.failsInJSON, color: color)
    return false
  }

  private func check(_ paths: [String], json: Bool, strict: Bool, color: Bool) async -> Int32 {
    var status = ExitCode.done
    var objects: [String] = []
    for path in paths {
      let bytes: [UInt8]
      do throws(SourceLoadError) {
        bytes = try ScriptFiles.read(path, input: streams.input)
      } catch {
        status = .invalid
        let problem = unreadable(path, error)
        if json { objects.append(problem.json(SourceMap())) } else { complain(problem, color: color) }
        continue
      }
      var sources = SourceMap()
      let file = sources.add(name: path == "-" ? "standard input" : ScriptFiles.plain(path), bytes: bytes)
      let compilation = Compiler.compile(
        file, sources: &sources, environment: Environment.forScripts, loader: ScriptFiles(),
        validator: ModelValidator())
      if compilation.diagnostics.containsError || (strict && !compilation.diagnostics.isEmpty) { status = .invalid }
      if json {
        objects += compilation.diagnostics.map { $0.json(sources) }
      } else {
        let renderer = DiagnosticRenderer(sources, color: color && streams.error.isTerminal)
        streams.error.write(renderer.render(compilation.diagnostics))
      }
    }
    if json { streams.output.write("[" + objects.joined(separator: ",\n ") + "]\n") }
    return status.rawValue
  }

  private func read(_ path: String, color: Bool, json: Bool = false) -> [UInt8]? {
    do throws(SourceLoadError) {
      return try ScriptFiles.read(path, input: streams.input)
    } catch {
      complain(unreadable(path, error), color: color, json: json)
      return nil
    }
  }

  private func unreadable(_ path: String, _ error: SourceLoadError) -> Diagnostic {
    Diagnostic(code: .init("file"), message: "can't read '\(path)': \(error.reason)", range: nil)
  }

  private func complain(_ diagnostic: Diagnostic, color: Bool, json: Bool = false) {
    streams.complain([diagnostic], json: json, color: color)
  }
}
