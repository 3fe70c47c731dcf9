/// Draws diagnostics for people:
///
/// ```
/// demo.hydra:3:6: error: unknown verb 'ad' of 'node'
///   3 | node ad --count 2
///     |      ^^
///     = did you mean 'add'?
/// ```
public struct DiagnosticRenderer: Sendable {
  /// The files that ranges refer to.
  public var sources: SourceMap
  /// Whether to colour with ANSI sequences.
  public var color: Bool
  /// Most columns of a source line that are shown; a longer line is cut around the carets.
  public static let maximumColumns = 160

  /// A renderer over `sources`.
  public init(_ sources: SourceMap, color: Bool = false) {
    self.sources = sources
    self.color = color
  }

  /// One diagnostic, each line ended by a line feed.
  public func render(_ diagnostic: Diagnostic) -> String {
    var secrets: [Int32: [Range<Int>]] = [:]
    return render(diagnostic, &secrets)
  }

  /// `secrets` keeps those of the files seen so far: a file is searched once, however many errors it has.
  private func render(_ diagnostic: Diagnostic, _ secrets: inout [Int32: [Range<Int>]]) -> String {
    let diagnostic = diagnostic.masked
    let style = diagnostic.severity == .error ? Style.error : .warning
    var out = header(diagnostic.range) + paint(diagnostic.severity.rawValue + ":", style)
    out += " " + paint(Shown.line(diagnostic.message), .strong) + "\n"
    let gutter = snippet(diagnostic.range, style: style, &secrets, into: &out)
    for note in diagnostic.notes {
      let place = note.range.flatMap { notePlace($0, seenFrom: diagnostic.range) }
      out += "\(gutter)= \(Shown.line(note.message))\(place.map { " (\($0))" } ?? "")\n"
    }
    if let remedy = diagnostic.remedy { out += "\(gutter)= \(paint(Shown.line(remedy), .remedy))\n" }
    return out
  }

  /// Most errors drawn for one text; the rest is counted.
  public static let maximumShown = 50

  /// All of them, in the order given, the last line saying how many were left out.
  public func render(_ diagnostics: [Diagnostic]) -> String {
    var secrets: [Int32: [Range<Int>]] = [:]
    var out = diagnostics.prefix(Self.maximumShown).map { render($0, &secrets) }.joined()
    if diagnostics.count > Self.maximumShown {
      out += "… and \(diagnostics.count - Self.maximumShown) more\n"
    }
    return out
  }

  /// Where a note's range is. What was typed has no name; its lines are worth telling apart when there are several.
  private func notePlace(_ range: SourceRange, seenFrom main: SourceRange?) -> String? {
    guard let file = sources.file(of: range) else { return nil }
    if file.origin == .file { return sources.place(range).map(Shown.line) }
    guard file.isMultiline, range.file == main?.file else { return nil }
    let position = file.position(of: Int(range.start))
    return "line \(position.line):\(position.column)"
  }

  private func header(_ range: SourceRange?) -> String {
    guard let range, let file = sources.file(of: range) else { return "" }
    switch file.origin {
    case .file: return paint(Shown.line(sources.place(range) ?? file.name), .strong) + ": "
    case .prompt, .commandLine: return ""
    }
  }

  /// Appends the source line and carets; returns the indentation of what follows.
  private func snippet(
    _ range: SourceRange?, style: Style, _ known: inout [Int32: [Range<Int>]], into out: inout String
  ) -> String {
    guard let range, let file = sources.file(of: range) else { return "  " }
    let line = file.line(around: Int(range.start))
    // A range that continues past the line end is underlined up to that end.
    let start = min(max(Int(range.start), line.lowerBound), line.upperBound)
    let end = min(max(Int(range.end), start), line.upperBound)
    let secrets = known[file.id] ?? sources.secrets(file.bytes)
    known[file.id] = secrets
    let before = Self.shown(file, line.lowerBound..<start, hiding: secrets)
    let marked = Self.shown(file, start..<end, hiding: secrets)
    let after = Self.shown(file, end..<line.upperBound, hiding: secrets)
    let cut = Self.cut(before: before, marked: marked, after: after)
    let bare = file.origin != .file && !file.isMultiline
    // All of what was just typed: nothing is gained by showing it again.
    if bare, (before + after).allSatisfy({ $0 == " " }) { return "  " }
    let number = bare ? "" : "\(file.position(of: Int(range.start)).line)"
    let left = bare ? "  " : "  \(number) | "
    let blank = bare ? "  " : "  " + String(repeating: " ", count: number.count) + " | "
    let carets = String(repeating: "^", count: max(1, DisplayWidth.of(cut.marked)))
    let pad = String(repeating: " ", count: DisplayWidth.of(cut.before))
    out += "\(left)\(cut.before)\(cut.marked)\(cut.after)\n"
    out += "\(blank)\(pad)\(paint(carets, style))\n"
    return bare ? "  " : "  " + String(repeating: " ", count: number.count + 1)
  }

  /// Source bytes as they may be sent to a terminal, each of `secrets` as one "…" however long it is.
  private static func shown(_ file: SourceFile, _ range: Range<Int>, hiding secrets: [Range<Int>]) -> String {
    var text = ""
    var next = range.lowerBound
    for secret in secrets where secret.overlaps(range) {
      let hidden = secret.clamped(to: range)
      text += Shown.source(String(decoding: file.bytes[next..<hidden.lowerBound], as: UTF8.self)) + "…"
      next = hidden.upperBound
    }
    return text + Shown.source(String(decoding: file.bytes[next..<range.upperBound], as: UTF8.self))
  }

  /// Keeps a long line within ``maximumColumns`` with the marked part in sight.
  private static func cut(before: String, marked: String, after: String) -> (
    before: String, marked: String, after: String
  ) {
    let width = DisplayWidth.of(before) + DisplayWidth.of(marked) + DisplayWidth.of(after)
    guard width > maximumColumns else { return (before, marked, after) }
    let third = maximumColumns / 3
    return (
      before.count > third ? "…" + String(before.suffix(third)) : before,
      marked.count > third ? String(marked.prefix(third)) + "…" : marked,
      after.count > third ? String(after.prefix(third)) + "…" : after
    )
  }

  private enum Style: String {
    case error = "\u{1B}[1;31m"
    case warning = "\u{1B}[1;33m"
    case strong = "\u{1B}[1m"
    case remedy = "\u{1B}[36m"
  }

  private func paint(_ text: String, _ style: Style) -> String {
    color ? style.rawValue + text + "\u{1B}[0m" : text
  }
}
