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
    let variables = environment.variableNames
    switch Parser.parse(file).completion {
    case .statement(let start): return statement(partial(start), environment)
    case .word(let previous, let start):
      var completion = partial(start)
      if completion.prefix.hasPrefix("$") { return variable(completion, variables) }
      CommandCompleter(words: previous, environment: environment).complete(&completion)
      return completion
    case .operand(let start):
      let completion = partial(start)
      return completion.prefix.hasPrefix("$") ? variable(completion, variables) : operand(completion, environment)
    case .argument(let function, let index, let start):
      return argument(partial(start), of: function, index: index, environment)
    case .member(let base, let start):
      var completion = partial(start)
      let type = base.type { name in keys(name).map { ValueType.record($0.map { ($0, .any) }) } }
      for field in type.content?.fields ?? [] { completion.offer(.init(field.key, suffix: "")) }
      return completion
    case nil: return partial(end)
    }
  }

  private static func statement(_ start: Completion, _ environment: Environment) -> Completion {
    var completion = start
    for noun in CommandTable.nouns { completion.offer(.init(noun, CommandTable.summary(ofNoun: noun))) }
    for name in environment.definitionNames {
      completion.offer(.init(name, "a definition: \(environment.definitions[name]?.usage ?? "")"))
    }
    for keyword in Keyword.statements { completion.offer(.init(keyword.rawValue, keyword.summary)) }
    // Functions would drown the commands; they are offered to one who begins to type one.
    if completion.candidates.isEmpty, !completion.prefix.isEmpty { return operand(start, environment) }
    return completion
  }

  static func variable(_ start: Completion, _ names: [String]) -> Completion {
    var completion = start
    for name in names { completion.offer(.init("$" + name, "a variable", suffix: "")) }
    return completion
  }

  private static func operand(_ start: Completion, _ environment: Environment) -> Completion {
    var completion = start
    for name in environment.variableNames { completion.offer(.init(name, "a variable", suffix: "")) }
    for name in environment.definitionNames { completion.offer(.init(name + "(", "a definition", suffix: "")) }
    for function in FunctionTable.functions {
      completion.offer(
        .init(function.name + (function.parameters.isEmpty ? "()" : "("), function.summary, suffix: ""))
    }
    for word in ["true", "false", "null", "not"] { completion.offer(.init(word, "", suffix: "")) }
    return completion
  }

  private static func argument(
    _ start: Completion, of name: String, index: Int, _ environment: Environment
  ) -> Completion {
    guard let function = FunctionTable.function(name) else { return operand(start, environment) }
    guard function.takesWord, index == 0 else {
      let isVariable = start.prefix.hasPrefix("$")
      var completion = isVariable ? variable(start, environment.variableNames) : operand(start, environment)
      completion.usage = function.usage
      return completion
    }
    if start.prefix.hasPrefix("$") { return variable(start, environment.variableNames) }
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
  /// Adds a candidate: to the explanation always, to what is offered when it begins with what is typed.
  mutating func offer(_ candidate: Candidate, isRequired: Bool = false) {
    items.append(Item(form: candidate.text, description: candidate.description, isRequired: isRequired))
    if candidate.text.hasPrefix(prefix) { candidates.append(candidate) }
  }
}

extension Keyword {
  /// One line on a word that begins a statement.
  var summary: String {
    switch self {
    case .let: "define a variable"
    case .set: "change a variable"
    case .if: "run a block when something is true"
    case .for: "run a block for each element of a list"
    case .repeat: "run a block so many times"
    case .while: "run a block as long as something is true"
    case .break: "leave a loop"
    case .continue: "go on with a loop's next turn"
    case .def: "define a command of your own"
    case .return: "end a definition with a value"
    case .try: "go on after a failure"
    case .defer: "run a block on every way out"
    case .fail: "stop with a failure of your own"
    case .include: "take in another file"
    case .expect: "fail unless something is true"
    case .wait: "wait until something is true"
    case .else, .in, .catch, .until, .within, .and, .or, .not, .true, .false, .null: ""
    }
  }
}
