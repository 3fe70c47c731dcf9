/// Writing JSON without Foundation, which start-up time does not need.
public enum JSONText {
  /// `text` as a JSON string, quotes included. Whatever ``Shown`` would make visible is written as a `\u` escape, so that a
  /// terminal does not obey it; beyond U+FFFF as two of them, as JSON wants it.
  public static func string(_ text: String) -> String {
    quoted(text) { scalar in String(scalar).utf16.map { "\\u" + hex(UInt32($0), digits: 4) }.joined() }
  }

  /// `text` as a double-quoted scalar of YAML 1.2 (section 5.7): as in JSON, but YAML does not join two escapes to one
  /// character and has `\U` instead.
  public static func yamlString(_ text: String) -> String {
    quoted(text) { $0.value > 0xFFFF ? "\\U" + hex($0.value, digits: 8) : "\\u" + hex($0.value, digits: 4) }
  }

  private static func quoted(_ text: String, _ escape: (Unicode.Scalar) -> String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      default: if Shown.isHidden(scalar) { out += escape(scalar) } else { out.unicodeScalars.append(scalar) }
      }
    }
    return out + "\""
  }

  private static func hex(_ value: UInt32, digits: Int) -> String {
    let hex = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - hex.count)) + hex
  }
}
