import HydraDiagnostics

/// The words of a command line as a source of their own, so that a diagnostic can show them with carets.
struct CommandLineSource {
  let file: SourceFile
  let statement: Statement
  let diagnostics: [Diagnostic]

  /// Statements that a command line may be, beside commands.
  static let statements = [Keyword.expect.rawValue, Keyword.wait.rawValue]

  init(words: [String], sources: inout SourceMap) {
    var text = ""
    var places: [(lower: Int, upper: Int)] = []
    for word in words {
      if !text.isEmpty { text += " " }
      let start = text.utf8.count
      text += Lexeme.isBareWord(word) ? word : "'" + word + "'"
      places.append((start, text.utf8.count))
    }
    file = sources.add(name: "command line", origin: .commandLine, text: text)
    let id = file.id
    var nodes: [Word] = []
    var found: [Diagnostic] = []
    var spec: CommandSpec?
    for (word, place) in zip(words, places) {
      let quotes = Lexeme.isBareWord(word) ? 0 : 1
      let range = SourceRange(file: id, start: place.lower, end: place.upper)
      let previous = nodes.last?.literal
      let start = place.lower + quotes
      if nodes.count >= 2 || spec != nil, let value = CommandLineSource.expressionStart(word, previous, spec) {
        // `--until EXPR`: this one word is an expression of the language.
        var parser = Parser(file, from: start + value.offset, to: place.upper - quotes)
        if let name = value.name {
          nodes.append(Word(first: .text(name, range, quoted: false), range: range))
        }
        if let expression = parser.wholeExpression() {
          nodes.append(Word(first: .value(expression, quoted: false), range: expression.range))
        } else {
          nodes.append(Word(first: .value(Expression(.invalid, range), quoted: false), range: range))
        }
        found += parser.diagnostics
        continue
      }
      nodes.append(Word(first: .text(word, range, quoted: false), range: range))
      if nodes.count <= 2 { spec = CommandBinder.spec(of: nodes) }
    }
    diagnostics = found
    let kind: Statement.Kind = nodes.isEmpty ? .invalid : .command(CommandNode(words: nodes, range: file.fullRange))
    statement = Statement(kind: kind, range: file.fullRange)
  }

  /// Whether a word is, or holds behind `=`, the expression of an option; where in it that begins.
  private static func expressionStart(
    _ word: String, _ previous: String?, _ spec: CommandSpec?
  ) -> (name: String?, offset: Int)? {
    guard let spec else { return nil }
    if let previous, previous.hasPrefix("--"), spec.option(previous)?.takesExpression == true { return (nil, 0) }
    guard word.hasPrefix("--"), let equals = word.firstIndex(of: "=") else { return nil }
    let name = String(word[..<equals])
    guard spec.option(name)?.takesExpression == true else { return nil }
    return (name, name.utf8.count + 1)
  }
}
