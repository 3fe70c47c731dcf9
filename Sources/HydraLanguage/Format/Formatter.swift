public import HydraDiagnostics

/// Writes a text in the one form: blocks indented by two blanks, one blank between words and around operators, at most one
/// empty line. Comments stay, what stands on one line stays on one line, and the meaning never changes.
public struct Formatter {
  /// What formatting gave.
  public struct Result: Sendable {
    /// The text in the one form; nil when it has errors.
    public var text: String?
    /// The errors of its form, in order.
    public var diagnostics: [Diagnostic]
  }

  let file: SourceFile
  let comments: [SourceRange]
  var out = ""
  var level = 0

  /// The text of `file` in the one form.
  public static func format(_ file: SourceFile) -> Result {
    let parsed = Parser.parse(file)
    guard !parsed.diagnostics.containsError else { return Result(text: nil, diagnostics: parsed.diagnostics) }
    var formatter = Formatter(file: file, comments: parsed.script.comments)
    formatter.lines(parsed.script.statements, from: 0, to: file.bytes.count)
    let text = formatter.out
    let bytes = Array(file.bytes.dropFirst(UTF8Check.markLength(in: file.bytes)))
    guard substance(bytes) == substance(Array(text.utf8)) else {
      let problem = Diagnostic(
        code: .init("internal"), message: "the formatter would change more than blanks, so nothing was changed",
        range: file.fullRange)
      return Result(text: nil, diagnostics: [problem])
    }
    return Result(text: text, diagnostics: [])
  }

  /// What formatting never adds, drops or moves: every byte but blanks, line ends, `;` and `\\`.
  private static func substance(_ bytes: [UInt8]) -> [UInt8] {
    bytes.filter { !" \t\r\n;\\".utf8.contains($0) }
  }

  private init(file: SourceFile, comments: [SourceRange]) {
    self.file = file
    self.comments = comments
  }

  // MARK: Lines

  /// Statements and comments between two offsets, each on a line of its own, but for statements that shared one.
  private mutating func lines(_ statements: [Statement], from start: Int, to end: Int) {
    var position = start
    var isFirst = true
    var last: Statement?
    for statement in statements {
      let next = Int(statement.range.start)
      gap(from: position, to: next, isFirst: &isFirst)
      if !isFirst, !hasLineEnd(position, next) {
        out += Self.separator(after: last)
      } else {
        startLine(isFirst: isFirst, afterGap: blankLine(before: next, from: position))
      }
      write(statement)
      position = Int(statement.range.end)
      isFirst = false
      last = statement
    }
    gap(from: position, to: end, isFirst: &isFirst)
    if level == 0, !out.isEmpty, !out.hasSuffix("\n") { out += "\n" }
  }

  /// The comments between two statements.
  private mutating func gap(from start: Int, to end: Int, isFirst: inout Bool) {
    var position = start
    for comment in comments where Int(comment.start) >= start && Int(comment.end) <= end {
      let text = trimmed(file.text(comment))
      if !hasLineEnd(position, Int(comment.start)), !(isFirst && level == 0) {
        out += "  " + text
      } else {
        startLine(isFirst: isFirst, afterGap: blankLine(before: Int(comment.start), from: position))
        out += text
      }
      position = Int(comment.end)
      isFirst = false
    }
  }

  private mutating func startLine(isFirst: Bool, afterGap: Bool) {
    if isFirst, level == 0, out.isEmpty { return }
    if !out.hasSuffix("\n") { out += "\n" }
    if afterGap, !isFirst { out += "\n" }
    out += String(repeating: "  ", count: level)
  }

  /// Whether an empty line stands directly before `offset`, counting from `start`.
  private func blankLine(before offset: Int, from start: Int) -> Bool {
    var from = start
    for comment in comments where Int(comment.start) >= start && Int(comment.end) <= offset { from = Int(comment.end) }
    return file.bytes[from..<max(from, offset)].count { $0 == 0x0A } > 1
  }

  private func hasLineEnd(_ start: Int, _ end: Int) -> Bool { file.bytes[start..<max(start, end)].contains(0x0A) }

  func trimmed(_ text: String) -> String {
    var bytes = Array(text.utf8)
    while let last = bytes.last, last == 0x20 || last == 0x09 || last == 0x0D { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: Blocks

  mutating func write(_ block: Block) {
    let start = Int(block.range.start)
    let end = Int(block.range.end)
    let hasComment = comments.contains { Int($0.start) >= start && Int($0.end) <= end }
    guard hasLineEnd(start, end) || hasComment else {
      out += "{ "
      for (index, statement) in block.statements.enumerated() {
        if index > 0 { out += Self.separator(after: block.statements[index - 1]) }
        write(statement)
      }
      out += block.statements.isEmpty ? "}" : " }"
      return
    }
    out += "{"
    level += 1
    lines(block.statements, from: start + 1, to: end - 1)
    level -= 1
    out += "\n" + String(repeating: "  ", count: level) + "}"
  }

  /// What separates a statement from the next one on its line.
  private static func separator(after statement: Statement?) -> String {
    if case .argument(let argument)? = statement?.kind, argument.hasComma { " " } else { "; " }
  }

  // MARK: Words

  /// The words of a command as they stand, one blank between them; joined lines stay joined lines.
  mutating func write(words: [Word]) {
    var previous: Word?
    for word in words {
      if let previous {
        if hasLineEnd(Int(previous.range.end), Int(word.range.start)) {
          out += " \\\n" + String(repeating: "  ", count: level + 1)
        } else if !previous.joinsNext {
          out += " "
        }
      }
      out += file.text(word.range)
      previous = word
    }
  }
}
