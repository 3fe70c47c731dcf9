import HydraDiagnostics
import HydraLanguage
import Testing

/// Texts in other encodings than plain UTF-8, and characters that look like others.
@Suite struct EncodingTests {
  private func messages(_ bytes: [UInt8]) -> [String] {
    var sources = SourceMap()
    let file = sources.add(name: "t.hydra", bytes: bytes)
    return Compiler.compile(file, sources: &sources).diagnostics.map(\.message)
  }

  private static let script = "print one\nnod two\n"

  private static func utf16(_ isLittle: Bool) -> [UInt8] {
    script.utf16.flatMap { isLittle ? [UInt8($0 & 255), UInt8($0 >> 8)] : [UInt8($0 >> 8), UInt8($0 & 255)] }
  }

  private static func utf32(_ isLittle: Bool) -> [UInt8] {
    script.unicodeScalars.flatMap { scalar in
      let bytes = (0..<4).map { UInt8(scalar.value >> (8 * $0) & 255) }
      return isLittle ? bytes : bytes.reversed()
    }
  }

  @Test(
    arguments: [
      ([0xFF, 0xFE] + utf16(true), "UTF-16, little-endian"), ([0xFE, 0xFF] + utf16(false), "UTF-16, big-endian"),
      (utf16(true), "UTF-16, little-endian"), (utf16(false), "UTF-16, big-endian"),
      ([0x20, 0x0A] + utf16(true), "UTF-16, little-endian"),
      ([0xFF, 0xFE, 0, 0] + utf32(true), "UTF-32, little-endian"),
      ([0, 0, 0xFE, 0xFF] + utf32(false), "UTF-32, big-endian"),
      (utf32(true), "UTF-32, little-endian"), (utf32(false), "UTF-32, big-endian"),
    ] as [([UInt8], String)])
  func otherEncodingsAreNamedOnce(_ bytes: [UInt8], _ name: String) {
    #expect(messages(bytes) == ["the text is \(name), expected UTF-8"])
  }

  @Test func aMarkIsSkipped() {
    #expect(messages([0xEF, 0xBB, 0xBF] + Array("#!/usr/bin/hydra\nprint one\n".utf8)) == [])
    #expect(messages([0xEF, 0xBB, 0xBF]) == [])
    #expect(
      diagnose("\u{FEFF}nod two\n") == """
        t.hydra:1:1: error: unknown command 'nod'
          1 | nod two
            | ^^^
            = did you mean 'node'?

        """)
    // In the midst it is no mark.
    #expect(codes("print a\u{FEFF}b") == ["look-alike"])
  }

  @Test func marksOfIncludedFilesAreSkipped() {
    struct Loader: SourceLoader {
      func load(path: String, including: String) throws(SourceLoadError) -> (name: String, bytes: [UInt8]) {
        (path, [0xEF, 0xBB, 0xBF] + Array("print included\n".utf8))
      }
    }
    var sources = SourceMap()
    let file = sources.add(name: "t.hydra", text: "include other\n")
    #expect(Compiler.compile(file, sources: &sources, loader: Loader()).diagnostics.isEmpty)
  }

  @Test func aLoneCarriageReturnHasARemedy() {
    #expect(
      diagnose("print one\rprint two\n") == """
        t.hydra:1:10: error: unexpected carriage return (U+000D) without a line feed
          1 | print one␍print two
            |          ^
            = end each line with a line feed: save the text with Unix line ends

        """)
    #expect(codes("print one\r\nprint two\r\n") == [])
  }

  @Test func lookAlikesAreNamedOnceALine() {
    #expect(
      diagnose("let x = “a” + “b”; let y = “c”\nnode add –count 3\n") == """
        t.hydra:1:9: error: unexpected '“' (typographic quotation mark, U+201C)
          1 | let x = “a” + “b”; let y = “c”
            |         ^
            = write '"', or quote it to mean the character
        t.hydra:2:10: error: unexpected '–' (en dash, U+2013)
          2 | node add –count 3
            |          ^
            = write '-', or quote it to mean the character

        """)
  }

  @Test(arguments: [
    ("print\u{A0}x", "no-break space (U+00A0)"), ("print a\u{3000}b", "unexpected ideographic space (U+3000)"),
    ("print a\u{200B}b", "zero-width space (U+200B)"), ("let x = 5 \u{2212} 3", "(minus sign, U+2212)"),
    ("print \u{202E}abc", "character that changes the direction of text (U+202E)"),
    ("let \u{445} = 3", "(Cyrillic letter, U+0445)"), ("print —count", "(em dash, U+2014)"),
    ("print \u{2018}x\u{2019}", "(typographic quotation mark, U+2018)"),
    ("if 1 \u{2260} 2 { }", "(not-equal sign, U+2260)"), ("let x = 3\u{FF0B}4", "(fullwidth form, U+FF0B)"),
  ])
  func lookAlikes(_ text: String, _ expected: String) {
    let found = messages(Array(text.utf8))
    #expect(found.count == 1 && found[0].contains(expected), "\(found)")
  }

  @Test func commandsInForeignLettersAreExplained() {
    #expect(diagnose("n\u{43E}de add").contains("write 'node': 'о' is a Cyrillic letter (U+043E)"))
    #expect(diagnose("node \u{430}dd").contains("write 'add': 'а' is a Cyrillic letter (U+0430)"))
  }

  /// Text is free to use them: in quotes, comments and, where they are plainly seen, in words.
  @Test(arguments: [
    "print \"“hello”\u{A0}—\u{202E}\"", "print naïve – 日本 👩‍👩‍👧 привет «x» 5–6", "# “comment”\u{A0}\nprint x",
  ])
  func textIsFree(_ text: String) { #expect(messages(Array(text.utf8)) == []) }
}
