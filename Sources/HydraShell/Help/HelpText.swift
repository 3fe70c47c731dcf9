import HydraDiagnostics
import HydraLanguage

/// Help: generated from the tables of commands and functions, and the pages on the language.
struct HelpText {
  let paint: Paint

  /// The page on `topic`; nil if there is none.
  func page(_ topic: [String]) -> String? {
    switch topic.count {
    case 0: return overview
    case 1: return noun(topic[0]) ?? language(topic[0]) ?? mode(topic[0])
    default: return CommandTable.command(topic[0], topic[1]).map(command)
    }
  }

  /// Every first word of a topic, for completion and "did you mean".
  static var topics: [String] {
    CommandTable.nouns + LanguagePages.pages.map(\.name) + FunctionTable.functions.map(\.name)
      + CommandLineCompletion.modes.map(\.word)
  }

  /// The message for a missing page on `topic`.
  static func missing(_ topic: [String]) -> String {
    let near = nearest(to: topic).map { ", did you mean '\($0)'?" } ?? ", see 'help'"
    return "no help for '\(Shown.line(topic.joined(separator: " ")))'\(near)"
  }

  /// The topic that was probably meant.
  static func nearest(to topic: [String]) -> String? {
    if topic.count > 1, let noun = topic.first, !CommandTable.verbs(of: noun).isEmpty {
      return EditDistance.nearest(to: topic[1], among: CommandTable.verbs(of: noun)).map { "\(noun) \($0)" }
    }
    return topic.first.flatMap { EditDistance.nearest(to: $0, among: topics) }
  }

  /// The ways to start the tool.
  static let modes: [(form: String, summary: String)] = [
    (
      "hydra",
      "start a shell; without a terminal, run a script from standard input"
    ),
    (
      "hydra FILE.hydra [ARGS…]",
      "run a script (also: hydra run FILE)"
    ),
    (
      "hydra -c 'TEXT' [ARGS…]",
      "run commands given as a string"
    ),
    (
      "hydra NOUN VERB …",
      "run one command"
    ),
    (
      "hydra check [--json] FILE…",
      "report every error in scripts without running them"
    ),
    (
      "hydra plan FILE [ARGS…]",
      "show the calls a script would make, without making them (also: plan -c 'TEXT')"
    ),
    (
      "hydra simulate FILE [ARGS…]",
      "run a script in simulated clusters in which things go wrong (see: simulate --help)"
    ),
    (
      "hydra fmt [--check] FILE…",
      "format scripts in place; --check only lists those that need it"
    ),
    (
      "hydra completion SHELL",
      "print a completion script for bash, zsh or fish: source <(hydra completion bash)"
    ),
    (
      "hydra help [TOPIC]",
      "explain a command, a statement or a function"
    ),
  ]

  // MARK: Pages

  private var overview: String {
    var text = """
      hydra builds a container cluster on this machine, runs services on it, breaks it on purpose and reports what happened

      \(title("USAGE"))
      \(Self.modes.map { row($0.form, $0.summary, width: 27) }.joined())
      \(title("COMMANDS"))

      """
    for noun in CommandTable.nouns {
      let verbs = CommandTable.verbs(of: noun)
      text += row(noun, CommandTable.summary(ofNoun: noun), width: 10)
      if !verbs.isEmpty { text += row("", paint(verbs.joined(separator: ", "), .faint), width: 10) }
    }
    text += "\n\(title("GLOBAL OPTIONS"))\n" + parameters(CommandTable.globalOptions)
    text += "\n\(title("OPTIONS OF THE TOOL"))\n"
    text += Self.toolOptions.map { row($0.form, $0.summary, width: 18) }.joined()
    text += "\n\(title("TOPICS"))\n"
    text += LanguagePages.pages.map { row($0.name, $0.summary, width: 10) }.joined()
    text += """

      \(title("EXIT STATUS"))
        0 success   1 a command failed   2 invalid input, nothing was run   3 an expectation was not met
        4 the engine or the API is unreachable or refused access   130 interrupted

      """
    return text
  }

  private func noun(_ noun: String) -> String? {
    if let spec = CommandTable.command(noun) { return command(spec) }
    let verbs = CommandTable.verbs(of: noun)
    guard !verbs.isEmpty else { return nil }
    let specs = verbs.compactMap { CommandTable.command(noun, $0) }
    let width = (specs.map { $0.name.count }.max() ?? 0) + 1
    var text = "\(noun): \(CommandTable.summary(ofNoun: noun))\n\n\(title("COMMANDS"))\n"
    text += specs.map { row($0.name, $0.summary, width: width) }.joined()
    let examples = specs.compactMap(\.examples.first)
    text += "\n\(title("EXAMPLES"))\n" + examples.map { "  \($0)\n" }.joined()
    return text + "\nhelp \(noun) VERB shows the details of one\n"
  }

  /// A way to start the tool: `check`, `plan` and so on.
  private func mode(_ name: String) -> String? {
    Self.modes.first { $0.form.hasPrefix("hydra \(name) ") || $0.summary.contains("hydra \(name) ") }.map { mode in
      let details = name == "simulate" ? "\n" + Self.simulation + "\n" : ""
      return "\(mode.form)\n  \(mode.summary)\n\(details)\nhydra --help lists the options of the tool\n"
    }
  }

  /// What there is to know about `hydra simulate`.
  private static let simulation = """
    hydra simulate [--seeds N] [--seed S] [--faults none|some|many] FILE [ARGS…]

      Runs the script once for each seed, in virtual time, against simulated clusters that the control core of production
      decides about. What goes wrong follows from the seed: nodes, engines, the proxy, the store and the management node die,
      freeze or are cut off, calls fail or come to nothing, events are lost. The clusters that exist now are copied; none of
      them is touched. The exit status is that of the first seed that failed.

    OPTIONS
      --seeds N     how many seeds, from 1 on (default: 100)
      --seed S      one seed alone, with the output of the script and all that happened
      --faults F    how much goes wrong: none, some (default), many

      http(…) reaches the simulated proxies, whose services respond 200. Files are read; nothing is written, and no
      program is run.
    """

  private func command(_ spec: CommandSpec) -> String {
    var text = "\(spec.name): \(spec.summary)\n\n\(title("USAGE"))\n  \(spec.usage)\n"
    if !spec.details.isEmpty { text += "\n" + wrapped(spec.details) }
    let arguments = spec.arguments + (spec.rest.map { [$0] } ?? [])
    if !arguments.isEmpty { text += "\n\(title("ARGUMENTS"))\n" + parameters(arguments) }
    if !spec.options.isEmpty { text += "\n\(title("OPTIONS"))\n" + parameters(spec.options) }
    text += "\n\(title("GLOBAL OPTIONS"))\n" + parameters(CommandTable.globalOptions)
    if !spec.examples.isEmpty {
      text += "\n\(title("EXAMPLES"))\n" + spec.examples.map { "  \($0)\n" }.joined()
    }
    return text
  }

  private func language(_ topic: String) -> String? {
    if let page = LanguagePages.pages.first(where: { $0.name == topic || $0.words.contains(topic) }) {
      return "\(page.name): \(page.summary)\n\n\(page.text)"
    }
    return FunctionTable.function(topic).map { function in
      "\(function.usage)\n  \(function.summary)\n\nhelp functions lists them all\n"
    }
  }

  // MARK: Parts

  func title(_ text: String) -> String { paint(text, .strong) }

  func parameters(_ list: [ParameterSpec]) -> String {
    let forms = list.map(Self.form)
    let width = min((forms.map(DisplayWidth.of).max() ?? 0) + 1, 34)
    return zip(list, forms).map { parameter, form in
      let notes = Self.notes(on: parameter)
      let note = notes.isEmpty ? "" : paint(" (\(notes.joined(separator: "; ")))", .faint)
      return row(
        form, parameter.summary.isEmpty ? String(note.drop { $0 == " " }) : parameter.summary + note, width: width)
    }.joined()
  }

  /// An argument's name, or an option with the placeholder of its value.
  static func form(_ parameter: ParameterSpec) -> String {
    parameter.isOption && !parameter.isFlag ? "\(parameter.name) \(parameter.placeholder)" : parameter.name
  }

  /// The type and range of a parameter's value where its name does not tell, whether it is required, and its default; also
  /// for the manual page.
  static func notes(on parameter: ParameterSpec) -> [String] {
    var notes: [String] = []
    switch parameter.type {
    case .choice, .flag, .name, .string, .any: break
    default: notes.append(parameter.type.label)
    }
    if parameter.isOption, parameter.isRequired { notes.append("required") }
    if !parameter.isOption, !parameter.isRequired { notes.append("optional") }
    if parameter.isRepeated { notes.append("may be repeated") }
    if parameter.defaultValue != .null { notes.append("default \(parameter.defaultValue.text)") }
    return notes
  }

  /// Options of the tool itself, which precede everything else.
  static let toolOptions: [(form: String, summary: String)] = [
    ("--no-init", "start the shell without running ~/.config/hydra/init.hydra"),
    ("--strict", "treat warnings as errors"),
    ("--seed N", "seed of random values, to repeat a run (default: chosen at the start)"),
    ("--version", "print the version"),
    ("-h, --help", "show this help, or the help of the command in front of it"),
  ]

  private func row(_ name: String, _ text: String, width: Int) -> String {
    text.isEmpty
      ? "  \(name)\n"
      : "  " + name + String(repeating: " ", count: max(width - DisplayWidth.of(name), 0)) + "  " + text + "\n"
  }

  private func wrapped(_ text: String) -> String {
    var lines: [String] = [""]
    for word in text.split(whereSeparator: \.isWhitespace) {
      let line = lines[lines.count - 1]
      if DisplayWidth.of(line) + DisplayWidth.of(word) + 1 > 100 {
        lines.append(String(word))
      } else {
        lines[lines.count - 1] = line.isEmpty ? String(word) : "\(line) \(word)"
      }
    }
    return lines.map { "  \($0)\n" }.joined()
  }
}
