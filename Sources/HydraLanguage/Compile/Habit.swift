/// What people type who come from other tools and languages, and what to write here. Data: one line for each habit.
enum Habit {
  /// First words that are no command.
  private static let commands: [String: String] = [
    "echo": "write 'print'", "printf": "write 'print'", "puts": "write 'print'", "console": "write 'print'",
    "ls": "write 'state', 'node list' or 'service list'", "ps": "write 'state', 'node list' or 'service list'",
    "list": "write 'node list', 'service list' or 'cluster list'", "show": "write 'state', or 'node inspect NODE'",
    "get": "write 'state', or 'node list'", "status": "write 'state'", "top": "write 'watch --live'",
    "rm": "write 'node remove', 'service remove' or 'cluster destroy'",
    "delete": "write 'node remove', 'service remove' or 'cluster destroy'",
    "remove": "write 'node remove' or 'service remove'", "destroy": "write 'cluster destroy NAME'",
    "create": "write 'cluster start', 'node add' or 'service add'", "add": "write 'node add' or 'service add'",
    "start": "write 'cluster start NAME' or 'node start NODE'", "up": "write 'cluster start NAME'",
    "down": "write 'cluster destroy NAME'", "stop": "write 'node kill NODE' or 'cluster destroy NAME'",
    "kill": "write 'node kill NODE'", "run": "write 'service add'", "deploy": "write 'service add'",
    "use": "write 'cluster use NAME'", "connect": "write 'cluster connect URL'", "move": "write 'migrate SERVICE'",
    "elif": "write 'else if' on the line of the closing '}'", "elsif": "write 'else if' on the line of the closing '}'",
    "elseif": "write 'else if' on the line of the closing '}'", "var": "write 'let name = value'",
    "const": "write 'let name = value'", "local": "write 'let name = value'", "export": "write 'let name = value'",
    "function": "write 'def name(parameters) { … }'", "func": "write 'def name(parameters) { … }'",
    "fn": "write 'def name(parameters) { … }'", "foreach": "write 'for x in list { … }'",
    "loop": "write 'while true { … }' or 'repeat N { … }'", "until": "write 'wait until … within 10s'",
    "assert": "write 'expect'", "import": "write 'include FILE'", "require": "write 'include FILE'",
    "throw": "write 'fail \"why\"'", "raise": "write 'fail \"why\"'", "die": "write 'fail \"why\"'",
    "finally": "write 'defer { … }' before what it is for", "except": "write 'catch' on the line of the closing '}'",
    "man": "write 'help'", "logout": "write 'exit'", "bye": "write 'exit'",
    "nodes": "write 'node list', or 'print nodes()'",
    "services": "write 'service list', or 'print services()'",
    "clusters": "write 'cluster list', or 'print clusters()'",
  ]

  /// Words that come between the parts of a statement in other languages.
  private static let connectors: [String: String] = [
    "elif": "else if", "elsif": "else if", "elseif": "else if", "except": "catch", "rescue": "catch", "then": "{ … }",
    "do": "{ … }",
  ]

  /// Verbs of other tools, with ours.
  private static let verbs: [String: [String]] = [
    "create": ["add", "start"], "new": ["add", "start"], "make": ["add", "start"], "run": ["add", "start"],
    "deploy": ["add"], "up": ["start"], "delete": ["remove", "destroy"], "rm": ["remove", "destroy"],
    "del": ["remove", "destroy"], "down": ["destroy", "kill"], "stop": ["kill", "destroy"], "ls": ["list"],
    "ps": ["list"], "show": ["inspect"], "get": ["inspect"], "describe": ["inspect"], "info": ["inspect"],
    "status": ["inspect"], "select": ["use"], "switch": ["use"], "join": ["add"],
  ]

  /// Names of values in other languages.
  private static let variables: [String: String] = [
    "None": "write 'null'", "nil": "write 'null'", "NULL": "write 'null'", "undefined": "write 'null'",
    "True": "write 'true'", "TRUE": "write 'true'", "False": "write 'false'", "FALSE": "write 'false'",
    "yes": "write 'true', or quote it to mean the text", "no": "write 'false', or quote it to mean the text",
  ]

  /// What to write instead of a command with these words, whose first is no command; `isVariable` says of a name whether it
  /// is a variable.
  static func remedy(forCommand words: [String?], isVariable: (String) -> Bool) -> String? {
    guard let first = words[0] else { return nil }
    let second = words.count > 1 ? words[1] : nil
    if let assignment = assignment(first, second, words, isVariable) { return assignment }
    if let second, let noun = noun(second), let verb = verb(first, of: noun) { return "write '\(noun) \(verb)'" }
    return commands[first]
  }

  /// What to write instead of the statement that begins with `word` and has a block.
  static func remedy(forStatement word: String) -> String? { commands[word] }

  /// What to write instead of `word` in the middle of a statement.
  static func instead(ofConnector word: String) -> String? { connectors[word] }

  /// What to write instead of the verb `word` of `noun`.
  static func remedy(forVerb word: String, of noun: String) -> String? {
    verbs[word] == nil ? nil : verb(word, of: noun).map { "write '\(noun) \($0)'" }
  }

  /// What to write instead of the variable `name`, of which there is none.
  static func remedy(forVariable name: String) -> String? {
    if let known = variables[name] { return known }
    if let function = FunctionTable.function(name), function.arity.contains(0) { return "write '\(name)()'" }
    // Environment variables are the ones in capitals.
    let isEnvironment = name.utf8.count > 1 && name.utf8.allSatisfy { !(0x61...0x7A).contains($0) }
    return isEnvironment ? "write 'env(\(name))' for the environment variable" : nil
  }

  /// `x = 3`, `x=3`, `x += 1`.
  private static func assignment(
    _ first: String, _ second: String?, _ words: [String?], _ isVariable: (String) -> Bool
  ) -> String? {
    let parts = first.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    var name = first
    var op = second ?? ""
    if first.hasSuffix("++") || first.hasSuffix("--") {
      name = String(first.dropLast(2))
      op = String(first.suffix(2))
    }
    if parts.count == 2 { (name, op) = (parts[0], "=") }
    guard Lexeme.isIdentifier(name) else { return nil }
    switch op {
    case "=": return isVariable(name) ? "write 'set \(name) = …'" : "write 'let \(name) = …'"
    case "+=", "-=", "*=", "/=", "%=":
      let value = words.count > 2 ? words[2] ?? "…" : "…"
      return "write 'set \(name) = \(name) \(op.dropLast()) \(value)'"
    case "++", "--": return "write 'set \(name) = \(name) \(op.dropLast()) 1'"
    default: return nil
    }
  }

  private static func noun(_ word: String) -> String? {
    if CommandTable.hasVerbs(word) { return word }
    let one = String(word.dropLast())
    return word.hasSuffix("s") && CommandTable.hasVerbs(one) ? one : nil
  }

  private static func verb(_ word: String, of noun: String) -> String? {
    let known = CommandTable.verbs(of: noun)
    return known.contains(word) ? word : verbs[word]?.first(where: known.contains)
  }
}
