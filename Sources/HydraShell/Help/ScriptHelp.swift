import HydraDiagnostics
import HydraLanguage

/// The help of a script: `hydra FILE.hydra --help`, `hydra help FILE.hydra`. It comes from the script's first comment and its `args`.
extension HelpText {
  /// The page on the script at `path`.
  func page(ofScript path: String, _ script: ScriptDescription) -> String {
    let arguments = script.arguments
    let usage = arguments.map(\.usage) ?? "[ARGS…]"
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let summary = script.comment.first ?? ""
    // Many a comment begins with the script's own name.
    var text = summary.hasPrefix(name) ? "\(summary)\n" : summary.isEmpty ? "\(name)\n" : "\(name): \(summary)\n"
    for line in script.comment.dropFirst() { text += line.isEmpty ? "\n" : "  \(line)\n" }
    text += "\n\(title("USAGE"))\n  hydra \(path)\(usage.isEmpty ? "" : " " + usage)\n"
    let all = arguments?.parameters ?? []
    let plain = all.filter { !$0.isOption }
    let options = all.filter(\.isOption)
    if !plain.isEmpty { text += "\n\(title("ARGUMENTS"))\n" + parameters(plain) }
    if !options.isEmpty { text += "\n\(title("OPTIONS"))\n" + parameters(options) }
    return text
  }

  /// Whether the words for a script ask for its help.
  static func isAskedFor(in arguments: [String]) -> Bool {
    arguments.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" }
  }
}

extension ScriptDescription {
  /// The description of the text `bytes`.
  init(bytes: [UInt8], name: String) {
    var sources = SourceMap()
    self.init(sources.add(name: name, bytes: bytes))
  }
}
