import HydraDiagnostics
import HydraLanguage
import HydraRuntime
import LineEditor

/// What the editor offers while a line is typed: the language knows what may come next, the cluster which names
/// there are.
struct Assistance: Sendable {
  let session: Session
  let names: LiveNames

  var forEditor: LineAssistance {
    LineAssistance(
      isComplete: Self.isComplete,
      complete: { _, before in await complete(before) },
      isHintText: Completer.isPlainText,
      hint: { before in await hint(before) })
  }

  /// Whether the text is finished, with or without errors: only an unfinished one is continued on another line.
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
    // Without a candidate the usage still shows what is expected here.
    let note = candidates.isEmpty ? completion.usage.map { "usage: \($0)" } : nil
    return Completions(
      replacing: completion.prefix.unicodeScalars.count, candidates: candidates, note: note)
  }

  private func hint(_ before: String) async -> String? {
    let completion = await session.complete(before)
    var help = completion.help
    if help.hasSuffix("\n") { help.removeLast() }
    let names = await live(completion).map { "\($0.text) (\($0.description))" }
    if !names.isEmpty {
      help += "\n  now: " + names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : "")
    }
    return help
  }

  /// Names of the cluster that begin with what is typed, without those given already.
  private func live(_ completion: Completion) async -> [LiveNames.Name] {
    var found: [LiveNames.Name] = []
    for source in completion.sources {
      found += await names.names(
        for: source, of: completion.cluster, service: completion.service, prefix: completion.prefix)
    }
    return found.filter { $0.text.hasPrefix(completion.prefix) && !completion.given.contains($0.text) }
  }
}
