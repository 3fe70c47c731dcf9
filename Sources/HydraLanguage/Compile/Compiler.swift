public import HydraDiagnostics

/// Reads the files that `include` names. Passed in, so that compiling does no input of its own.
public protocol SourceLoader: Sendable {
  /// The bytes of the file at `path`, seen from the file called `including`, and a name that is the same for the same file.
  func load(path: String, including: String) throws(SourceLoadError) -> (name: String, bytes: [UInt8])
}

/// Why a file can't be included.
public struct SourceLoadError: Error, Sendable {
  /// In words: "no such file".
  public let reason: String
  /// An error for this reason.
  public init(_ reason: String) { self.reason = reason }
}

/// What compiling gave.
public struct Compilation: Sendable {
  /// The program; nil when there are errors.
  public var program: Program?
  /// What the next input of a session starts with; unchanged when there are errors.
  public var environment: Environment
  /// The arguments that the text declares; nil when it takes any, or has errors.
  public var arguments: ScriptArguments?
  /// Errors and warnings, in the order of the text.
  public var diagnostics: [Diagnostic]
  /// Why the text is incomplete; nil if it is complete. A shell then reads another line.
  public var incomplete: IncompleteInput?
}

/// Text to program. Checking and the making of code walk the tree together, so that a name is looked up once; every error
/// is collected, and a text with errors gives no program. Each statement is compiled as it is read and its tree released,
/// so that a long text is never in memory as a whole tree; the bodies of definitions, which may call later ones, come last.
public struct Compiler {
  /// Deepest nesting of includes.
  public static let maximumIncludes = 32

  var sources: SourceMap
  /// Reads included files.
  let loader: (any SourceLoader)?
  /// Knows what values commands may have.
  let validator: (any CommandValidator)?
  /// Names of the files that are being read, outermost first.
  var open: [String] = []
  var environment: Environment
  /// What there was before this text, and is again when it has errors.
  private let before: Environment
  let isPrompt: Bool
  var diagnostics: [Diagnostic] = []
  /// The function being compiled.
  var builder = FunctionBuilder(name: "main", isMain: true)
  /// Where a `let` at the top level of this text gave each global slot its value.
  var declared: [SourceRange?] = []
  /// Global slots from this one on have their `let` further down.
  var visibleGlobals = Int.max
  /// The definitions of this text, whose bodies are compiled when all of them are known.
  var definitions: [PendingDefinition] = []
  /// Where each of them has its name.
  var definitionRanges: [String: SourceRange] = [:]
  /// Called names that nothing above has.
  var undefined: [UndefinedName] = []
  /// Calls of definitions in branches of a `parallel`, with the numbers of their functions.
  var branchCalls: [(Name, Int)] = []
  /// The arguments that the text declares.
  var arguments: ScriptArguments?
  /// Statements of the text, those of included files among them.
  var statementCount = 0
  /// What is known of the global variables here, by slot.
  var globalTypes: [ValueType?] = []
  /// What is known of all the values that a global variable gets in the main code, by slot: what definitions see.
  var allGlobalTypes: [ValueType?] = []
  /// The global variables that a definition changes, one bit a slot (several slots share one where there are many): a call
  /// may change them at any time, so nothing is reported that relies on what they were before.
  var unstable: UInt64 = 0
  /// What was found relying on global variables; reported in the end, when all definitions are known.
  var held: [(problem: Diagnostic, relies: UInt64)] = []
  /// Which definitions each definition of this text calls, and which the main code does (nil).
  var calls: [String?: Set<String>] = [:]

  /// Compiles a text: a script, or one input of the shell.
  ///
  /// - Parameters:
  ///   - file: the text, already in `sources`.
  ///   - sources: the files read so far; included ones are added.
  ///   - environment: what earlier inputs of the session defined.
  ///   - loader: reads included files; without one an `include` is an error.
  ///   - validator: checks the values of commands; without one their types alone are checked.
  public static func compile(
    _ file: SourceFile, sources: inout SourceMap, environment: Environment = Environment(),
    loader: (any SourceLoader)? = nil, validator: (any CommandValidator)? = nil
  ) -> Compilation {
    sources.secrets = SecretText.ranges(in:)
    var compiler = Compiler(
      sources: sources, loader: loader, validator: validator, environment: environment,
      isPrompt: file.origin == .prompt)
    let incomplete = compiler.read(file)
    sources = compiler.sources
    return compiler.finish(file, incomplete: incomplete)
  }

  /// Compiles one command given as the words of a command line: each is taken literally.
  public static func compile(
    words: [String], sources: inout SourceMap, environment: Environment = Environment(),
    validator: (any CommandValidator)? = nil
  ) -> Compilation {
    sources.secrets = SecretText.ranges(in:)
    if let first = words.first, CommandLineSource.statements.contains(first) {
      return compile(statement: words, sources: &sources, environment: environment)
    }
    let line = CommandLineSource(words: words, sources: &sources)
    var compiler = Compiler(
      sources: sources, loader: nil, validator: validator, environment: environment, isPrompt: false)
    compiler.diagnostics = line.diagnostics
    compiler.take(line.statement, of: line.file)
    return compiler.finish(line.file, incomplete: nil)
  }

  /// Compiles `expect …` or `wait until …` given as words of a command line: joined by blanks they are one statement.
  private static func compile(
    statement words: [String], sources: inout SourceMap, environment: Environment
  ) -> Compilation {
    let file = sources.add(name: "command line", origin: .commandLine, text: words.joined(separator: " "))
    var compiler = Compiler(sources: sources, loader: nil, validator: nil, environment: environment, isPrompt: false)
    var parser = Parser(reading: file)
    if let statement = parser.nextStatement() { compiler.take(statement, of: file) }
    if let more = parser.nextStatement() { compiler.report(.surplusStatement, more.range) }
    compiler.diagnostics += parser.diagnostics
    return compiler.finish(file, incomplete: nil)
  }

  init(
    sources: SourceMap, loader: (any SourceLoader)?, validator: (any CommandValidator)?, environment: Environment,
    isPrompt: Bool
  ) {
    self.sources = sources
    self.loader = loader
    self.validator = validator
    self.environment = environment
    before = environment
    self.isPrompt = isPrompt
    unstable = environment.functions.reduce(0) { $0 | $1.changedGlobals }
  }

  /// What the text `file`, all of it read, has become.
  private consuming func finish(_ file: SourceFile, incomplete: IncompleteInput?) -> Compilation {
    compileBodies()
    for (problem, relies) in held where relies & unstable == 0 && diagnostics.count < Parser.maximumErrors {
      diagnostics.append(problem)
    }
    reportUndefined()
    reportChangesInBranches()
    let end = file.fullRange.endPoint
    builder.emit(.unwind(0), end)
    builder.emit(.end, end)
    // A text of definitions alone is a library, to be included.
    if !isPrompt, definitions.count < statementCount { reportUnused(in: file.id) }
    let main = builder.build()
    let found = Array(diagnostics.inTextOrder().prefix(Parser.maximumErrors))
    guard !found.containsError else {
      return Compilation(program: nil, environment: before, diagnostics: found, incomplete: incomplete)
    }
    let pools = environment.pools
    let program = Program(
      main: main, functions: environment.functions, commands: pools.commands,
      expectations: pools.expectations, constants: pools.constants, names: pools.names, shapes: pools.shapes,
      globalCount: environment.globalNames.count, globalNames: environment.globalNames)
    return Compilation(
      program: program, environment: environment, arguments: arguments, diagnostics: found, incomplete: nil)
  }

  mutating func report(_ problem: CheckProblem, _ range: SourceRange, notes: [Diagnostic.Note] = []) {
    guard diagnostics.count < Parser.maximumErrors else { return }
    diagnostics.append(problem.diagnostic(at: range, notes: notes))
  }

  // MARK: Names

  /// The slot of a variable that is visible here.
  func slot(of name: String) -> Slot? {
    if let slot = builder.local(name) { return slot }
    guard let number = environment.globals[name], number < visibleGlobals else { return nil }
    return .global(number)
  }

  /// Every variable that is visible here, for "did you mean".
  var visibleVariables: [String] {
    builder.scopes.flatMap { $0.keys.sorted() }
      + environment.globals.filter { $0.value < visibleGlobals }.keys.sorted()
  }

  /// Whether this point is outside of every block and definition.
  var isTopLevel: Bool { builder.isMain && builder.scopes.count == 1 }

  /// Makes a variable of the value on the stack.
  mutating func declare(_ name: Name, _ type: ValueType, _ range: SourceRange) {
    if isTopLevel {
      let slot = environment.global(name.text)
      if let earlier = declaration(ofGlobal: slot) {
        report(.duplicateVariable(name.text), name.range, notes: [.init("it is defined here first", range: earlier)])
      }
      while declared.count <= slot { declared.append(nil) }
      declared[slot] = name.range
      builder.emit(.storeGlobal(Int32(slot)), range)
      setType(of: .global(slot), type)
    } else {
      if builder.scopes.last?[name.text] != nil { report(.duplicateVariable(name.text), name.range) }
      let slot = builder.declareLocal(name.text, type)
      builder.emit(.storeLocal(slot), range)
    }
  }

  /// Where this text gave a global slot its value; nil when it did not so far.
  func declaration(ofGlobal slot: Int) -> SourceRange? { slot < declared.count ? declared[slot] : nil }

  mutating func load(_ slot: Slot, _ range: SourceRange) {
    switch slot {
    case .global(let number): builder.emit(.loadGlobal(Int32(number)), range)
    case .local(let number): builder.emit(.loadLocal(Int32(number)), range)
    }
  }

  mutating func store(_ slot: Slot, _ range: SourceRange) {
    switch slot {
    case .global(let number): builder.emit(.storeGlobal(Int32(number)), range)
    case .local(let number): builder.emit(.storeLocal(Int32(number)), range)
    }
  }
}
