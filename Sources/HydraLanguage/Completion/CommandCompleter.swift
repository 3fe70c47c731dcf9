import HydraDiagnostics

/// Completes a word of a command, given the words before it.
struct CommandCompleter {
  let words: [Word]
  let environment: Environment

  func complete(_ completion: inout Completion) {
    guard let noun = words.first?.literal else { return }
    // A timed command is completed as if it stood alone.
    if noun == CommandID.time.rawValue {
      guard words.count == 1 else {
        return CommandCompleter(words: Array(words.dropFirst()), environment: environment).complete(&completion)
      }
      for noun in CommandTable.nouns { completion.offer(.init(noun, CommandTable.summary(ofNoun: noun))) }
    }
    if environment.definitions[noun] != nil {
      completion.usage = "\(noun) \(environment.definitions[noun]?.parameters.joined(separator: " ") ?? "")"
      return
    }
    guard let spec = CommandBinder.spec(of: words) else {
      // Only the noun is there, or a verb that is none.
      guard words.count == 1 else { return }
      for verb in CommandTable.verbs(of: noun) {
        completion.offer(.init(verb, CommandTable.command(noun, verb)?.summary ?? ""))
      }
      return
    }
    let given = Given(Array(words.dropFirst(spec.verb == nil ? 1 : 2)), spec)
    completion.usage = spec.usage
    completion.cluster = given.cluster
    if spec.arguments.first?.completion == .services { completion.service = given.arguments.first }
    if given.isRest {
      if let rest = spec.rest {
        completion.items.append(.init(form: rest.name, description: rest.summary, isRequired: false))
      }
      return
    }
    if let option = given.open {
      value(of: option, given, &completion)
      return
    }
    if let equals = completion.prefix.firstIndex(of: "="), completion.prefix.hasPrefix("--"),
      let option = spec.option(String(completion.prefix[..<equals]))
    {
      let typed = completion.prefix[...equals].utf8.count
      completion.replaces = (completion.replaces.lowerBound + typed)..<completion.replaces.upperBound
      completion.prefix = String(completion.prefix[completion.prefix.index(after: equals)...])
      value(of: option, given, &completion)
      return
    }
    argument(of: spec, given, &completion)
    options(of: spec, given, &completion)
  }

  /// What the words before the cursor contain.
  private struct Given {
    var options: Set<String> = []
    var arguments: [String] = []
    /// The value of `--cluster`.
    var cluster: String?
    /// An option whose value comes next.
    var open: ParameterSpec?
    /// Whether `--` was there.
    var isRest = false

    init(_ words: [Word], _ spec: CommandSpec) {
      for word in words {
        if let option = open {
          if option.name == "--cluster" { cluster = word.literal }
          open = nil
          continue
        }
        let text = word.isBare ? word.literal ?? "" : ""
        if text == "--" {
          isRest = true
          return
        }
        guard text.hasPrefix("--") else {
          arguments.append(word.literal ?? "")
          continue
        }
        let name = String(text.prefix { $0 != "=" })
        options.insert(name)
        if name == "--cluster", name != text { cluster = String(text.dropFirst(name.count + 1)) }
        if name == text, let option = spec.option(name), !option.isFlag { open = option }
      }
    }
  }

  private func argument(of spec: CommandSpec, _ given: Given, _ completion: inout Completion) {
    let last = spec.arguments.last
    let index = given.arguments.count
    let parameter =
      index < spec.arguments.count ? spec.arguments[index] : last.flatMap { $0.isRepeated ? $0 : nil }
    guard let parameter, !completion.prefix.hasPrefix("-") else { return }
    value(of: parameter, given, &completion)
    if parameter.completion == .helpTopics, let noun = given.arguments.first {
      // The second word of a topic is a verb of the first, and there is no third.
      completion.sources = []
      for verb in CommandTable.verbs(of: noun) where given.arguments.count == 1 {
        completion.offer(.init(verb, CommandTable.command(noun, verb)?.summary ?? ""))
      }
    }
    if parameter.isRepeated { completion.given = given.arguments }
  }

  private func options(of spec: CommandSpec, _ given: Given, _ completion: inout Completion) {
    // Options are offered once a dash is typed, or if nothing else can come.
    let offered = completion.prefix.hasPrefix("-") || (completion.sources.isEmpty && completion.candidates.isEmpty)
    for option in spec.allOptions where option.isRepeated || !given.options.contains(option.name) {
      let form = option.isFlag ? option.name : "\(option.name) \(option.placeholder)"
      completion.items.append(
        .init(form: form, description: option.summary, isRequired: option.isRequired))
      if offered, option.name.hasPrefix(completion.prefix) {
        completion.candidates.append(.init(option.name, option.summary))
      }
    }
  }

  private func value(of parameter: ParameterSpec, _ given: Given, _ completion: inout Completion) {
    let form = parameter.isOption ? parameter.placeholder : parameter.name
    let isGiven = !parameter.isOption && parameter.isRepeated && !given.arguments.isEmpty
    completion.items.append(
      .init(
        form: form, description: "\(parameter.summary): \(parameter.type.label)",
        isRequired: parameter.isRequired && !isGiven))
    completion.sources = parameter.completion.map { [$0] } ?? []
    if parameter.type == .path { completion.sources = [.files] }
    var words = parameter.suggestions
    if case .choice(let choices) = parameter.type { words = choices }
    for word in words where word.hasPrefix(completion.prefix) { completion.candidates.append(.init(word)) }
  }
}
