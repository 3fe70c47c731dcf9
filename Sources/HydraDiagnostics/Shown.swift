/// Text from outside — names, labels, error messages, log lines, typed lines — in a form that may be sent to a terminal:
/// whatever a terminal would obey, and whatever would be invisible or change the direction of the text, is made visible.
///
/// This is the only function of its kind. Control characters become their pictures (`␛`), everything else becomes its
/// number (`<U+202E>`), as pagers show it.
public enum Shown {
  /// `text` on one line: line ends and tabs are shown as pictures too.
  public static func line(_ text: String) -> String { visible(text) { picture($0) } }

  /// `text` with its line feeds and tabs, which are the only control characters left.
  public static func lines(_ text: String) -> String {
    visible(text) { $0 == "\n" || $0 == "\t" ? String($0) : picture($0) }
  }

  /// A source line: each tab becomes ``DisplayWidth/tab`` blanks, so that carets stand where they should.
  static func source(_ text: String) -> String {
    visible(text) { $0 == "\t" ? String(repeating: " ", count: DisplayWidth.tab) : picture($0) }
  }

  /// Whether `scalar` can't be seen or changes what is around it: controls (C0, DEL, C1), line and paragraph separators,
  /// direction controls, characters of no width, tags and interlinear annotations. Variation selectors are part of the
  /// character before them.
  public static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20..<0x7F: false
    case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0xFFF9...0xFFFB: true
    case 0xFE00...0xFE0F: false
    default: scalar.properties.isDefaultIgnorableCodePoint
    }
  }

  private static func visible(_ text: String, _ picture: (Unicode.Scalar) -> String) -> String {
    guard !text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return text }
    let scalars = text.unicodeScalars
    guard scalars.contains(where: isHidden) else { return text }
    var shown = String.UnicodeScalarView()
    var previous: Unicode.Scalar?
    for index in scalars.indices {
      let scalar = scalars[index]
      let next = scalars.index(after: index)
      let joins = joinsEmoji(scalar, after: previous, before: next < scalars.endIndex ? scalars[next] : nil)
      if isHidden(scalar), !joins { shown += picture(scalar).unicodeScalars } else { shown.append(scalar) }
      previous = scalar
    }
    return String(shown)
  }

  /// A joiner within an emoji sequence (a family, a profession) is part of one picture.
  private static func joinsEmoji(
    _ scalar: Unicode.Scalar, after previous: Unicode.Scalar?, before next: Unicode.Scalar?
  ) -> Bool {
    guard scalar.value == 0x200D, let previous, let next, !previous.isASCII, !next.isASCII else { return false }
    return (previous.properties.isEmoji || previous.value == 0xFE0F) && next.properties.isEmoji
  }

  private static func picture(_ scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 0..<0x20: return Unicode.Scalar(0x2400 + scalar.value).map { String($0) } ?? "\u{FFFD}"
    case 0x7F: return "\u{2421}"
    default:
      let hex = String(scalar.value, radix: 16, uppercase: true)
      return "<U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex + ">"
    }
  }
}
