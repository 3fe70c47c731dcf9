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
  /// Errors and warnings, in the order of the text.
  public var diagnostics: [Diagnostic]
  /// Why the text could go on; nil when it is finished. A shell then reads another line.
  public var incomplete: IncompleteInput?
}

/// Tree to program. Checking and the making of code walk the tree together, so that a name is looked up once; every error
/// is collected, and a text with errors gives no program.
public struct Compiler {
  /// Deepest nesting of includes.
  public static let maximumIncludes = 32

  let sources: SourceMap
  var environment: Environment
  let isPrompt: Bool
  var diagnostics: [Diagnostic] = []
  /// The function being compiled.
  var builder = FunctionBuilder(name: "main", isMain: true)
  /// Where a `let` at the top level of this text gave each global slot its value.
  private var declared: [SourceRange?] = []
  /// Which definitions each definition of this text calls, and which the main code does (nil).
  var calls: [String?: Set<String>] = [:]

  /// Compiles a text: a script, or one input of the shell.
  ///
  /// - Parameters:
  ///   - file: the text, already in `sources`.
  ///   - sources: the files read so far; included ones are added.
  ///   - environment: what earlier inputs of the session defined.
  ///   - loader: reads included files; without one an `include` is an error.
  public static func compile(
    _ file: SourceFile, sources: inout SourceMap, environment: Environment = Environment(),
    loader: (any SourceLoader)? = nil
  ) -> Compilation {
    var parsed = Parser.parse(file)
    var units = UnitLoader(sources: sources, loader: loader)
    let statements = units.flatten(parsed.script.statements, in: file)
    parsed.script.statements = []
    sources = units.sources
    return compile(
      consume statements, diagnostics: parsed.diagnostics + units.diagnostics, incomplete: parsed.incomplete,
      isPrompt: file.origin == .prompt, whole: file.fullRange, sources: sources, environment: environment)
  }

  /// Compiles one command given as the words of a command line: each is taken as it stands, nothing in it is special.
  public static func compile(
    words: [String], sources: inout SourceMap, environment: Environment = Environment()
  ) -> Compilation {
    let line = CommandLineSource(words: words, sources: &sources)
    return compile(
      [line.statement], diagnostics: line.diagnostics, incomplete: nil, isPrompt: false, whole: line.file.fullRange,
      sources: sources, environment: environment)
  }

  private static func compile(
    _ statements: consuming [Statement], diagnostics: [Diagnostic], incomplete: IncompleteInput?, isPrompt: Bool,
    whole: SourceRange, sources: SourceMap, environment: Environment
  ) -> Compilation {
    var compiler = Compiler(sources: sources, environment: environment, isPrompt: isPrompt)
    compiler.diagnostics = diagnostics
    let main = compiler.main(consume statements, whole: whole)
    let found = compiler.diagnostics.inTextOrder()
    guard !found.containsError else {
      return Compilation(program: nil, environment: environment, diagnostics: found, incomplete: incomplete)
    }
    let pools = compiler.environment.pools
    let program = Program(
      main: main, functions: compiler.environment.functions, commands: pools.commands,
      expectations: pools.expectations, constants: pools.constants, names: pools.names, shapes: pools.shapes,
      globalCount: compiler.environment.globalNames.count, globalNames: compiler.environment.globalNames)
    return Compilation(program: program, environment: compiler.environment, diagnostics: found, incomplete: nil)
  }

  private init(sources: SourceMap, environment: Environment, isPrompt: Bool) {
    self.sources = sources
    self.environment = environment
    self.isPrompt = isPrompt
  }

  private mutating func main(_ statements: consuming [Statement], whole: SourceRange) -> Program.Function {
    let definitions = hoist(statements)
    // A text of definitions alone is a library, to be included.
    let isLibrary = definitions.count == statements.count
    for index in statements.indices {
      compile(next: statements[index])
      // What is compiled is given back: the tree of a long text is the most of what it takes.
      statements[index].kind = .invalid
    }
    builder.emit(.unwind(0), whole.endPoint)
    builder.emit(.end, whole.endPoint)
    if !isPrompt, !isLibrary { reportUnused(definitions, in: whole.file) }
    return builder.build()
  }

  mutating func report(_ problem: CheckProblem, _ range: SourceRange, notes: [Diagnostic.Note] = []) {
    guard diagnostics.count < Parser.maximumErrors else { return }
    diagnostics.append(problem.diagnostic(at: range, notes: notes))
  }

  // MARK: Names

  /// The slot of a variable that is visible here.
  func slot(of name: String) -> Slot? {
    builder.local(name) ?? environment.globals[name].map(Slot.global)
  }

  /// Every variable that is visible here, for "did you mean".
  var visibleVariables: [String] {
    builder.scopes.flatMap { $0.keys.sorted() } + environment.globals.keys.sorted()
  }

  /// Whether this point is outside of every block and definition.
  var isTopLevel: Bool { builder.isMain && builder.scopes.count == 1 }

  /// Makes a variable of the value on the stack.
  mutating func declare(_ name: Name, _ range: SourceRange) {
    if isTopLevel {
      let slot = environment.global(name.text)
      if let earlier = declaration(ofGlobal: slot) {
        report(.duplicateVariable(name.text), name.range, notes: [.init("it is defined here first", range: earlier)])
      }
      while declared.count <= slot { declared.append(nil) }
      declared[slot] = name.range
      builder.emit(.storeGlobal(Int32(slot)), range)
    } else {
      if builder.scopes.last?[name.text] != nil { report(.duplicateVariable(name.text), name.range) }
      let slot = builder.declareLocal(name.text)
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
