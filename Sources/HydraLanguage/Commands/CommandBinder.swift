import HydraDiagnostics

/// A command with its words sorted into arguments and options.
struct BoundCommand {
  let spec: CommandSpec
  /// The words that say which command it is.
  let head: SourceRange
  /// The given values, in order.
  fileprivate(set) var arguments: [Program.CommandTemplate.Argument] = []
  /// The words of the arguments that are no constants, in order: evaluated when the command runs.
  fileprivate(set) var operands: [Word] = []
  /// The value of the option that takes an expression. It is not an argument: the command evaluates it repeatedly.
  fileprivate(set) var condition: Expression?

  /// Whether it is about several things, so that its result is a list: by an option such as `--count`, or by a list or
  /// several words for an argument. Nil when that shows only when it runs; `types` are those of the operands.
  func isPlural(operands types: [ValueType]) -> Bool? {
    if arguments.contains(where: { $0.parameter.makesList }) { return true }
    guard let repeated = spec.arguments.last, repeated.isRepeated else { return false }
    let given = arguments.filter { $0.parameter === repeated }
    if given.count > 1 { return true }
    guard let only = given.first, only.constant == nil,
      let place = arguments.filter({ $0.constant == nil }).firstIndex(where: { $0.parameter === repeated }),
      place < types.count
    else { return false }
    let type = types[place]
    return type.may(be: .list) ? (type.kinds == .list ? true : nil) : false
  }

  /// Whether everything that may not be left out has a value.
  fileprivate var isComplete: Bool {
    let required = spec.required
    for index in required.indices where !has(required[index]) { return false }
    return true
  }

  /// Whether `parameter` has a value.
  fileprivate func has(_ parameter: ParameterSpec) -> Bool {
    if parameter.takesExpression { return condition != nil }
    // By index: an argument that is taken out is retained.
    for index in arguments.indices where arguments[index].parameter === parameter { return true }
    return false
  }
}

/// Sorts the words of a command into arguments and options, using only the table.
struct CommandBinder {
  private(set) var diagnostics: [Diagnostic] = []
  /// The first word, when no command of the table begins with it.
  private(set) var unknownCommand: Name?
  private var hasUnknownOption = false

  /// Which command `words` begin with, if that is clear already.
  static func spec(of words: [Word]) -> CommandSpec? {
    guard !words.isEmpty, let noun = words[0].literal else { return nil }
    let commands = CommandTable.commands(of: noun)
    if let first = commands.first, first.verb == nil { return first }
    guard words.count > 1, let verb = words[1].literal else { return nil }
    return commands.first { $0.verb == verb }
  }

  /// The command of these words; nil when something is wrong with them, as ``diagnostics`` and ``unknownCommand`` tell.
  mutating func bind(_ node: CommandNode) -> BoundCommand? {
    guard let spec = spec(of: node) else { return nil }
    let headCount = spec.verb == nil ? 1 : 2
    let head = node.words[0].range.union(node.words[headCount - 1].range)
    var command = BoundCommand(spec: spec, head: head)
    command.arguments.reserveCapacity(node.words.count - headCount)
    bind(node.words, from: headCount, of: spec, to: &command)
    if !command.isComplete { report(.missingArguments(spec.required.filter { !command.has($0) }, spec), head) }
    guard !diagnostics.isEmpty else { return consume command }
    // No command has an option `--help`, so a question about one always comes by here.
    guard let help = help(node, spec, head: head) else { return nil }
    diagnostics = []
    return help
  }

  private mutating func report(_ problem: CommandProblem, _ range: SourceRange) {
    diagnostics.append(problem.diagnostic(at: range))
  }

  private mutating func spec(of node: CommandNode) -> CommandSpec? {
    if let spec = Self.spec(of: node.words) { return spec }
    guard let noun = node.words[0].literal else {
      report(.commandNotLiteral, node.words[0].range)
      return nil
    }
    guard CommandTable.hasVerbs(noun) else {
      unknownCommand = Name(text: noun, range: node.words[0].range)
      return nil
    }
    guard node.words.count > 1, node.words[1].literal?.hasPrefix("-") != true else {
      // `cluster --help` asks for the noun.
      if node.words.count > 1, ["--help", "-h"].contains(node.words[1].literal) {
        return CommandTable.command(.help)
      }
      report(.missingVerb(noun: noun), node.words[0].range)
      return nil
    }
    guard let verb = node.words[1].literal else {
      report(.commandNotLiteral, node.words[1].range)
      return nil
    }
    report(.unknownVerb(verb, noun: noun), node.words[1].range)
    return nil
  }

  /// `--help` anywhere before `--` turns a command into a question about it.
  private func help(_ node: CommandNode, _ spec: CommandSpec, head: SourceRange) -> BoundCommand? {
    guard node.words.prefix(while: { $0.literal != "--" }).contains(where: \.asksForHelp),
      let help = CommandTable.command(.help), let topic = help.arguments.first
    else { return nil }
    let topics =
      spec.id == .help
      ? [node.words[0]].filter { $0.literal != "help" } : Array(node.words.prefix(spec.verb == nil ? 1 : 2))
    var command = BoundCommand(spec: help, head: head)
    command.arguments = topics.map { .init(parameter: topic, constant: .string($0.literal ?? ""), range: $0.range) }
    return command
  }

  private mutating func bind(
    _ words: [Word], from start: Int, of spec: CommandSpec, to command: inout BoundCommand
  ) {
    var index = start
    var positionals = 0
    while index < words.count {
      let here = index
      index += 1
      if case .text(let text, let range, false) = words[here].first, text.utf8.first == 0x2D, text.utf8.count > 1 {
        if text == "--", words[here].more.isEmpty {
          bind(rest: words, after: here, to: &command)
          return
        }
        if text.isOptionName {
          index += bindOption(text, range, words, at: here, of: spec, to: &command)
          continue
        }
        if text.utf8.dropFirst().first.map(Lexeme.isLetter) == true {
          report(.shortOption(text, spec), words[here].range)
          continue
        }
      }
      guard let parameter = argument(number: positionals, of: spec) else {
        // Behind an unknown option it may be that one's value.
        if !hasUnknownOption { report(.surplusArgument(words[here].literal ?? "…", spec), words[here].range) }
        return
      }
      positionals += 1
      add(words, here, as: parameter, to: &command)
    }
  }

  private func argument(number: Int, of spec: CommandSpec) -> ParameterSpec? {
    if number < spec.arguments.count { return spec.arguments[number] }
    return spec.arguments.last.flatMap { $0.isRepeated ? $0 : nil }
  }

  private mutating func bind(rest words: [Word], after dashes: Int, to command: inout BoundCommand) {
    // `print -- -x`: dashes end the options of a command that takes any number of arguments.
    guard let rest = command.spec.rest ?? command.spec.arguments.last.flatMap({ $0.isRepeated ? $0 : nil }) else {
      report(.surplusRest(command.spec), words[dashes].range)
      return
    }
    for index in words.indices.dropFirst(dashes + 1) { add(words, index, as: rest, to: &command) }
  }

  /// Binds `--name`, `--name=value` or `--name value`, the word at `index` and what follows it; returns how many further
  /// words it took.
  private mutating func bindOption(
    _ text: String, _ range: SourceRange, _ words: [Word], at index: Int, of spec: CommandSpec,
    to command: inout BoundCommand
  ) -> Int {
    let plain = spec.option(text)
    let equals = plain == nil ? text.utf8.firstIndex(of: 0x3D) : nil
    let name = equals.map { String(text[..<$0]) } ?? text
    let nameRange = SourceRange(file: range.file, start: Int(range.start), end: Int(range.start) + name.utf8.count)
    guard let option = plain ?? spec.option(name) else {
      report(.unknownOption(name, spec), nameRange)
      hasUnknownOption = true
      // Its value, if it has one, is not an argument.
      guard equals == nil, isValue(words, index + 1) else { return 0 }
      let meant = EditDistance.nearest(to: name, among: spec.allOptions.map(\.name)).flatMap(spec.option)
      return meant.map { !$0.isFlag } ?? spec.arguments.isEmpty ? 1 : 0
    }
    if !option.isRepeated, command.has(option) { report(.repeatedOption(option), nameRange) }
    if option.isFlag {
      let word = words[index].range
      if equals != nil || !words[index].more.isEmpty { report(.flagWithValue(option), word) }
      command.arguments.append(.init(parameter: option, constant: .bool(true), range: word))
      return 0
    }
    if let equals {
      let word = words[index]
      let rest = String(text[text.index(after: equals)...])
      let start = Int(nameRange.end) + 1
      let tail = SourceRange(file: range.file, start: start, end: Int(range.end))
      let range = SourceRange(file: range.file, start: start, end: Int(word.range.end))
      let value =
        if rest.isEmpty, let first = word.more.first {
          Word(first: first, more: Array(word.more.dropFirst()), range: range)
        } else {
          Word(first: .text(rest, tail, quoted: false), more: word.more, range: range)
        }
      add([value], 0, as: option, to: &command)
      return 0
    }
    guard words[index].more.isEmpty, isValue(words, index + 1) else {
      report(.missingValue(option), nameRange)
      return 0
    }
    add(words, index + 1, as: option, to: &command)
    return 1
  }

  /// Whether there is a word at `index`, in the place of a value, which is not clearly the next option.
  private func isValue(_ words: [Word], _ index: Int) -> Bool {
    guard index < words.count else { return false }
    guard case .text(let text, _, false) = words[index].first else { return true }
    return !text.isOptionName
  }

  /// Adds the word at `index`: taken out of the array, it would be copied.
  private mutating func add(
    _ words: [Word], _ index: Int, as parameter: ParameterSpec, to command: inout BoundCommand
  ) {
    if parameter.takesExpression {
      command.condition = words[index].soleValue
      return
    }
    let range = words[index].range
    guard let literal = words[index].literal else {
      command.arguments.append(.init(parameter: parameter, constant: nil, range: range))
      command.operands.append(words[index])
      return
    }
    var value = Value.null
    do {
      value = try parameter.type.coerce(.string(literal))
    } catch {
      // It counts as given: it is wrong, not missing.
      report(.badValue(parameter, error), range)
    }
    command.arguments.append(.init(parameter: parameter, constant: value, range: range))
  }
}

extension String {
  /// Whether it begins with two dashes.
  fileprivate var isOptionName: Bool {
    var bytes = utf8.makeIterator()
    return bytes.next() == 0x2D && bytes.next() == 0x2D
  }
}

extension Word {
  /// Whether it is `--help` or `-h`, unquoted.
  fileprivate var asksForHelp: Bool {
    guard more.isEmpty, case .text(let text, _, false) = first, text.utf8.first == 0x2D else { return false }
    return text == "--help" || text == "-h"
  }
}
