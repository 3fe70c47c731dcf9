import FoundationEssentials
import Glibc
import HydraDiagnostics
import HydraLanguage
import HydraModel
import HydraRuntime
import LineEditor
import Synchronization

/// What a shell remembers of its session, and what its commands request of it.
final class ShellRecord: ShellControl {
  /// What is done once the running input has ended.
  enum Request: Sendable {
    case source(String)
    case leave(Int32)
  }

  private struct State {
    var kept: History?
    var done: [String] = []
    var requests: [Request] = []
  }

  private let state = Mutex(State())
  /// What `~` stands for.
  private let home: String?

  init(home: String?) { self.home = home }

  private func expanded(_ path: String) -> String {
    guard let home, path.hasPrefix("~/") else { return path }
    return home + path.dropFirst()
  }

  /// From now on `history` shows the entries of `history`.
  func use(_ history: History) { state.withLock { $0.kept = history } }

  /// `text` was typed, and ran without a failure.
  func add(_ text: String) { state.withLock { $0.done.append(text) } }

  /// The requests since the last call, in order.
  func takeRequests() -> [Request] {
    state.withLock { state in
      defer { state.requests = [] }
      return state.requests
    }
  }

  var history: [String] { state.withLock { $0.kept }?.entries ?? [] }
  func source(_ path: String) { state.withLock { $0.requests.append(.source(expanded(path))) } }
  func leave(status: Int32) { state.withLock { $0.requests.append(.leave(status)) } }

  func save(to path: String, force: Bool) async throws -> String {
    let path = expanded(path)
    let typed = state.withLock { $0.done }
    let script = SavedScript(typed)
    guard !script.isEmpty else {
      throw HydraError(.failed, "no input of this session can be saved")
    }
    if !force, FileManager.default.fileExists(atPath: path) {
      throw HydraError(.conflict, "file '\(path)' already exists", remedy: "replace it with --force")
    }
    do throws(SourceLoadError) {
      try ScriptFiles.write(script.text, to: path, mode: script.isPrivate ? 0o600 : 0o666)
    } catch {
      throw HydraError(.failed, "can't write '\(path)': \(error.reason)")
    }
    let problems = script.problems
    let count = Plural.of(script.count, "input")
    guard problems > 0 else { return "saved \(count) to \(path)" }
    return "saved \(count) to \(path); it does not pass 'hydra check \(path)' yet"
  }
}

/// What was typed, as a script of its own.
struct SavedScript {
  /// The whole text, formatted.
  private(set) var text = "#!/usr/bin/env hydra\n"
  /// How many inputs are in it.
  private(set) var count = 0
  private var variables: Set<String> = []

  var isEmpty: Bool { count == 0 }

  init(_ inputs: [String]) {
    for input in inputs { add(input) }
    var sources = SourceMap()
    if let formatted = Formatter.format(sources.add(name: "saved", text: text)).text { text = formatted }
  }

  /// Whether it holds values of `--env`, which only its owner may read.
  var isPrivate: Bool { !SecretText.findings(in: Array(text.utf8)).isEmpty }

  /// The number of errors that checking finds: a session can do what a script can't, for example use definitions of
  /// `init.hydra`.
  var problems: Int {
    var sources = SourceMap()
    let file = sources.add(name: "saved", text: text)
    let found = Compiler.compile(file, sources: &sources, environment: .forScripts, loader: ScriptFiles()).diagnostics
    return found.count { $0.severity == .error }
  }

  private mutating func add(_ typed: String) {
    guard let input = SecretText.redacted(typed) else { return }
    var sources = SourceMap()
    let file = sources.add(name: "input", origin: .prompt, text: input)
    let statements = Parser.parse(file).script.statements
    guard !statements.contains(where: Self.isForShell) else { return }
    // At the prompt a second `let` is a new variable; in a script it is an error, and `set` has the same effect.
    var bytes = Array(input.utf8)
    for statement in statements.reversed() {
      guard case .letName(let name, _) = statement.kind, !variables.insert(name.text).inserted else { continue }
      let start = Int(statement.range.start)
      bytes.replaceSubrange(start..<start + 3, with: "set".utf8)
    }
    text += String(decoding: bytes, as: UTF8.self) + "\n"
    count += 1
  }

  private static func isForShell(_ statement: Statement) -> Bool {
    guard case .command(let node) = statement.kind else { return false }
    return node.words[0].literal.flatMap { CommandTable.command($0) }?.id.isForShell == true
  }
}
