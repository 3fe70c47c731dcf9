/// Which bytes make up names, numbers and bare words.
public enum Lexeme {
  /// Whether `byte` is an ASCII digit.
  @inlinable public static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
  /// Whether `byte` is an ASCII letter.
  @inlinable public static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
  /// Whether a name may begin with `byte`.
  @inlinable public static func isIdentifierStart(_ byte: UInt8) -> Bool { isLetter(byte) || byte == 0x5F }
  /// Whether a name may continue with `byte`.
  @inlinable public static func isIdentifierPart(_ byte: UInt8) -> Bool { isIdentifierStart(byte) || isDigit(byte) }

  /// Whether `byte` may stand in a bare word. Bytes beyond ASCII may; blanks, quotes and what has a meaning may not.
  public static func isBare(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x00...0x20, 0x7F: false
    // " # $ & ' ( ) ; < > \ ` { | }
    case 0x22, 0x23, 0x24, 0x26, 0x27, 0x28, 0x29, 0x3B, 0x3C, 0x3E, 0x5C, 0x60, 0x7B, 0x7C, 0x7D: false
    default: true
    }
  }

  /// Whether `text` is a name: a letter or `_`, then letters, digits and `_`.
  public static func isIdentifier(_ text: String) -> Bool {
    guard let first = text.utf8.first, isIdentifierStart(first) else { return false }
    return text.utf8.allSatisfy(isIdentifierPart)
  }

  /// Whether `text` can stand in a command as a bare word.
  public static func isBareWord(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy(isBare)
  }
}
