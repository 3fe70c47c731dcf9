import HydraDiagnostics
import HydraLanguage
import LineEditor

/// What the editor asks of the language while a line is typed.
struct Assistance: Sendable {
  let names: LiveNames

  var forEditor: LineAssistance {
    LineAssistance(isComplete: Self.isComplete)
  }

  /// Whether the text can be run, rightly or not: only an unfinished one goes on.
  static func isComplete(_ text: String) -> Bool {
    var sources = SourceMap()
    let file = sources.add(name: "input", origin: .prompt, text: text)
    return Parser.parse(file).incomplete == nil
  }
}
