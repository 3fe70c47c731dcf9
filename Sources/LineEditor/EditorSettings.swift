import Glibc

/// The lines of `~/.editrc`. They are read here and applied one by one: libedit itself stops at the first line that it
/// does not understand, takes the return of a CR LF for part of a word, and complains on the terminal.
struct EditorSettings {
  /// One setting.
  struct Line {
    /// The line, trimmed.
    let text: String
    /// Whether it is for the programs that it names: `hydra:bind -v`.
    let namesProgram: Bool
    private let command: String
    private let arguments: [Substring]

    init(_ text: String) {
      self.text = text
      let words = text.split { $0 == " " || $0 == "\t" }
      let first = words.first ?? ""
      let colon = first.firstIndex(of: ":")
      namesProgram = colon != nil
      command = String(colon.map { first[first.index(after: $0)...] } ?? first)
      arguments = Array(words.dropFirst())
    }

    /// Whether it turns editing on or off. Off for everything that uses libedit is not meant for a shell that is built on
    /// editing; `hydra:edit off` is.
    var turnsEditing: Bool { command == "edit" }

    /// Whether it chooses between vi and emacs, and so resets every key.
    var choosesEditor: Bool { command == "bind" && arguments.contains { $0 == "-e" || $0 == "-v" } }

    /// Whether it binds the prompt of libedit's own, which swallows what is typed next.
    var bindsPrompt: Bool { arguments.contains { $0.contains("ed-command") } }
  }

  let lines: [Line]

  /// The settings in the file at `path`; none without a file that can be read.
  init(path: String?) {
    lines =
      path.map(Self.read)?.split { $0.isNewline }.compactMap { line in
        let trimmed = line.drop { $0.isWhitespace }
        return trimmed.isEmpty || trimmed.hasPrefix("#") ? nil : Line(String(trimmed))
      } ?? []
  }

  private static func read(_ path: String) -> String {
    guard let file = fopen(path, "re") else { return "" }
    defer { fclose(file) }
    var status = stat()
    guard fstat(fileno(file), &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return "" }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += chunk[..<count]
    }
  }
}
