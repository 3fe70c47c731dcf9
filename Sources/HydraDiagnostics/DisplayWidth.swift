/// How many columns of a terminal a text takes.
public enum DisplayWidth {
  /// Columns a tab takes in a rendered source line.
  public static let tab = 4

  /// Columns of `text`; a tab counts as ``tab``.
  public static func of(_ text: some StringProtocol) -> Int {
    text.reduce(0) { $0 + of($1) }
  }

  /// Columns of one character as people see it: a sequence joined into one emoji counts once.
  public static func of(_ character: Character) -> Int {
    if let ascii = character.asciiValue {
      if ascii == 0x09 { return tab }
      return ascii >= 0x20 && ascii != 0x7F ? 1 : 0
    }
    var width = 0
    for scalar in character.unicodeScalars {
      // U+FE0F asks for the emoji picture of a character that is otherwise text.
      if scalar.value == 0xFE0F { return 2 }
      width = max(width, of(scalar))
    }
    return width
  }

  private static func of(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control, .surrogate: return 0
    default: break
    }
    return scalar.properties.isEmojiPresentation || isWide(scalar.value) ? 2 : 1
  }

  /// East Asian Wide and Fullwidth blocks, from Unicode's EastAsianWidth.txt, whole blocks taken together.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
    0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
    0x1F200...0x1F2FF, 0x20000...0x3FFFD,
  ]

  private static func isWide(_ value: UInt32) -> Bool {
    value >= 0x1100 && wide.contains { $0.contains(value) }
  }
}
