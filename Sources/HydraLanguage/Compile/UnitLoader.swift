import HydraDiagnostics

/// Puts the statements of included files in the place of each `include`.
struct UnitLoader {
  var sources: SourceMap
  let loader: (any SourceLoader)?
  var diagnostics: [Diagnostic] = []
  /// Names of the files that are being included, outermost first.
  private var open: [String] = []

  init(sources: SourceMap, loader: (any SourceLoader)?) {
    self.sources = sources
    self.loader = loader
  }

  mutating func flatten(_ statements: [Statement], in file: SourceFile) -> [Statement] {
    // Most texts include nothing, and are not copied.
    guard statements.contains(where: { if case .include = $0.kind { true } else { false } }) else { return statements }
    open.append(file.name)
    defer { open.removeLast() }
    var flat: [Statement] = []
    for statement in statements {
      guard case .include(let word) = statement.kind else {
        flat.append(statement)
        continue
      }
      flat += include(word, from: file)
    }
    return flat
  }

  private mutating func include(_ word: Word, from file: SourceFile) -> [Statement] {
    guard let path = word.literal else { return fail(.includeNotLiteral, word) }
    guard let loader else { return fail(.includeUnavailable(path), word) }
    guard open.count <= Compiler.maximumIncludes else { return fail(.includeTooDeep, word) }
    do {
      let (name, bytes) = try loader.load(path: path, including: file.name)
      guard !open.contains(name) else { return fail(.includeCycle(path), word) }
      let included = sources.add(name: name, bytes: bytes)
      let parsed = Parser.parse(included)
      diagnostics += parsed.diagnostics
      return flatten(parsed.script.statements, in: included)
    } catch {
      return fail(.includeFailed(path: path, reason: error.reason), word)
    }
  }

  private mutating func fail(_ problem: CheckProblem, _ word: Word) -> [Statement] {
    diagnostics.append(problem.diagnostic(at: word.range))
    return []
  }
}
