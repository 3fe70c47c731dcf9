import HydraDiagnostics

/// Computes completions from the table and from where the parser stands, so that what is offered is what would be taken.
public enum Completer {
  /// What can come at the end of `text`, which is the input up to the cursor.
  ///
  /// - Parameters:
  ///   - environment: what the session has defined.
  ///   - keys: the keys of the record that a variable holds; nil when it holds none.
  public static func complete(
    _ text: String, environment: Environment = Environment(), keys: (String) -> [String]? = { _ in nil }
  ) -> Completion {
    var sources = SourceMap()
    let file = sources.add(name: "input", origin: .prompt, text: text)
    let end = file.bytes.count
    func partial(_ start: Int) -> Completion {
      let range = SourceRange(file: file.id, start: start, end: end)
      return Completion(replaces: start..<end, prefix: file.text(range))
    }
    let locals = LocalNames(file)
    var variables = locals.entries.reversed().map(\.name) + environment.variableNames
    var seen: Set<String> = []
    variables.removeAll { !seen.insert($0).inserted }
    let result = Parser.parse(file)
    switch result.completion {
    case .statement(let start): return statement(partial(start), environment, variables)
    case .word(let previous, let start):
      var completion = partial(start)
      if completion.prefix.hasPrefix("$") { return variable(completion, variables) }
      CommandCompleter(words: previous, environment: environment).complete(&completion)
      return completion
    case .operand(let start):
      let completion = partial(start)
      return completion.prefix.hasPrefix("$")
        ? variable(completion, variables) : operand(completion, environment, variables)
    case .argument(let function, let index, let start):
      return argument(partial(start), of: function, index: index, environment, variables)
    case .argumentType(let start):
      var completion = partial(start)
      for type in ScriptArguments.types { completion.offer(.init(type, suffix: "")) }
      return completion
    case .member(let base, let start):
      var completion = partial(start)
      let type = base.type { name in
        locals.type(of: name) { name in keys(name).map { ValueType.record($0.map { ($0, .any) }) } }
      }
      for field in type.content?.fields ?? [] { completion.offer(.init(field.key, suffix: "")) }
      return completion
    case nil:
      var completion = partial(end)
      completion.remark =
        result.diagnostics.first { $0.range.map { Int($0.end) == end } ?? false }?.message
        ?? (result.diagnostics.isEmpty ? "complete: Enter runs it" : nil)
      return completion
    }
  }

  /// Whether `?` is a character like any other at the end of `text`: in a string, in a comment, in a path or URL.
  public static func isPlainText(atEndOf text: String) -> Bool {
    var sources = SourceMap()
    let file = sources.add(name: "input", origin: .prompt, text: text)
    if LocalNames(file).endsInText { return true }
    guard case .word(_, let start) = Parser.parse(file).completion else { return false }
    return file.bytes[start...].contains(0x2F)
  }

  private static func statement(
    _ start: Completion, _ environment: Environment, _ variables: [String]
  ) -> Completion {
    var completion = start
    for noun in CommandTable.nouns { completion.offer(.init(noun, CommandTable.summary(ofNoun: noun))) }
    for name in environment.definitionNames {
      completion.offer(.init(name, "a definition: \(environment.definitions[name]?.usage ?? "")"))
    }
    for keyword in Keyword.statements { completion.offer(.init(keyword.rawValue, keyword.summary)) }
    // Functions would drown the commands; they are offered once the beginning of one is typed.
    if completion.candidates.isEmpty, !completion.prefix.isEmpty { return operand(start, environment, variables) }
    return completion
  }

  static func variable(_ start: Completion, _ names: [String]) -> Completion {
    var completion = start
    for name in names { completion.offer(.init("$" + name, "a variable", suffix: "")) }
    return completion
  }

  private static func operand(
    _ start: Completion, _ environment: Environment, _ variables: [String]
  ) -> Completion {
    var completion = start
    for name in variables { completion.offer(.init(name, "a variable", suffix: "")) }
    for name in environment.definitionNames { completion.offer(.init(name + "(", "a definition", suffix: "")) }
    for function in FunctionTable.functions {
      completion.offer(
        .init(function.name + (function.parameters.isEmpty ? "()" : "("), function.summary, suffix: ""))
    }
    for word in ["true", "false", "null", "not"] { completion.offer(.init(word, "", suffix: "")) }
    return completion
  }

  private static func argument(
    _ start: Completion, of name: String, index: Int, _ environment: Environment, _ variables: [String]
  ) -> Completion {
    guard let function = FunctionTable.function(name) else { return operand(start, environment, variables) }
    guard function.takesWord, index == 0 else {
      let isVariable = start.prefix.hasPrefix("$")
      var completion = isVariable ? variable(start, variables) : operand(start, environment, variables)
      completion.usage = function.usage
      return completion
    }
    if start.prefix.hasPrefix("$") { return variable(start, variables) }
    var completion = start
    completion.usage = function.usage
    completion.sources = function.completion.map { [$0] } ?? []
    completion.items = [
      .init(form: function.parameters[0].uppercased(), description: function.summary, isRequired: true)
    ]
    return completion
  }
}

extension Completion {
  /// Adds a candidate: to the explanation always, to the candidates if it begins with what is typed.
  mutating func offer(_ candidate: Candidate, isRequired: Bool = false) {
    items.append(Item(form: candidate.text, description: candidate.description, isRequired: isRequired))
    if candidate.text.hasPrefix(prefix) { candidates.append(candidate) }
  }
}

extension Keyword {
  /// A one-line summary of a keyword that begins a statement.
  var summary: String {
    switch self {
    case .let: "define a variable"
    case .set: "change a variable"
    case .if: "run a block if a condition is true"
    case .for: "run a block for each element of a list"
    case .repeat: "run a block a number of times"
    case .while: "run a block while a condition is true"
    case .break: "leave a loop"
    case .continue: "start the next iteration of a loop"
    case .def: "define your own command"
    case .return: "return a value from a definition"
    case .try: "handle a failure"
    case .defer: "run a block when the enclosing block exits, however it exits"
    case .parallel: "run statements or loop iterations at the same time"
    case .fail: "stop with a failure"
    case .include: "include another file"
    case .expect: "fail unless a condition is true"
    case .wait: "wait until a condition is true"
    case .else, .in, .catch, .until, .within, .and, .or, .not, .true, .false, .null: ""
    }
  }
}
