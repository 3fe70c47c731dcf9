/// The one table of commands. Parsing, checking, completion, help, the man page and the shell-completion scripts read it
/// and nothing else; a new command is one entry here, one ``CommandID`` and one operation of the runtime.
public enum CommandTable {
  /// All commands, in the order that help shows them.
  public static let commands: [CommandSpec] =
    clusterCommands + nodeCommands + serviceCommands + generalCommands
    + shellCommands

  /// Options that every command takes.
  public static let globalOptions: [ParameterSpec] = [
    .option(.cluster, .name, "cluster to use (default: the current one, or the only one)", completion: .clusters),
    .option(.output, .choice(["table", "json", "yaml", "names"]), "output format"),
    .option(.wide, .flag, "do not shorten tables to the width of the terminal"),
    .option(.noColor, .flag, "disable colour"),
    .option(.quiet, .flag, "show neither progress nor confirmations"),
  ]

  private static let optionNames = Set((globalOptions + commands.flatMap(\.options)).map(\.name))
  /// Whether some command has the option `name` (with its dashes).
  static func isOption(_ name: String) -> Bool { optionNames.contains(name) }

  /// Names of the options that take an expression, each of them of some command.
  static let expressionOptions: [[UInt8]] = commands.flatMap(\.options).filter { $0.takesExpression }
    .map { Array($0.name.utf8) }

  /// First words, in order, each once.
  public static let nouns: [String] = {
    var seen: [String] = []
    for command in commands where !seen.contains(command.noun) { seen.append(command.noun) }
    return seen
  }()

  private static let byNoun = Dictionary(grouping: commands, by: \.noun)
  private static let byID = Dictionary(commands.map { ($0.id, $0) }) { first, _ in first }

  /// The commands that begin with `noun`: one of one word, or all that have a verb.
  static func commands(of noun: String) -> [CommandSpec] { byNoun[noun] ?? [] }
  /// The command of one word `noun`.
  public static func command(_ noun: String) -> CommandSpec? { commands(of: noun).first { $0.verb == nil } }
  /// The command `noun verb`.
  public static func command(_ noun: String, _ verb: String) -> CommandSpec? {
    commands(of: noun).first { $0.verb == verb }
  }
  /// The entry of an operation.
  public static func command(_ id: CommandID) -> CommandSpec? { byID[id] }
  /// Whether commands of two words begin with `noun`.
  public static func hasVerbs(_ noun: String) -> Bool { commands(of: noun).contains { $0.verb != nil } }
  /// The verbs of a noun; empty for a command of one word or an unknown noun.
  public static func verbs(of noun: String) -> [String] { commands(of: noun).compactMap(\.verb) }

  /// The summary of each noun in `help`.
  public static func summary(ofNoun noun: String) -> String {
    switch noun {
    case "cluster": "start, destroy and select clusters"
    case "node": "add, remove and break nodes"
    case "service": "deploy and remove services"
    default: command(noun)?.summary ?? ""
    }
  }
}
