extension CommandTable {
  /// What is about the shell itself. In a script it is an error that checking finds.
  static let shellCommands: [CommandSpec] = [
    CommandSpec(
      .history, "show what was typed, the newest last",
      arguments: [.argument("N", .int(1...100_000), "only the last N entries", required: false)],
      examples: ["history", "history 20"]),
    CommandSpec(
      .save, "write what was typed in this session as a script",
      details: """
        What failed is left out, and so is what holds a secret. A file that is there already is replaced only with --force.
        """,
      arguments: [.argument("FILE", .path, "the script to write", completion: .files)],
      options: [.option("--force", .flag, "replace the file when there is one")],
      examples: ["save drill.hydra", "save drill.hydra --force"]),
    CommandSpec(
      .source, "run a script in this session",
      details: """
        Its variables and definitions stay. It is checked as a whole first, and runs when the rest of the line is done.
        """,
      arguments: [.argument("FILE", .path, "the script to run", completion: .files)],
      examples: ["source library.hydra"]),
    CommandSpec(
      .time, "run the rest of the line and tell how long it took",
      arguments: [.argument("COMMAND", .any, "what to run", required: false, repeated: true)],
      examples: ["time node add"]),
    CommandSpec(
      .exit, "leave the shell, or end the script",
      details: """
        In a script everything deferred runs first, and no 'catch' prevents it. The status is that of the tool.
        """,
      arguments: [.argument("STATUS", .int(0...255), "the exit status; 0 when it is left out", required: false)],
      examples: ["exit", "exit 3"]),
    CommandSpec(
      .quit, "leave the shell",
      arguments: [.argument("STATUS", .int(0...255), "the exit status; 0 when it is left out", required: false)],
      examples: ["quit"]),
  ]
}
