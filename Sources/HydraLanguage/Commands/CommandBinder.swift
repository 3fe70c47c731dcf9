import HydraDiagnostics

/// A command with its words sorted into arguments and options.
struct BoundCommand {
  /// One given value.
  struct Binding {
    let parameter: ParameterSpec
    let value: Value?
    /// Evaluated when the command runs, when `value` is nil.
    let word: Word
  }

  let spec: CommandSpec
  let bindings: [Binding]
  /// The words that say which command it is.
  let head: SourceRange
}

/// Sorts the words of a command into arguments and options, by the table alone.
struct CommandBinder {
  private(set) var diagnostics: [Diagnostic] = []
  private var bindings: [BoundCommand.Binding] = []
  private var hasUnknownOption = false

  /// Which command `words` begin with, if that is clear already.
  static func spec(of words: [Word]) -> CommandSpec? {
    guard let noun = words.first?.literal else { return nil }
    if let spec = CommandTable.command(noun) { return spec }
    guard words.count > 1, let verb = words[1].literal else { return nil }
    return CommandTable.command(noun, verb)
  }

  /// The command of these words; nil, with diagnostics, when it can't be told or something is wrong with it.
  mutating func bind(_ node: CommandNode, definitions: [String]) -> BoundCommand? {
    guard let spec = spec(of: node, definitions: definitions) else { return nil }
    let headCount = spec.verb == nil ? 1 : 2
    let head = node.words[0].range.union(node.words[headCount - 1].range)
    if let help = help(node, spec, head: head) { return help }
    bindWords(node.words, from: headCount, of: spec)
    let missing = spec.required.filter { parameter in !bindings.contains { $0.parameter === parameter } }
    if !missing.isEmpty { report(.missingArguments(missing, spec), head) }
    return diagnostics.isEmpty ? BoundCommand(spec: spec, bindings: bindings, head: head) : nil
  }

  private mutating func report(_ problem: CommandProblem, _ range: SourceRange) {
    diagnostics.append(problem.diagnostic(at: range))
  }

  private mutating func spec(of node: CommandNode, definitions: [String]) -> CommandSpec? {
    guard let noun = node.words[0].literal else {
      report(.commandNotLiteral, node.words[0].range)
      return nil
    }
    if let spec = CommandTable.command(noun) { return spec }
    guard CommandTable.hasVerbs(noun) else {
      let known = CommandTable.nouns + definitions + Keyword.statements.map(\.rawValue)
      report(.unknownCommand(noun, known: known), node.words[0].range)
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
    guard let spec = CommandTable.command(noun, verb) else {
      report(.unknownVerb(verb, noun: noun), node.words[1].range)
      return nil
    }
    return spec
  }

  /// `--help` anywhere before `--` turns a command into a question about it.
  private func help(_ node: CommandNode, _ spec: CommandSpec, head: SourceRange) -> BoundCommand? {
    guard node.words.contains(where: \.asksForHelp),
      node.words.prefix(while: { $0.literal != "--" }).contains(where: \.asksForHelp),
      let help = CommandTable.command(.help), let topic = help.arguments.first
    else { return nil }
    let topics =
      spec.id == .help
      ? [node.words[0]].filter { $0.literal != "help" } : Array(node.words.prefix(spec.verb == nil ? 1 : 2))
    let bindings = topics.map { BoundCommand.Binding(parameter: topic, value: .string($0.literal ?? ""), word: $0) }
    return BoundCommand(spec: help, bindings: bindings, head: head)
  }

  private mutating func bindWords(_ words: [Word], from start: Int, of spec: CommandSpec) {
    var index = start
    var positionals = 0
    while index < words.count {
      let word = words[index]
      index += 1
      if word.isBare, word.literal == "--" {
        bindRest(words[index...], after: word, of: spec)
        return
      }
      if case .text(let text, let range, false) = word.first, text.utf8.first == 0x2D, text.utf8.count > 1 {
        if text.hasPrefix("--") {
          index += bindOption(text, range, word, next: index < words.count ? words[index] : nil, of: spec)
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
      add(parameter, word)
    }
  }

  private func argument(number: Int, of spec: CommandSpec) -> ParameterSpec? {
    if number < spec.arguments.count { return spec.arguments[number] }
    return spec.arguments.last.flatMap { $0.isRepeated ? $0 : nil }
  }

  private mutating func bindRest(_ words: ArraySlice<Word>, after dashes: Word, of spec: CommandSpec) {
    guard let rest = spec.rest else {
      // `print -- -x`: dashes end the options of a command that takes any number of arguments.
      guard let last = spec.arguments.last, last.isRepeated else {
        report(.surplusRest(spec), dashes.range)
        return
      }
      for word in words { add(last, word) }
      return
    }
    for word in words { add(rest, word) }
  }

  /// Binds `--name`, `--name=value` or `--name value`; answers how many further words it took.
  private mutating func bindOption(
    _ text: String, _ range: SourceRange, _ word: Word, next: Word?, of spec: CommandSpec
  ) -> Int {
    let equals = text.firstIndex(of: "=")
    let name = String(text[..<(equals ?? text.endIndex)])
    let nameRange = SourceRange(file: range.file, start: Int(range.start), end: Int(range.start) + name.utf8.count)
    guard let option = spec.option(name) else {
      report(.unknownOption(name, spec), nameRange)
      hasUnknownOption = true
      // Its value, if it has one, is not an argument.
      guard equals == nil, let next, !isOption(next) else { return 0 }
      let meant = EditDistance.nearest(to: name, among: spec.allOptions.map(\.name)).flatMap(spec.option)
      return meant.map { $0.type != .flag } ?? spec.arguments.isEmpty ? 1 : 0
    }
    if !option.isRepeated, bindings.contains(where: { $0.parameter === option }) {
      report(.repeatedOption(option), nameRange)
    }
    if option.type == .flag {
      if equals != nil || !word.more.isEmpty { report(.flagWithValue(option), word.range) }
      bindings.append(.init(parameter: option, value: .bool(true), word: word))
      return 0
    }
    if let equals {
      let rest = String(text[text.index(after: equals)...])
      let start = Int(nameRange.end) + 1
      let tail = SourceRange(file: range.file, start: start, end: Int(range.end))
      let range = SourceRange(file: range.file, start: start, end: Int(word.range.end))
      if rest.isEmpty, let first = word.more.first {
        add(option, Word(first: first, more: Array(word.more.dropFirst()), range: range))
      } else {
        add(option, Word(first: .text(rest, tail, quoted: false), more: word.more, range: range))
      }
      return 0
    }
    guard word.more.isEmpty, let next, !isOption(next) else {
      report(.missingValue(option), nameRange)
      return 0
    }
    add(option, next)
    return 1
  }

  /// Whether a word that stands where a value is expected is plainly the next option.
  private func isOption(_ word: Word) -> Bool {
    guard case .text(let text, _, false) = word.first else { return false }
    return text.hasPrefix("--")
  }

  private mutating func add(_ parameter: ParameterSpec, _ word: Word) {
    guard let literal = word.literal, parameter.type != .expression else {
      bindings.append(.init(parameter: parameter, value: nil, word: word))
      return
    }
    do {
      let value = try parameter.type.coerce(.string(literal))
      bindings.append(.init(parameter: parameter, value: value, word: word))
    } catch {
      report(.badValue(parameter, error), word.range)
      // Counts as given: it is wrong, not missing.
      bindings.append(.init(parameter: parameter, value: .null, word: word))
    }
  }
}

extension Word {
  /// Whether it is `--help` or `-h`, unquoted.
  fileprivate var asksForHelp: Bool {
    guard more.isEmpty, case .text(let text, _, false) = first else { return false }
    return text == "--help" || text == "-h"
  }
}
