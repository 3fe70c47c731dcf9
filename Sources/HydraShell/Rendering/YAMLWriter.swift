import HydraDiagnostics
import HydraLanguage

/// Writes YAML 1.2 in block style. A package would bring a parser with its C library, and the cost of full Foundation at
/// each start. The tests read the result with a real parser.
struct YAMLWriter {
  private var out = ""

  /// `value` as a document, ended by a line feed. Durations, sizes and ranges as in JSON.
  static func write(_ value: Value) -> String {
    var writer = YAMLWriter()
    if let scalar = scalar(value) { return scalar + "\n" }
    writer.block(value, indent: 0)
    return writer.out
  }

  /// Appends a collection that is not empty, at the beginning of a line whose indent is already written for its first item.
  private mutating func block(_ value: Value, indent: Int) {
    let margin = String(repeating: " ", count: indent)
    switch value {
    case .list(let items):
      for (index, item) in items.enumerated() {
        out += (index == 0 ? "" : margin) + "- "
        if let scalar = Self.scalar(item) { out += scalar + "\n" } else { block(item, indent: indent + 2) }
      }
    case .record(let record):
      for (index, (key, item)) in zip(record.keys, record.values).enumerated() {
        out += (index == 0 ? "" : margin) + Self.text(key) + ":"
        if let scalar = Self.scalar(item) {
          out += " " + scalar + "\n"
        } else {
          out += "\n" + margin + "  "
          block(item, indent: indent + 2)
        }
      }
    default: break
    }
  }

  /// A value that takes one line; nil for a collection with items.
  private static func scalar(_ value: Value) -> String? {
    switch value {
    case .string(let text): self.text(text)
    case .float(let number): number.isFinite ? String(number) : "null"
    case .list(let items): items.isEmpty ? "[]" : nil
    case .record(let record): record.count == 0 ? "{}" : nil
    case .null, .bool, .int, .size, .duration, .time, .range: value.json()
    }
  }

  /// Plain if every reader takes it for exactly this text, otherwise quoted as in JSON, which is valid YAML.
  private static func text(_ value: String) -> String {
    let isPlain =
      value.first.map { $0.isASCII && ($0.isLetter || $0 == "/") } == true
      && value.utf8.allSatisfy { byte in
        byte >= 0x30 && byte <= 0x3A || byte >= 0x41 && byte <= 0x5A || byte >= 0x61 && byte <= 0x7A
          || "-_./".utf8.contains(byte)
      }
      && value.last != ":" && !reserved.contains(value.lowercased())
    return isPlain ? value : JSONText.yamlString(value)
  }

  /// Words that some version of YAML does not read as text.
  private static let reserved: Set<String> = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
}
