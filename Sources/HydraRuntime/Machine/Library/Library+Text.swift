import HydraDiagnostics
import HydraLanguage

/// Functions on strings.
extension Library {
  static func join(_ list: [Value], _ separator: String) throws(Problem) -> Value {
    var out = ""
    for (index, value) in list.enumerated() {
      if index > 0 { out += separator }
      out += value.text
      try Limits.check(text: out.utf8.count)
    }
    return .string(out)
  }

  static func split(_ text: String, _ separator: String) throws(Problem) -> Value {
    guard !separator.isEmpty else { return .list(text.map { .string(String($0)) }) }
    return .list(pieces(of: text, by: separator).map(Value.string))
  }

  /// By bytes: a separator is matched as it is written, not by canonical equivalence.
  static func pieces(of text: String, by separator: String) -> [String] {
    let bytes = Array(text.utf8)
    let mark = Array(separator.utf8)
    var found: [String] = []
    var start = 0
    var index = 0
    while index + mark.count <= bytes.count {
      if bytes[index] == mark[0], bytes[index..<(index + mark.count)].elementsEqual(mark) {
        found.append(String(decoding: bytes[start..<index], as: UTF8.self))
        index += mark.count
        start = index
      } else {
        index += 1
      }
    }
    found.append(String(decoding: bytes[start...], as: UTF8.self))
    return found
  }

  static func ends(_ text: String, with end: String) -> Bool {
    text.utf8.suffix(end.utf8.count).elementsEqual(end.utf8)
  }

  static func replace(_ text: String, _ old: String, _ new: String) throws(Problem) -> Value {
    guard !old.isEmpty else { throw Problem("'replace' can't replace an empty string") }
    let parts = pieces(of: text, by: old)
    try Limits.check(text: text.utf8.count + (parts.count - 1).multipliedReportingOverflow(by: new.utf8.count).0)
    return .string(parts.joined(separator: new))
  }

  static func trimmed(_ text: String) -> String {
    let start = text.drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
  }

  /// The lines of `text`. A line ends with a line feed, with or without a carriage return before it; the last need not.
  static func lines(of text: String) throws(Problem) -> [Value] {
    var lines: [Value] = []
    var rest = text.utf8[...]
    while !rest.isEmpty {
      let end = rest.firstIndex(of: 0x0A)
      var line = rest[..<(end ?? rest.endIndex)]
      if end != nil, line.last == 0x0D { line = line.dropLast() }
      try Limits.check(elements: lines.count + 1)
      lines.append(.string(String(decoding: line, as: UTF8.self)))
      rest = end.map { rest[rest.index(after: $0)...] } ?? rest[rest.endIndex...]
    }
    return lines
  }

  /// The text of `value` filled up to a width in columns of a terminal: on the right, or on the left when it is negative.
  static func padded(_ value: Value, _ width: Value, fill: String) throws(Problem) -> Value {
    guard case .int(let columns) = width else { throw wrong(.pad, "an integer as its width", width) }
    let fillWidth = DisplayWidth.of(fill)
    guard fill.count == 1, fillWidth == 1 else {
      throw Problem("'pad' fills with one character, not with \(Value.quoted(Operators.short(fill)))")
    }
    let text = value.text
    let missing = Int(clamping: columns.magnitude) - DisplayWidth.of(text)
    guard missing > 0 else { return .string(text) }
    let (bytes, overflow) = missing.multipliedReportingOverflow(by: fill.utf8.count)
    try Limits.check(text: overflow ? .max : bytes)
    let filling = String(repeating: fill, count: missing)
    return .string(columns < 0 ? filling + text : text + filling)
  }
}
