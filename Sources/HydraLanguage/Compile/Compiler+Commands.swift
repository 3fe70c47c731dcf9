import HydraDiagnostics

extension Compiler {
  /// A command. As a statement its answer is shown; as `$(…)` it is left as a value.
  mutating func compile(command node: CommandNode, shows: Bool) {
    // No more errors are kept, and a text with errors gives no program: what is wrong in a large file ends soon.
    guard diagnostics.count + undefined.count < Parser.maximumErrors else { return }
    if !environment.definitions.isEmpty, let name = node.words[0].literal, node.words[0].isBare,
      environment.definitions[name] != nil
    {
      compileCall(Name(text: name, range: node.words[0].range), words: Array(node.words.dropFirst()), node.range)
      if shows { builder.emit(.show, node.range) }
      return
    }
    var binder = CommandBinder()
    guard let bound = binder.bind(node) else {
      diagnostics += binder.diagnostics
      if let name = binder.unknownCommand { undefined.append(UndefinedName(name: name, isCommand: true)) }
      // What stands in its words is checked all the same.
      for word in node.words { checkValues(in: word) }
      return
    }
    if bound.spec.id == .exit, !isPrompt {
      compileExit(bound, node.range)
      return
    }
    if bound.spec.id.isForShell, !isPrompt { report(.shellOnly(bound.spec.name), bound.head) }
    if bound.spec.id == .watch {
      compileWatch(bound, node.range)
    } else {
      builder.emit(.command(template(bound), shows: shows), node.range)
    }
    if shows { builder.emit(.pop, node.range) }
  }

  /// `exit` in a script ends it; at the prompt it is a command of the shell, which it leaves.
  private mutating func compileExit(_ bound: BoundCommand, _ range: SourceRange) {
    guard builder.deferBodies == 0 else {
      report(.leavesDefer("exit"), range)
      return
    }
    builder.emit(.exit(template(bound)), range)
    builder.unreachableAfter = "exit"
  }

  /// Computes the operands of a command and answers the number of its template.
  mutating func template(_ bound: BoundCommand) -> Int32 {
    for word in bound.operands { compile(word: word) }
    return environment.pools.command(
      Program.CommandTemplate(
        spec: bound.spec, arguments: bound.arguments, head: bound.head, operandCount: bound.operands.count))
  }

  private mutating func checkValues(in word: Word) {
    for case .value(let value, _) in word.parts { compile(value) }
  }

  /// A word as a value: one that is a single `$name` or `${…}` keeps its type, another is text.
  mutating func compile(word: Word) {
    if let text = word.literal {
      builder.emit(.constant(environment.pools.constant(.string(text))), word.range)
    } else if let value = word.soleValue {
      compile(value)
    } else {
      let isBare = word.parts.contains { if case .value(_, false) = $0 { true } else { false } }
      compile(parts: word.parts, word.range, isBare: isBare)
    }
  }

  mutating func compile(parts: [WordPart], _ range: SourceRange, isBare: Bool) {
    for part in parts {
      switch part {
      case .text(let text, let place, _): builder.emit(.constant(environment.pools.constant(.string(text))), place)
      case .value(let value, _): compile(value)
      }
    }
    let count = Int32(parts.count)
    builder.emit(isBare ? .joinWord(count) : .interpolate(count), range)
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
    builder.emit(.call(function: Int32(info.index), arguments: Int32(count)), range)
  }
}
