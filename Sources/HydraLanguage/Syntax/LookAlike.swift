/// Characters that look like those of the language, or like nothing, and come with text from web pages and word processors.
struct LookAlike {
  let scalar: Unicode.Scalar
  /// What it is called.
  let name: String
  /// What to write instead; empty when nothing should stand there.
  let instead: String

  /// The look-alike that `scalar` is; nil for another character.
  init?(_ scalar: Unicode.Scalar) {
    guard scalar.value >= 0x80 else { return nil }
    if let (name, instead) = Self.single[scalar.value] {
      self.init(scalar: scalar, name: name, instead: instead)
    } else if let kind = Self.ranges.first(where: { $0.range.contains(scalar.value) }) {
      self.init(scalar: scalar, name: kind.name, instead: kind.instead)
    } else if (0xFF01...0xFF5E).contains(scalar.value), let plain = Unicode.Scalar(scalar.value - 0xFEE0) {
      self.init(scalar: scalar, name: "fullwidth form", instead: String(Character(plain)))
    } else if let latin = Self.cyrillic[scalar] {
      self.init(scalar: scalar, name: "Cyrillic letter", instead: String(latin))
    } else if let latin = Self.greek[scalar] {
      self.init(scalar: scalar, name: "Greek letter", instead: String(latin))
    } else {
      return nil
    }
  }

  private init(scalar: Unicode.Scalar, name: String, instead: String) {
    self.scalar = scalar
    self.name = name
    self.instead = instead
  }

  /// Whether it looks like a blank or like nothing: it never stands in a word on purpose.
  var isInvisible: Bool { instead == " " || instead.isEmpty }

  /// `U+2013`.
  var number: String { Self.number(scalar) }

  /// The name with its article.
  var article: String { ("aeiou".contains(name.prefix(1)) ? "an " : "a ") + name }

  static func number(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// `text` with plain characters in the place of look-alikes, and the first of these; nil when there is none.
  static func plain(_ text: String) -> (text: String, first: LookAlike)? {
    var out = ""
    var first: LookAlike?
    for scalar in text.unicodeScalars {
      if let found = LookAlike(scalar) {
        first = first ?? found
        out += found.instead
      } else {
        out.unicodeScalars.append(scalar)
      }
    }
    return first.map { (out, $0) }
  }

  private static let ranges: [(range: ClosedRange<UInt32>, name: String, instead: String)] = [
    (0x2000...0x200A, "typographic blank", " "), (0x2010...0x2015, "typographic dash", "-"),
    (0x202A...0x202E, "character that changes the direction of text", ""),
    (0x2066...0x2069, "character that changes the direction of text", ""),
    (0x200E...0x200F, "character that marks the direction of text", ""),
    (0x2018...0x201B, "typographic quotation mark", "'"), (0x201C...0x201F, "typographic quotation mark", "\""),
  ]

  private static let single: [UInt32: (String, String)] = [
    0xA0: ("no-break space", " "), 0x1680: ("typographic blank", " "), 0x202F: ("narrow no-break space", " "),
    0x205F: ("typographic blank", " "), 0x3000: ("ideographic space", " "), 0xAD: ("soft hyphen", ""),
    0x200B: ("zero-width space", ""), 0x2060: ("zero-width joiner of words", ""),
    0xFEFF: ("byte order mark", ""), 0x2028: ("line separator", " "), 0x2029: ("paragraph separator", " "),
    0x2013: ("en dash", "-"), 0x2014: ("em dash", "-"), 0x2212: ("minus sign", "-"),
    0xFE63: ("small hyphen", "-"),
    0x2032: ("prime", "'"), 0x2033: ("double prime", "\""), 0xB4: ("acute accent", "'"),
    0x37E: ("Greek question mark", ";"), 0xD7: ("multiplication sign", "*"), 0xF7: ("division sign", "/"),
    0x2260: ("not-equal sign", "!="), 0x2264: ("less-or-equal sign", "<="),
    0x2265: ("greater-or-equal sign", ">="), 0x21D2: ("double arrow", "=>"),
  ]

  private static func letters(_ pairs: String) -> [Unicode.Scalar: Unicode.Scalar] {
    let scalars = Array(pairs.unicodeScalars)
    return Dictionary(
      stride(from: 0, to: scalars.count - 1, by: 2).map { (scalars[$0], scalars[$0 + 1]) }
    ) { first, _ in first }
  }

  // A letter, then the Latin one that it looks like.
  private static let cyrillic = letters("аaеeоoрpсcуyхxіiјjѕsһhԁdԛqԝwАAВBЕEКKМMНHОOРPСCТTХXІIЈJЅSУY")
  private static let greek = letters("οoνvΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX")
}
