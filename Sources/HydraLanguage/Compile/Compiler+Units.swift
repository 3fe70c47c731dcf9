import HydraDiagnostics

/// Reading: the text, statement by statement, and those that it includes in the place of each `include`.
extension Compiler {
  /// Reads and compiles the statements of `file`; returns why its text is incomplete, nil if it is complete.
  mutating func read(_ file: SourceFile) -> IncompleteInput? {
    open.append(file.name)
    defer { open.removeLast() }
    builder.reserve(forText: min(file.bytes.count, SourceFile.maximumSize))
    var parser = Parser(reading: file)
    while let statement = parser.nextStatement() { take(statement, of: file) }
    diagnostics += parser.diagnostics
    return parser.incomplete
  }

  /// Compiles a statement at the top level of `file`.
  mutating func take(_ statement: Statement, of file: SourceFile) {
    if case .include(let word) = statement.kind {
      if let problem = include(word, from: file) { report(problem, word.range) }
      return
    }
    if case .args(let block) = statement.kind, statementCount == 0, open.count == 1, !isPrompt {
      declareArguments(block)
      statementCount += 1
      return
    }
    statementCount += 1
    if case .def(let definition) = statement.kind {
      define(definition)
    } else {
      compile(next: statement)
    }
  }

  private mutating func include(_ word: Word, from file: SourceFile) -> CheckProblem? {
    guard let path = word.literal else { return .includeNotLiteral }
    guard let loader else { return .includeUnavailable(path) }
    guard open.count <= Self.maximumIncludes else { return .includeTooDeep }
    do {
      let (name, bytes) = try loader.load(path: path, including: file.name)
      guard !open.contains(name) else { return .includeCycle(path) }
      // An included file is complete or an error: only the text itself can be incomplete.
      _ = read(sources.add(name: name, bytes: bytes))
      return nil
    } catch {
      return .includeFailed(path: path, reason: error.reason)
    }
  }
}
