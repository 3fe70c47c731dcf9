import HydraDiagnostics
import Testing

@Suite struct ShownTests {
  /// Everything that a terminal obeys, that turns the direction of a text, or that can't be seen.
  @Test(
    arguments: [
      0x00...0x1F, 0x7F...0x9F, 0xAD...0xAD, 0x061C...0x061C, 0x115F...0x1160, 0x180B...0x180E, 0x200B...0x200F,
      0x2028...0x202E, 0x2060...0x206F, 0x3164...0x3164, 0xFEFF...0xFEFF, 0xFFF9...0xFFFB, 0x1D173...0x1D17A,
      0xE0000...0xE007F, 0xE0100...0xE01EF,
    ] as [ClosedRange<UInt32>])
  func hiddenCharactersAreMadeVisible(_ range: ClosedRange<UInt32>) throws {
    for value in range {
      let text = "a\(try #require(Unicode.Scalar(value)))b"
      let shown = Shown.line(text)
      #expect(shown != text && !shown.unicodeScalars.contains(where: Shown.isHidden), "U+\(String(value, radix: 16))")
      #expect(DisplayWidth.of(shown) == shown.count, "U+\(String(value, radix: 16))")
      #expect(!JSONText.string(text).unicodeScalars.contains(where: Shown.isHidden))
    }
  }

  @Test(arguments: [
    ("plain äöü 漢字 e\u{301}", "plain äöü 漢字 e\u{301}"), ("a\u{1B}[31mb", "a␛[31mb"), ("a\nb\tc\u{7F}", "a␊b␉c␡"),
    ("user\u{202E}gnp.exe", "user<U+202E>gnp.exe"), ("\u{2066}x\u{2069}", "<U+2066>x<U+2069>"),
    ("a\u{85}b", "a<U+0085>b"),
    ("👨‍👩‍👧 ❤️ 👩🏽‍💻", "👨‍👩‍👧 ❤️ 👩🏽‍💻"), ("a\u{200D}b", "a<U+200D>b"), ("\u{E0041}", "<U+E0041>"),
  ])
  func onOneLine(text: String, shown: String) { #expect(Shown.line(text) == shown) }

  @Test func linesKeepTheirEnds() { #expect(Shown.lines("a\n\tb\r\u{200B}") == "a\n\tb␍<U+200B>") }

  @Test func jsonAndYAMLNameWhatIsHidden() {
    #expect(JSONText.string("a\u{202E}\u{E0041}\u{1B}é") == #""a\u202e\udb40\udc41\u001bé""#)
    #expect(JSONText.yamlString("a\u{202E}\u{E0041}é") == #""a\u202e\U000e0041é""#)
  }
}
