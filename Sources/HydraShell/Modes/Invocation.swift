import HydraDiagnostics
import HydraLanguage
import HydraRuntime

/// What the tool was started to do.
struct Invocation: Equatable {
  /// What to do.
  var mode: Mode
  /// The global options.
  var options = Options()

  /// Options for everything the invocation runs; a command's own options override them.
  struct Options: Equatable {
    var cluster: String?
    var output: String?
    var wide = false
    /// What random numbers follow from; nil for a choice of the session's own.
    var seed: UInt64?
    var noColor = false
    var quiet = false
    var noInit = false
    var strict = false
  }

  enum Mode: Equatable {
    /// A shell on a terminal, a script from standard input elsewhere.
    case interactive
    /// A script from standard input, wherever it comes from.
    case standardInput(arguments: [String])
    case script(path: String, arguments: [String])
    case text(String, arguments: [String])
    case command([String])
    case check(paths: [String], json: Bool)
    case format(paths: [String], isCheck: Bool)
    case plan(Text, arguments: [String])
    case simulate(path: String, arguments: [String], SimulateRun.Request)
    case help([String])
    /// hydra(1), for `make install`.
    case manual
    case completionScript(shell: String)
    /// What can come next on a command line of another shell.
    case complete(line: String)
    case version
  }

  /// A source text: a file (`-` is standard input), or the string after `-c`.
  enum Text: Equatable {
    case file(String)
    case inline(String)
  }

  /// Whether failures are reported as JSON: the results are, or would be.
  var failsInJSON: Bool {
    if case .command(let words) = mode, Self.asksForJSON(words) { return true }
    return options.output == OutputFormat.json.rawValue
  }

  /// Whether `--output json` is among `words`, before a `--`. For words that are right, and for those that are not.
  static func asksForJSON(_ words: [String]) -> Bool {
    let own = Array(words.prefix { $0 != "--" })
    return own.contains("--output=json") || zip(own, own.dropFirst()).contains { $0 == "--output" && $1 == "json" }
  }

  /// An error in the command line itself.
  struct Problem: Error, Equatable {
    var message: String
    var remedy: String?
  }

  /// Reads the words after the program's name.
  init(_ arguments: [String]) throws(Problem) {
    var words = arguments[...]
    var options = Options()
    try Self.takeOptions(&words, &options)
    mode = try Self.mode(&words, &options)
    self.options = options
  }

  private static func mode(_ words: inout ArraySlice<String>, _ options: inout Options) throws(Problem) -> Mode {
    guard let first = words.first else { return .interactive }
    let rest = Array(words.dropFirst())
    switch first {
    // What follows a script is for the script.
    case "run" where HelpText.isAskedFor(in: Array(rest.prefix(1))),
      "plan" where HelpText.isAskedFor(in: Array(rest.prefix(1))),
      "simulate" where HelpText.isAskedFor(in: Array(rest.prefix(1))),
      "check" where HelpText.isAskedFor(in: rest), "fmt" where HelpText.isAskedFor(in: rest),
      "completion" where HelpText.isAskedFor(in: rest):
      return .help([first])
    case "--version": return .version
    case "help", "--help", "-h": return .help(try topic(rest, &options))
    case "-": return .standardInput(arguments: try scriptArguments(rest[...]))
    case "-c":
      guard let text = rest.first else {
        throw Problem(message: "'-c' needs a string of commands", remedy: "hydra -c 'node list'")
      }
      return .text(text, arguments: try scriptArguments(rest.dropFirst()))
    case "run":
      let (path, arguments) = try file(of: first, rest, &options)
      return path == "-" ? .standardInput(arguments: arguments) : .script(path: path, arguments: arguments)
    case "check":
      let (paths, flags) = try files(of: first, rest, flags: ["--json"], &options)
      return .check(paths: paths, json: flags.contains("--json"))
    case "__manual": return .manual
    case "__complete": return .complete(line: rest.joined(separator: " "))
    case "completion":
      guard let shell = rest.first, rest.count == 1, CompletionScript.text(for: shell) != nil else {
        throw Problem(
          message: "'completion' needs the name of a shell, one of \(CompletionScript.shells.joined(separator: ", "))",
          remedy: "source <(hydra completion bash)")
      }
      return .completionScript(shell: shell)
    case "plan":
      var words = rest[...]
      try takeOptions(&words, &options)
      if words.first == "-c", words.count > 1 {
        return .plan(.inline(Array(words)[1]), arguments: try scriptArguments(words.dropFirst(2)))
      }
      let (path, arguments) = try file(of: first, Array(words), &options)
      return .plan(.file(path), arguments: arguments)
    case "simulate":
      var request = SimulateRun.Request()
      var words = rest[...]
      try takeOptions(&words, &options, of: &request)
      guard let path = words.popFirst() else {
        throw Problem(message: "'simulate' needs a file", remedy: "hydra simulate FILE.hydra")
      }
      if path.hasPrefix("-"), path != "-" { throw unknown(path, among: ["--seeds", "--faults"]) }
      try takeOptions(&words, &options, of: &request)
      request.seed = options.seed
      if options.seed != nil, rest.contains(where: { $0 == "--seeds" || $0.hasPrefix("--seeds=") }) {
        throw Problem(
          message: "'--seed' runs one seed, and '--seeds' many", remedy: "leave one of them out")
      }
      return .simulate(path: path, arguments: try scriptArguments(words), request)
    case "fmt":
      let (paths, flags) = try files(of: first, rest, flags: ["--check"], &options)
      return .format(paths: paths, isCheck: flags.contains("--check"))
    case _ where first.hasSuffix(".hydra") || first.contains("/"):
      return .script(path: first, arguments: try scriptArguments(rest[...]))
    case _ where first.hasPrefix("-") && first.count > 1: throw unknown(first)
    case "expect", "wait":
      if HelpText.isAskedFor(in: rest) { return .help([first]) }
      // A statement has no options of its own, so those for everything may stand anywhere.
      var statement = [first]
      var words = rest[...]
      while true {
        try takeOptions(&words, &options)
        guard let word = words.popFirst() else { return .command(statement) }
        statement.append(word)
      }
    default:
      // `--help` is about the command before it; what follows `--` belongs to the service.
      let own = words.prefix { $0 != "--" }
      if own.contains(where: { $0 == "--help" || $0 == "-h" }) { return .help(topic(of: Array(own))) }
      return .command(Array(words))
    }
  }

  /// The words of a topic; global options may stand anywhere among them.
  private static func topic(_ words: [String], _ options: inout Options) throws(Problem) -> [String] {
    var topic: [String] = []
    var rest = words[...]
    while true {
      try takeOptions(&rest, &options)
      guard let word = rest.popFirst() else { return topic }
      if word != "--help", word != "-h" { topic.append(word) }
    }
  }

  /// The noun and verb at the beginning of a command.
  private static func topic(of words: [String]) -> [String] {
    let names = words.prefix { !$0.hasPrefix("-") }
    if let first = names.first, let second = names.dropFirst().first, CommandTable.command(first, second) != nil {
      return [first, second]
    }
    return Array(names.prefix(1))
  }

  private static func file(
    of verb: String, _ words: [String], _ options: inout Options
  ) throws(Problem) -> (path: String, arguments: [String]) {
    var words = words[...]
    try takeOptions(&words, &options)
    guard let path = words.first else {
      throw Problem(message: "'\(verb)' needs a file", remedy: "hydra \(verb) FILE.hydra")
    }
    if path.hasPrefix("-"), path != "-" { throw unknown(path) }
    return (path, try scriptArguments(words.dropFirst()))
  }

  /// What stands behind a script is for the script. The tool's own options there would go unheard, so they are refused
  /// unless `--` says that the script is meant.
  private static func scriptArguments(_ words: ArraySlice<String>) throws(Problem) -> [String] {
    let own = words.prefix { $0 != "--" }
    let options = CommandTable.globalOptions.map(\.name) + ["--no-init", "--strict"]
    if let word = own.first(where: { options.contains(String($0.prefix { $0 != "=" })) }) {
      throw Problem(
        message: "'\(word)' comes after the script, where it is an argument of the script",
        remedy: "write it before the script, or after '--' to pass it on")
    }
    return Array(own) + words.dropFirst(own.count + 1)
  }

  private static func files(
    of verb: String, _ words: [String], flags: [String], _ options: inout Options
  ) throws(Problem) -> (paths: [String], flags: Set<String>) {
    var paths: [String] = []
    var given: Set<String> = []
    var rest = words[...]
    while true {
      try takeOptions(&rest, &options)
      guard let word = rest.popFirst() else { break }
      if flags.contains(word) {
        given.insert(word)
      } else if word.hasPrefix("-"), word != "-" {
        throw unknown(word, among: flags)
      } else {
        paths.append(word)
      }
    }
    guard !paths.isEmpty else {
      throw Problem(message: "'\(verb)' needs a file", remedy: "hydra \(verb) FILE.hydra…")
    }
    return (paths, given)
  }

  /// Takes the options of `simulate`, and global ones, from the front of `words`.
  private static func takeOptions(
    _ words: inout ArraySlice<String>, _ options: inout Options, of request: inout SimulateRun.Request
  ) throws(Problem) {
    while true {
      try takeOptions(&words, &options)
      guard let word = words.first else { return }
      let name = String(word.prefix { $0 != "=" })
      guard name == "--seeds" || name == "--faults" else { return }
      let value = try value(of: name, &words)
      if name == "--faults" {
        guard let level = SimulateRun.FaultLevel(rawValue: value) else {
          let levels = SimulateRun.FaultLevel.allCases.map(\.rawValue).joined(separator: ", ")
          throw Problem(message: "'\(value)' is not a level of faults, expected one of \(levels)")
        }
        request.faults = level
      } else {
        guard let count = UInt64(value), (1...1_000_000_000).contains(count) else {
          throw Problem(message: "'\(value)' is not a number of seeds, expected an integer from 1 to 1000000000")
        }
        request.seeds = count
      }
    }
  }

  /// The value of the option `name`, which is the first of `words`; takes both.
  private static func value(of name: String, _ words: inout ArraySlice<String>) throws(Problem) -> String {
    guard let word = words.popFirst() else { throw Problem(message: "'\(name)' needs a value") }
    if name.count < word.count { return String(word.dropFirst(name.count + 1)) }
    guard let next = words.popFirst() else { throw Problem(message: "'\(name)' needs a value") }
    return next
  }

  // MARK: Global options

  /// Takes global options from the front of `words`.
  private static func takeOptions(_ words: inout ArraySlice<String>, _ options: inout Options) throws(Problem) {
    while let word = words.first {
      let name = String(word.prefix { $0 != "=" })
      switch word {
      case "--wide": options.wide = true
      case "--no-color": options.noColor = true
      case "--quiet": options.quiet = true
      case "--no-init": options.noInit = true
      case "--strict": options.strict = true
      default:
        guard ["--cluster", "--output", "--seed"].contains(name) else { return }
        let value = try value(of: name, &words)
        switch name {
        case "--cluster": options.cluster = value
        case "--output": options.output = try form(value)
        default: options.seed = try seed(value)
        }
        continue
      }
      words = words.dropFirst()
    }
  }

  private static func seed(_ value: String) throws(Problem) -> UInt64 {
    guard let seed = UInt64(value) else {
      throw Problem(
        message: "'\(value)' is not a seed, expected an integer from 0 to \(UInt64.max)",
        remedy: "a failure of a script that used random values names its seed")
    }
    return seed
  }

  private static func form(_ value: String) throws(Problem) -> String {
    guard case .choice(let forms) = CommandTable.globalOptions.first(where: { $0.name == "--output" })?.type else {
      return value
    }
    guard forms.contains(value) else {
      let near = EditDistance.nearest(to: value, among: forms)
      throw Problem(
        message: "'\(value)' is not an output format, expected one of \(forms.joined(separator: ", "))",
        remedy: near.map { "did you mean '\($0)'?" })
    }
    return value
  }

  private static func unknown(_ word: String, among more: [String] = []) -> Problem {
    let known =
      CommandTable.globalOptions.map(\.name) + ["--version", "--help", "--no-init", "--seed", "--strict"] + more
    let near = EditDistance.nearest(to: word, among: known)
    return Problem(
      message: "unknown option '\(word)'", remedy: near.map { "did you mean '\($0)'?" } ?? "see hydra --help")
  }
}
