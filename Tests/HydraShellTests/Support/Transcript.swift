import FoundationEssentials

/// A file of commands and what they answered:
///
/// ```
/// # a comment
/// @ cluster test 3             a cluster of three nodes
/// @ in-process                only in process from here on, '@ anywhere' ends it
/// @ file demo.hydra            a file; its text follows, each line behind '| '
/// | node list
/// $ hydra run demo.hydra       what is typed; 'single quotes' keep blanks
/// < node list                  standard input, when there is any
/// NODE    STATE                standard output
/// ! error: …                   standard error
/// ? 1                          the exit status, always
/// ```
struct Transcript {
  enum Item {
    /// Kept as it stands: comments, blank lines.
    case text(String)
    case setting([String])
    case file(name: String, lines: [String])
    case command(Command)
  }

  struct Command {
    var line: String
    var input: [String] = []
    var output: [String] = []
    var error: [String] = []
    var status: Int32 = 0
  }

  var items: [Item] = []

  init(_ text: String) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    var open: Command?
    for line in lines {
      if var command = open {
        if let status = Self.rest(line, "? ") {
          command.status = Int32(status) ?? -1
          items.append(.command(command))
          open = nil
        } else {
          if let text = Self.rest(line, "< ") {
            command.input.append(text)
          } else if let text = Self.rest(line, "! ") ?? (line == "!" ? "" : nil) {
            command.error.append(text)
          } else {
            command.output.append(line)
          }
          open = command
        }
      } else if let typed = Self.rest(line, "$ ") {
        open = Command(line: typed)
      } else if let text = Self.rest(line, "| ") ?? (line == "|" ? "" : nil),
        case .file(let name, let lines)? = items.last
      {
        items[items.count - 1] = .file(name: name, lines: lines + [text])
      } else if let name = Self.rest(line, "@ file ") {
        items.append(.file(name: name, lines: []))
      } else if let setting = Self.rest(line, "@ ") {
        items.append(.setting(setting.split(separator: " ").map(String.init)))
      } else {
        items.append(.text(line))
      }
    }
    if let open { items.append(.command(open)) }
  }

  /// The file again.
  var text: String {
    items.map { item in
      switch item {
      case .text(let line): return line + "\n"
      case .setting(let words): return "@ " + words.joined(separator: " ") + "\n"
      case .file(let name, let lines):
        return "@ file \(name)\n" + lines.map { $0.isEmpty ? "|\n" : "| \($0)\n" }.joined()
      case .command(let command):
        return "$ \(command.line)\n" + command.input.map { "< \($0)\n" }.joined()
          + command.output.map { $0 + "\n" }.joined()
          + command.error.map { $0.isEmpty ? "!\n" : "! \($0)\n" }.joined() + "? \(command.status)\n"
      }
    }.joined()
  }

  /// The words of a typed line; blanks separate, single quotes keep them.
  static func words(_ line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var isQuoted = false
    for character in line {
      switch character {
      case "'":
        isQuoted.toggle()
        word = word ?? ""
      case " " where !isQuoted:
        if let whole = word { words.append(whole) }
        word = nil
      default: word = (word ?? "") + String(character)
      }
    }
    if let word { words.append(word) }
    return words
  }

  private static func rest(_ line: String, _ prefix: String) -> String? {
    line.hasPrefix(prefix) ? String(line.dropFirst(prefix.count)) : nil
  }
}
