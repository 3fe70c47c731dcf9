/// Reading numbers, lengths of time and sizes: the same for literals in a program and for words of a command.
public enum Literal {
  /// What a number with its unit means; nil when `text` is none.
  public enum Reading: Equatable, Sendable {
    case value(Value)
    /// A number, but larger than 64 bits hold.
    case tooLarge
    /// A number with letters behind it that are no unit.
    case unknownUnit(String)
  }

  /// The units of time with their nanoseconds.
  public static let durationUnits: [(String, Int)] = [
    ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
    ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
  ]
  /// The units of size with their bytes: binary with an `i`, decimal without.
  public static let sizeUnits: [(String, Int)] = [
    ("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40), ("kB", 1_000),
    ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
  ]

  /// Reads `42`, `4.5`, `250ms`, `1m30s`, `64MiB`, without a sign. Nil when it does not begin as a number. `isNegative` says
  /// that a sign stood before it: the least number has no positive one.
  public static func read(_ text: some StringProtocol, isNegative: Bool = false) -> Reading? {
    guard let first = text.utf8.first, Lexeme.isDigit(first) else { return nil }
    // A plain number, as most are; such a short one is never too large.
    if text.utf8.count <= 18, let number = plainNumber(text) { return .value(.int(isNegative ? -number : number)) }
    if text.utf8.allSatisfy(Lexeme.isDigit) {
      return (isNegative ? Int("-" + text) : Int(text)).map { .value(.int($0)) } ?? .tooLarge
    }
    let bytes = Array(text.utf8)
    // The parts before the last one: nearly always none.
    var parts: [(number: String, unit: String)] = []
    var index = 0
    while index < bytes.count {
      let start = index
      while index < bytes.count, Lexeme.isDigit(bytes[index]) { index += 1 }
      if index + 1 < bytes.count, bytes[index] == 0x2E, Lexeme.isDigit(bytes[index + 1]) {
        index += 1
        while index < bytes.count, Lexeme.isDigit(bytes[index]) { index += 1 }
      }
      guard index > start else { return nil }
      let middle = index
      while index < bytes.count, Lexeme.isLetter(bytes[index]) { index += 1 }
      guard index == bytes.count || (index > middle && Lexeme.isDigit(bytes[index])) else { return nil }
      let number = (isNegative ? "-" : "") + String(decoding: bytes[start..<middle], as: UTF8.self)
      let unit = String(decoding: bytes[middle..<index], as: UTF8.self)
      if index == bytes.count, parts.isEmpty { return single(number, unit) }
      parts.append((number, unit))
    }
    return compound(parts)
  }

  /// The number that `text` is, of so few digits that it is not too large; nil when there is anything else in it.
  private static func plainNumber(_ text: some StringProtocol) -> Int? {
    var number = 0
    for byte in text.utf8 {
      guard Lexeme.isDigit(byte) else { return nil }
      number = number &* 10 &+ Int(byte &- 0x30)
    }
    return number
  }

  /// What a bare word means where any value may stand: a literal with or without a sign, `true`, `false` or `null`; nil
  /// for a word that is text.
  public static func bare(_ text: String) -> Value? {
    switch text {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "null": return .null
    default: break
    }
    let isNegative = text.hasPrefix("-")
    guard case .value(let value)? = read(isNegative ? text.dropFirst() : text[...], isNegative: isNegative) else {
      return nil
    }
    // There are no negative sizes.
    if isNegative, case .size = value { return nil }
    return value
  }

  private static func single(_ number: String, _ unit: String) -> Reading {
    if unit.isEmpty {
      if number.utf8.contains(0x2E) { return Double(number).map { .value(.float($0)) } ?? .tooLarge }
      return Int(number).map { .value(.int($0)) } ?? .tooLarge
    }
    if let factor = durationUnits.first(where: { $0.0 == unit })?.1 {
      return scale(number, factor).map { .value(.duration($0)) } ?? .tooLarge
    }
    if let factor = sizeUnits.first(where: { $0.0 == unit })?.1 {
      return scale(number, factor).map { .value(.size($0)) } ?? .tooLarge
    }
    return .unknownUnit(unit)
  }

  private static func compound(_ parts: [(number: String, unit: String)]) -> Reading {
    var sum = 0
    var previous = Int.max
    for (number, unit) in parts {
      guard let factor = durationUnits.first(where: { $0.0 == unit })?.1, factor < previous else {
        return .unknownUnit(unit)
      }
      previous = factor
      guard let value = scale(number, factor) else { return .tooLarge }
      let (next, overflow) = sum.addingReportingOverflow(value)
      if overflow { return .tooLarge }
      sum = next
    }
    return .value(.duration(sum))
  }

  private static func scale(_ number: String, _ factor: Int) -> Int? {
    if let whole = Int(number) {
      let (product, overflow) = whole.multipliedReportingOverflow(by: factor)
      return overflow ? nil : product
    }
    guard number.utf8.contains(0x2E), let value = Double(number) else { return nil }
    return Int(exactly: (value * Double(factor)).rounded())
  }
}
