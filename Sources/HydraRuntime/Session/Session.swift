public import HydraDiagnostics
public import HydraLanguage

/// One run of the tool: a script, a command line, or a shell from its start to its end.
///
/// ```
/// let session = Session(host: host, settings: settings, loader: loader, arguments: ["a", "b"])
/// let outcome = await session.run(text: script, name: "demo.hydra", origin: .file)   // a script
/// let outcome = await session.run(words: ["node", "add", "--count", "2"])            // a command line
/// let outcome = await session.run(text: line, name: "input", origin: .prompt)        // one input of a shell
/// ```
///
/// - Nothing runs unless the text has no errors: otherwise `outcome.exitCode` is `.invalid` and `diagnostics` has all of them.
///   Draw them with `DiagnosticRenderer(await session.sources)`.
/// - At the prompt an incomplete text gives `outcome.incomplete`: read another line and run both together.
/// - Variables and definitions are kept from one input to the next.
/// - Ctrl-C is the cancellation of the task that calls `run`: the running command is cancelled, deferred blocks run, shielded
///   from the cancellation and bounded in time, and the outcome is 130.
public actor Session {
  let host: RuntimeHost
  let loader: (any SourceLoader)?
  /// The settings of commands that do not override them.
  public private(set) var settings: SessionSettings
  /// The texts read so far, for drawing diagnostics.
  public private(set) var sources = SourceMap()
  private(set) var environment = Environment()
  private var globals: [Value?] = []
  /// The words behind the script's name.
  private let arguments: [String]
  private let access: ClusterAccess
  private let chance: RandomSource

  /// Inputs of the shell that are kept for drawing diagnostics of what they defined.
  private var inputs = 0

  /// A session on `host`. `arguments` become the variable `args`; `loader` reads included files.
  public init(
    host: RuntimeHost, settings: SessionSettings = SessionSettings(), loader: (any SourceLoader)? = nil,
    arguments: [String] = []
  ) {
    self.host = host
    self.settings = settings
    self.loader = loader
    self.arguments = arguments
    access = ClusterAccess(host.directory)
    chance = RandomSource(seed: settings.seed)
    let slot = environment.global("args")
    globals = Array(repeating: nil, count: slot + 1)
    globals[slot] = .list(arguments.map(Value.string))
  }

  /// Changes the settings of commands that do not override them.
  public func configure(_ settings: SessionSettings) { self.settings = settings }

  /// The names of the variables and definitions of the session so far.
  public var names: (variables: [String], definitions: [String]) {
    (environment.variableNames, environment.definitionNames)
  }

  /// The cluster that the session started or chose itself, last; nil when it did neither.
  public var ownCluster: String? { get async { await access.own } }

  /// The value of a variable; nil when there is none.
  public func value(of name: String) -> Value? {
    guard environment.variableNames.contains(name) else { return nil }
    var copy = environment
    let slot = copy.global(name)
    return globals.indices.contains(slot) ? globals[slot] : nil
  }

  // MARK: Running

  /// Checks and runs a text.
  public func run(text: String, name: String, origin: SourceFile.Origin) async -> Outcome {
    await run(bytes: Array(text.utf8), name: name, origin: origin)
  }

  /// Checks and runs a text of any bytes.
  public func run(bytes: [UInt8], name: String, origin: SourceFile.Origin) async -> Outcome {
    let file = sources.add(name: name, origin: origin, bytes: bytes)
    return await run(
      Compiler.compile(
        file, sources: &sources, environment: environment, loader: loader, validator: ModelValidator()))
  }

  /// Checks and runs one command given as the words of a command line.
  public func run(words: [String]) async -> Outcome {
    await run(Compiler.compile(words: words, sources: &sources, environment: environment, validator: ModelValidator()))
  }

  /// Every error and warning of a text, without running it.
  public func check(bytes: [UInt8], name: String) -> [Diagnostic] {
    let file = sources.add(name: name, origin: .file, bytes: bytes)
    return Compiler.compile(
      file, sources: &sources, environment: Environment.forScripts, loader: loader, validator: ModelValidator()
    ).diagnostics
  }

  private func run(_ compilation: Compilation) async -> Outcome {
    guard let program = compilation.program else {
      return Outcome(
        exitCode: .invalid, diagnostics: compilation.diagnostics, incomplete: compilation.incomplete != nil)
    }
    if settings.isStrict, !compilation.diagnostics.isEmpty {
      return Outcome(exitCode: .invalid, diagnostics: compilation.diagnostics)
    }
    var globals = globals
    if let declared = compilation.arguments {
      let (values, problems) = declared.bind(arguments)
      guard problems.isEmpty else { return Outcome(exitCode: .invalid, diagnostics: problems) }
      globals += Array(repeating: nil, count: max(0, program.globalCount - globals.count))
      for (slot, value) in zip(declared.slots, values) { globals[slot] = value }
    }
    for warning in compilation.diagnostics { await host.output.warning(warning, sources: sources) }
    environment = compilation.environment
    // Between two inputs of a shell another process may have started or destroyed a cluster.
    await access.forget()
    _ = chance.takeUse()
    let runner = Runner(host: host, access: access, settings: settings, chance: chance)
    let (left, failure) = await runner.run(Machine(program: program, globals: globals))
    self.globals = left
    guard var failure else { return Outcome(exitCode: .done, diagnostics: []) }
    guard !failure.isExit else { return Self.outcome(ofExit: failure) }
    if chance.takeUse() { failure.notes.append(.init("random values were used: --seed \(chance.seed) repeats them")) }
    return Outcome(exitCode: failure.exitCode, diagnostics: [failure.diagnostic], failure: failure)
  }
}

extension Session {
  /// `exit` is no failure, but what it deferred can fail; an `exit 0` must not hide that.
  private static func outcome(ofExit exit: RuntimeFailure) -> Outcome {
    let failure = exit.cleanup.first
    let status = exit.exitCode == .done ? failure?.exitCode ?? .done : exit.exitCode
    return Outcome(exitCode: status, diagnostics: exit.cleanup.map(\.diagnostic), failure: failure)
  }

  /// What can come at the end of `text`, the input up to the cursor; live names are left to the shell to ask for.
  public func complete(_ text: String) -> Completion {
    Completer.complete(text, environment: environment) { name in
      guard case .record(let record)? = self.value(of: name) else { return nil }
      return record.keys
    }
  }
}
