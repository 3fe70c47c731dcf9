import HydraDiagnostics
import HydraLanguage
import HydraRuntime
import LineEditor

/// What the editor asks of the language while a line is typed: the language says what may come, the cluster which names
/// there are.
struct Assistance: Sendable {
  let session: Session
  let names: LiveNames

  var forEditor: LineAssistance {
    LineAssistance(
      isComplete: Self.isComplete,
      complete: { _, before in await complete(before) },
      hint: { text in await hint(text) })
  }

  /// Whether the text can be run, rightly or not: only an unfinished one goes on.
  static func isComplete(_ text: String) -> Bool {
    var sources = SourceMap()
    let file = sources.add(name: "input", origin: .prompt, text: text)
    return Parser.parse(file).incomplete == nil
  }

  private func complete(_ before: String) async -> Completions {
    let completion = await session.complete(before)
    var candidates = completion.candidates.map {
      Candidate($0.text, description: $0.description, isWhole: $0.suffix == " ")
    }
    candidates += await live(completion).map {
      Candidate($0.text, description: $0.description, isWhole: !$0.text.hasSuffix("/"))
    }
    // Without a candidate the usage still tells what is expected here.
    let note = candidates.isEmpty ? completion.usage.map { "usage: \($0)" } : nil
    return Completions(
      replacing: completion.prefix.unicodeScalars.count, candidates: candidates, note: note)
  }

  private func hint(_ text: String) async -> String? {
    let completion = await session.complete(text)
    // Inside a quotation nothing is expected; in a path or URL a '?' is a character like any other.
    guard completion.usage != nil || !completion.items.isEmpty, !completion.prefix.contains("/") else { return nil }
    var help = completion.help
    if help.hasSuffix("\n") { help.removeLast() }
    let names = await live(completion).map { "\($0.text) (\($0.description))" }
    if !names.isEmpty {
      help += "\n  now: " + names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : "")
    }
    return help
  }

  /// Names of the cluster that fit what is typed, without those that are given already.
  private func live(_ completion: Completion) async -> [LiveNames.Name] {
    var found: [LiveNames.Name] = []
    for source in completion.sources {
      found += await names.names(for: source, of: completion.cluster, prefix: completion.prefix)
    }
    return found.filter { $0.text.hasPrefix(completion.prefix) && !completion.given.contains($0.text) }
  }
}
