import FoundationEssentials
import TerminalTestSupport

/// A person at the terminal of the built tool, which is the session leader there, as a shell started by a window is.
struct Person {
  let terminal: PseudoTerminal
  let home: String
  private let running: RunningProcess

  /// The binary that `HYDRA_BIN` names, else the one built beside these tests.
  static var binary: String {
    let built = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "hydra")
    return ProcessInfo.processInfo.environment["HYDRA_BIN"] ?? built.path()
  }

  /// Variables for the tool: a home of its own, and no engine.
  static func environment(home: String) -> [String: String] {
    [
      "HOME": home, "XDG_STATE_HOME": "\(home)/state", "XDG_CONFIG_HOME": "\(home)/config", "TERM": "xterm",
      "DOCKER_HOST": "unix://\(home)/no-engine.sock", "HYDRA": binary, "PS1": "shell$ ",
    ]
  }

  /// Starts `command`, the tool if nothing else is said.
  init(_ command: String = "\"$HYDRA\"", environment: [String: String] = [:], rows: Int = 40) throws {
    home = FileManager.default.temporaryDirectory.appending(path: "hydra-person-\(UUID().uuidString)").path()
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    terminal = try PseudoTerminal(rows: rows, columns: 100)
    running = try RunningProcess(
      "/bin/sh",
      ["-c", "exec setsid --ctty --wait \(command) <\(terminal.path) >\(terminal.path) 2>\(terminal.path)"],
      environment: Self.environment(home: home).merging(environment) { $1 })
  }

  /// Waits until the last row is `line`.
  func lastLine(_ line: String) async throws {
    try await terminal.wait(for: "the last line '\(line)'") { $0.lines.last == line }
  }

  /// Waits until the input that ends with the row `line` was accepted, and runs.
  func runs(_ line: String) async throws {
    try await terminal.wait(for: "'\(line)' to run") { $0.lines.last == line && $0.cursor.column == 0 }
  }

  /// Types `text`, and waits until `answer` is somewhere on the screen above a last row that is `prompt`.
  func types(_ text: String, sees answer: String, then prompt: String) async throws {
    terminal.type(text)
    try await terminal.wait(for: "'\(answer)' and then '\(prompt)'") {
      $0.text.contains(answer) && $0.lines.last == prompt && $0.cursor.column >= prompt.count
    }
  }

  /// The exit status; 137 if the tool had to be killed.
  func status() async -> Int32 { await running.outcome(within: .seconds(20)).status }

  func remove() { try? FileManager.default.removeItem(atPath: home) }
}
