import HydraDiagnostics

extension Compiler {
  /// A command. As a statement its result is shown; as `$(…)` it is left as a value, of which it returns what is known.
  @discardableResult mutating func compile(command node: CommandNode, shows: Bool) -> ValueType {
    // No more errors are kept, and a text with errors gives no program, so checking a large file with many errors ends early.
    guard diagnostics.count + undefined.count < Parser.maximumErrors else { return .any }
    if !environment.definitions.isEmpty, let name = node.words[0].literal, node.words[0].isBare,
      environment.definitions[name] != nil
    {
      compileCall(Name(text: name, range: node.words[0].range), words: Array(node.words.dropFirst()), node.range)
      if shows { builder.emit(.show, node.range) }
      return .any
    }
    var binder = CommandBinder()
    guard let bound = binder.bind(node) else {
      diagnostics += binder.diagnostics
      if let name = binder.unknownCommand {
        let remedy = Habit.remedy(forCommand: node.words.map(\.literal)) { slot(of: $0) != nil }
        undefined.append(UndefinedName(name: name, isCommand: true, remedy: remedy))
      }
      // The values in its words are checked nevertheless.
      for word in node.words { checkValues(in: word) }
      return .any
    }
    if bound.spec.id == .exit, !isPrompt {
      compileExit(bound, node.range)
      return .any
    }
    if bound.spec.id.isForShell, !isPrompt { report(.shellOnly(bound.spec.name), bound.head) }
    var types: [ValueType] = []
    if bound.spec.id == .watch {
      compileWatch(bound, node.range)
    } else {
      builder.emit(.command(template(bound, types: &types), shows: shows), node.range)
    }
    if bound.spec.id == .print { warnOfUncomputed(node.words.dropFirst(), types) }
    if shows {
      builder.emit(.pop, node.range)
      return .any
    }
    return bound.spec.resultType(isPlural: bound.isPlural(operands: types))
  }

  /// `exit` in a script ends it; at the prompt it is a command of the shell, which it leaves.
  private mutating func compileExit(_ bound: BoundCommand, _ range: SourceRange) {
    guard builder.deferBodies == 0 else {
      report(.leavesDefer("exit"), range)
      return
    }
    var types: [ValueType] = []
    builder.emit(.exit(template(bound, types: &types)), range)
    builder.unreachableAfter = "exit"
  }

  /// Computes the operands of a command and returns the number of its template; `types` gets what is known of them.
  mutating func template(_ bound: BoundCommand, types: inout [ValueType]) -> Int32 {
    if !bound.operands.isEmpty { compileOperands(of: bound, types: &types) }
    let template = Program.CommandTemplate(
      spec: bound.spec, arguments: bound.arguments, head: bound.head, operandCount: bound.operands.count)
    for problem in problems(of: template) { report(problem) }
    return environment.pools.command(template)
  }

  private mutating func compileOperands(of bound: BoundCommand, types: inout [ValueType]) {
    for word in bound.operands { types.append(compile(word: word)) }
    var rest = types[...]
    for argument in bound.arguments where argument.constant == nil {
      guard let type = rest.popFirst() else { break }
      let parameter = argument.parameter
      let kinds = parameter.type.kinds
      if !type.may(be: parameter.isRepeated ? kinds.union(.list) : kinds) {
        report(.wrongOperand(parameter, type), argument.range, relying: type.relies)
      }
    }
  }

  private func problems(of template: Program.CommandTemplate) -> [ValueProblem] {
    validator?.problems(of: template) ?? []
  }

  mutating func report(_ problem: ValueProblem) {
    diagnostics.append(
      Diagnostic(code: .init("bad-value"), message: problem.message, range: problem.range, remedy: problem.remedy))
  }

  /// `print 1 + 2` prints three words: most often the sum was meant.
  private mutating func warnOfUncomputed(_ words: ArraySlice<Word>, _ types: [ValueType]) {
    guard words.count > 2, words.contains(where: \.isOperator) else { return }
    // Of each word: a number or value, with its type, or text.
    var rest = types[...]
    let operands: [ValueType?] = words.map { word in
      guard let text = word.literal else {
        let type = rest.popFirst()
        return word.soleValue == nil ? nil : type
      }
      guard word.isBare, let value = Literal.bare(text) else { return nil }
      let type = ValueType(of: value)
      return type.may(be: [.int, .float, .duration, .size]) ? type : nil
    }
    let all = Array(words)
    func isNumber(_ index: Int) -> Bool { all[index].literal != nil }
    func isOperation(_ index: Int) -> Bool {
      guard index > 0, index + 1 < all.count, all[index].isBare, operands[index - 1] != nil, operands[index + 1] != nil
      else { return false }
      switch all[index].literal {
      case "+", "*", "%", "==", "!=": return true
      // These are also used between values in plain text: `print $done / $all`.
      case "-", "/": return isNumber(index - 1) || isNumber(index + 1)
      default: return false
      }
    }
    guard let first = all.indices.first(where: isOperation) else { return }
    var last = first
    while isOperation(last + 2) { last += 2 }
    let range = all[first - 1].range.union(all[last + 1].range)
    report(.uncomputed(sources.text(range)), range)
  }

  private mutating func checkValues(in word: Word) {
    for case .value(let value, _) in word.parts { compile(value) }
  }

  /// A word as a value: one that is a single `$name` or `${…}` keeps its type, another is text.
  @discardableResult mutating func compile(word: Word) -> ValueType {
    if let text = word.literal {
      builder.emit(.constant(environment.pools.constant(.string(text))), word.range)
      return .string
    } else if let value = word.soleValue {
      return compile(value)
    } else {
      let isBare = word.first.isBareValue || word.more.contains(where: \.isBareValue)
      compile(part: word.first, of: word.range, isBare: isBare)
      return compile(parts: word.more, after: 1, word.range, isBare: isBare)
    }
  }

  /// Pieces of text and values as one text, behind `before` that are on the stack.
  mutating func compile(
    parts: [WordPart], after before: Int = 0, _ range: SourceRange, isBare: Bool
  ) -> ValueType {
    for part in parts { compile(part: part, of: range, isBare: isBare) }
    let count = Int32(before + parts.count)
    builder.emit(isBare ? .joinWord(count) : .interpolate(count), range)
    return .string
  }

  private mutating func compile(part: WordPart, of range: SourceRange, isBare: Bool) {
    switch part {
    case .text(let text, let place, _): builder.emit(.constant(environment.pools.constant(.string(text))), place)
    case .value(let value, _):
      let type = compile(value)
      if isBare, type.kinds.isSubset(of: [.list, .record, .null]) {
        report(.partOfWord(type, written: sources.text(range)), value.range, relying: type.relies)
      }
    }
  }

  /// A definition called like a command: `rollout web $image`.
  private mutating func compileCall(_ name: Name, words: [Word], _ range: SourceRange) {
    for word in words {
      if word.isBare, let text = word.literal, text.hasPrefix("--") { report(.optionInCall(text), word.range) }
      compile(callWord: word)
    }
    finishCall(name, count: words.count, range)
  }

  /// A parameter of a definition has no type that could read a word, so a bare one that is a literal is that value.
  private mutating func compile(callWord word: Word) {
    guard word.isBare, let text = word.literal, let value = Literal.bare(text) else {
      compile(word: word)
      return
    }
    builder.emit(.constant(environment.pools.constant(value)), word.range)
  }

  /// The call itself, its arguments being on the stack.
  mutating func finishCall(_ name: Name, count: Int, _ range: SourceRange) {
    guard let info = environment.definitions[name.text] else { return }
    calls[builder.isMain ? nil : builder.name, default: []].insert(name.text)
    let expected = info.required...info.parameters.count
    if !expected.contains(count) {
      report(
        .wrongArgumentCount(
          name: name.text, usage: "\(name.text)(\(info.usage))", expected: expected, actual: count), name.range)
    }
    if builder.branchScopes != nil { branchCalls.append((name, info.index)) }
    builder.emit(.call(function: Int32(info.index), arguments: Int32(count)), range)
  }
}

extension Word {
  /// Whether it is an operator, for numbers at least.
  fileprivate var isOperator: Bool {
    guard more.isEmpty, case .text(let text, _, false) = first, text.utf8.count <= 2 else { return false }
    switch text {
    case "+", "-", "*", "/", "%", "==", "!=": return true
    default: return false
    }
  }
}
