import HydraDiagnostics

extension Value {
  /// As people read it: what `print` and `${…}` give. Strings are bare; lists and records are written as in source.
  public var text: String {
    switch self {
    case .string(let value): value
    default: source
    }
  }

  /// As it is written in source: strings quoted.
  public var source: String {
    var out = ""
    write(into: &out, depth: 0)
    return out
  }

  /// A value can't be nested deeper than the program that builds it ran; the bound keeps a hostile one off the stack.
  private static let maximumDepth = 100

  private func write(into out: inout String, depth: Int) {
    guard depth < Self.maximumDepth else {
      out += "…"
      return
    }
    switch self {
    case .null: out += "null"
    case .bool(let value): out += value ? "true" : "false"
    case .int(let value): out += String(value)
    case .float(let value): out += String(value)
    case .string(let value): out += Value.quoted(value)
    case .duration(let value): out += Value.durationText(value)
    case .time(let value): out += Instant.text(value)
    case .size(let value): out += Value.sizeText(value)
    case .range(let first, let last): out += "\(first)..\(last)"
    case .list(let values):
      out += "["
      for (index, value) in values.enumerated() {
        if index > 0 { out += ", " }
        value.write(into: &out, depth: depth + 1)
      }
      out += "]"
    case .record(let record):
      out += "{"
      for (index, (key, value)) in zip(record.keys, record.values).enumerated() {
        if index > 0 { out += ", " }
        out += Lexeme.isIdentifier(key) ? key : Value.quoted(key)
        out += ": "
        value.write(into: &out, depth: depth + 1)
      }
      out += "}"
    }
  }

  /// `text` as a quoted string of the language.
  public static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "$": out += "\\$"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      default:
        if scalar.value < 0x20 || scalar.value == 0x7F {
          out += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
    return out + "\""
  }

  private static let durationUnits = [
    ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
  ]

  /// Nanoseconds as a literal that means the same: `1m30s`, `250ms`.
  public static func durationText(_ nanoseconds: Int) -> String {
    guard nanoseconds != 0 else { return "0s" }
    var rest = nanoseconds.magnitude
    var out = nanoseconds < 0 ? "-" : ""
    for (unit, length) in durationUnits where rest >= UInt(length) {
      out += "\(rest / UInt(length))\(unit)"
      rest %= UInt(length)
    }
    return out
  }

  /// Bytes as a literal that means the same, in the largest binary unit that divides them: `64MiB`, `1500B`.
  public static func sizeText(_ bytes: Int) -> String {
    for (unit, shift) in [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)] {
      let factor = 1 << shift
      if bytes != 0, bytes % factor == 0 { return "\(bytes / factor)\(unit)" }
    }
    return "\(bytes)B"
  }
}

extension Value {
  /// As JSON. Durations are numbers of seconds, sizes numbers of bytes, times strings in RFC 3339, ranges lists of their two
  /// ends.
  public func json(pretty: Bool = false) -> String {
    var out = ""
    writeJSON(into: &out, indent: pretty ? 0 : nil, depth: 0)
    return out
  }

  private func writeJSON(into out: inout String, indent: Int?, depth: Int) {
    guard depth < Self.maximumDepth else {
      out += "null"
      return
    }
    switch self {
    case .null: out += "null"
    case .bool(let value): out += value ? "true" : "false"
    case .int(let value), .size(let value): out += String(value)
    case .float(let value): out += value.isFinite ? String(value) : "null"
    case .string(let value): out += JSONText.string(value)
    case .duration(let value): out += String(Double(value) / 1e9)
    case .time(let value): out += JSONText.string(Instant.text(value))
    case .range(let first, let last): out += "[\(first),\(last)]"
    case .list(let values):
      Value.writeItems(values.map { (nil, $0) }, "[", "]", into: &out, indent: indent, depth: depth)
    case .record(let record):
      let items = zip(record.keys, record.values).map { (Optional($0), $1) }
      Value.writeItems(items, "{", "}", into: &out, indent: indent, depth: depth)
    }
  }

  private static func writeItems(
    _ items: [(String?, Value)], _ open: String, _ close: String, into out: inout String, indent: Int?, depth: Int
  ) {
    guard !items.isEmpty else {
      out += open + close
      return
    }
    let inner = indent.map { $0 + 2 }
    out += open
    for (index, (key, value)) in items.enumerated() {
      if index > 0 { out += "," }
      if let inner { out += "\n" + String(repeating: " ", count: inner) }
      if let key { out += JSONText.string(key) + (inner == nil ? ":" : ": ") }
      value.writeJSON(into: &out, indent: inner, depth: depth + 1)
    }
    if let indent { out += "\n" + String(repeating: " ", count: indent) }
    out += close
  }
}
