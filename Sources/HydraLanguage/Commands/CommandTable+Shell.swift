extension CommandTable {
  /// Commands of the shell itself. In a script they are errors, found by checking.
  static let shellCommands: [CommandSpec] = [
    CommandSpec(
      .history, "list what was typed, newest last",
      arguments: [.argument(.n, .int(1...100_000), "only the last N entries", required: false)],
      examples: ["history", "history 20"]),
    CommandSpec(
      .save, "write what was typed in this session to a script",
      details: """
        Commands that failed are left out. Passwords and tokens are replaced by environment variables; if the script still \
        holds values of --env, only its owner can read it. An existing file is replaced only with --force.
        """,
      arguments: [.argument(.file, .path, "script to write", completion: .files)],
      options: [.option(.force, .flag, "replace an existing file")],
      examples: ["save drill.hydra", "save drill.hydra --force"]),
    CommandSpec(
      .source, "run a script in this session",
      details: """
        Its variables and definitions remain. It is checked as a whole first, and runs after the rest of the line.
        """,
      arguments: [.argument(.file, .path, "script to run", completion: .files)],
      examples: ["source library.hydra"]),
    CommandSpec(
      .time, "run the rest of the line and show how long it took",
      arguments: [.argument(.command, .any, "command to run", required: false, repeated: true)],
      examples: ["time node add"]),
    CommandSpec(
      .exit, "leave the shell, or end the script",
      details: """
        In a script, deferred blocks run first, and no 'catch' prevents it. The tool exits with this status.
        """,
      arguments: [.argument(.status, .int(0...255), "exit status (default 0)", required: false)],
      examples: ["exit", "exit 3"]),
    CommandSpec(
      .quit, "leave the shell",
      arguments: [.argument(.status, .int(0...255), "exit status (default 0)", required: false)],
      examples: ["quit"]),
  ]
}
