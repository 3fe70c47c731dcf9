import HydraDiagnostics

extension SecretText {
  /// `text` with each secret that has a name replaced by a look at an environment variable, so that it can be kept and, with
  /// the variable set, be run again: `--env PASSWORD=x` becomes `--env "PASSWORD=${env(PASSWORD)}"`. Values of `--env`
  /// whose name does not look secret stay. Nil where a secret can't be replaced safely; such a text must not be kept.
  public static func redacted(_ text: String) -> String? {
    var bytes = Array(text.utf8)
    for finding in findings(in: bytes, onlyNamed: true).reversed() {
      guard standsAlone(finding, in: bytes), let replacement = replacement(for: finding) else { return nil }
      bytes.replaceSubrange(finding.word, with: replacement.utf8)
    }
    // What is left must hold none; a secret can be quoted and joined in more ways than are foreseen.
    let result = String(decoding: bytes, as: UTF8.self)
    return findings(in: bytes, onlyNamed: true).isEmpty ? result : nil
  }

  /// Whether `finding` is a whole word or quoted text, and not a part of a longer quotation.
  private static func standsAlone(_ finding: Finding, in bytes: [UInt8]) -> Bool {
    guard finding.place == .pair else { return true }
    let quotes = bytes[..<finding.word.lowerBound].count { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }
    let next = finding.word.upperBound < bytes.count ? bytes[finding.word.upperBound] : 0x20
    return quotes.isMultiple(of: 2) && [0x20, 0x09, 0x0A, UInt8(ascii: ";"), UInt8(ascii: "}")].contains(next)
  }

  private static func replacement(for finding: Finding) -> String? {
    let name = String(finding.name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    guard Lexeme.isIdentifier(name) else { return nil }
    switch finding.place {
    case .option: return "${env(HYDRA_\(name))}"
    case .pair: return "\"\(finding.name)=${env(\(name))}\""
    case .expression: return "env(\(name))"
    case .elsewhere: return nil
    }
  }
}
