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

  /// Whether `parameter` has a value.
  fileprivate func has(_ parameter: ParameterSpec) -> Bool {
    parameter.takesExpression ? condition != nil : arguments.contains { $0.parameter === parameter }
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
    bind(node.words, from: headCount, to: &command)
    if spec.required.contains(where: { !command.has($0) }) {
      report(.missingArguments(spec.required.filter { !command.has($0) }, spec), head)
    }
    if diagnostics.isEmpty { return command }
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

  private mutating func bind(_ words: [Word], from start: Int, to command: inout BoundCommand) {
    let spec = command.spec
    var index = start
    var positionals = 0
    while index < words.count {
      let word = words[index]
      index += 1
      if case .text(let text, let range, false) = word.first, text.utf8.first == 0x2D, text.utf8.count > 1 {
        if text == "--", word.more.isEmpty {
          bind(rest: words[index...], after: word, to: &command)
          return
        }
        if text.isOptionName {
          index += bindOption(text, range, word, next: index < words.count ? words[index] : nil, to: &command)
          continue
        }
        if text.utf8.dropFirst().first.map(Lexeme.isLetter) == true {
          report(.shortOption(text, spec), word.range)
          continue
        }
      }
      guard let parameter = argument(number: positionals, of: spec) else {
        // Behind an unknown option it may be that one's value.
        if !hasUnknownOption { report(.surplusArgument(word.literal ?? "…", spec), word.range) }
        return
      }
      positionals += 1
      add(word, as: parameter, to: &command)
    }
  }

  private func argument(number: Int, of spec: CommandSpec) -> ParameterSpec? {
    if number < spec.arguments.count { return spec.arguments[number] }
    return spec.arguments.last.flatMap { $0.isRepeated ? $0 : nil }
  }

  private mutating func bind(rest words: ArraySlice<Word>, after dashes: Word, to command: inout BoundCommand) {
    // `print -- -x`: dashes end the options of a command that takes any number of arguments.
    guard let rest = command.spec.rest ?? command.spec.arguments.last.flatMap({ $0.isRepeated ? $0 : nil }) else {
      report(.surplusRest(command.spec), dashes.range)
      return
    }
    for word in words { add(word, as: rest, to: &command) }
  }

  /// Binds `--name`, `--name=value` or `--name value`; returns how many further words it took.
  private mutating func bindOption(
    _ text: String, _ range: SourceRange, _ word: Word, next: Word?, to command: inout BoundCommand
  ) -> Int {
    let spec = command.spec
    let plain = spec.option(text)
    let equals = plain == nil ? text.utf8.firstIndex(of: 0x3D) : nil
    let name = equals.map { String(text[..<$0]) } ?? text
    let nameRange = SourceRange(file: range.file, start: Int(range.start), end: Int(range.start) + name.utf8.count)
    guard let option = plain ?? spec.option(name) else {
      report(.unknownOption(name, spec), nameRange)
      hasUnknownOption = true
      // Its value, if it has one, is not an argument.
      guard equals == nil, let next, !isOption(next) else { return 0 }
      let meant = EditDistance.nearest(to: name, among: spec.allOptions.map(\.name)).flatMap(spec.option)
      return meant.map { !$0.isFlag } ?? spec.arguments.isEmpty ? 1 : 0
    }
    if !option.isRepeated, command.has(option) { report(.repeatedOption(option), nameRange) }
    if option.isFlag {
      if equals != nil || !word.more.isEmpty { report(.flagWithValue(option), word.range) }
      command.arguments.append(.init(parameter: option, constant: .bool(true), range: word.range))
      return 0
    }
    if let equals {
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
      add(value, as: option, to: &command)
      return 0
    }
    guard word.more.isEmpty, let next, !isOption(next) else {
      report(.missingValue(option), nameRange)
      return 0
    }
    add(next, as: option, to: &command)
    return 1
  }

  /// Whether a word in the place of a value is clearly the next option.
  private func isOption(_ word: Word) -> Bool {
    guard case .text(let text, _, false) = word.first else { return false }
    return text.isOptionName
  }

  private mutating func add(_ word: Word, as parameter: ParameterSpec, to command: inout BoundCommand) {
    if parameter.takesExpression {
      command.condition = word.soleValue
      return
    }
    guard let literal = word.literal else {
      command.arguments.append(.init(parameter: parameter, constant: nil, range: word.range))
      command.operands.append(word)
      return
    }
    var value = Value.null
    do {
      value = try parameter.type.coerce(.string(literal))
    } catch {
      // It counts as given: it is wrong, not missing.
      report(.badValue(parameter, error), word.range)
    }
    command.arguments.append(.init(parameter: parameter, constant: value, range: word.range))
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
