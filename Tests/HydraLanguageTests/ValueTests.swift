import HydraDiagnostics
import HydraLanguage
import Testing

@Suite struct ValueTests {
  @Test(arguments: [
    ("0", Value.int(0)), ("42", .int(42)), ("4.5", .float(4.5)), ("250ms", .duration(250_000_000)),
    ("1m30s", .duration(90_000_000_000)), ("1.5s", .duration(1_500_000_000)), ("64MiB", .size(64 << 20)),
    ("1kB", .size(1000)), ("0.5GiB", .size(1 << 29)), ("1d", .duration(86_400_000_000_000)),
    ("999999999999999999", .int(999_999_999_999_999_999)), ("9223372036854775807", .int(.max)),
    ("0000000000000000000000007", .int(7)),
  ])
  func literals(_ text: String, _ value: Value) { #expect(Literal.read(text) == .value(value)) }

  @Test func wholeNumbersOfAnySign() {
    #expect(Literal.read("42", isNegative: true) == .value(.int(-42)))
    #expect(Literal.read("9223372036854775808", isNegative: true) == .value(.int(.min)))
    #expect(Literal.read("9223372036854775808") == .tooLarge)
    #expect(Literal.read("9223372036854775809", isNegative: true) == .tooLarge)
  }

  @Test(arguments: [
    "", "x", "1x", "1s2m", "1s2s", ".5", "1.", "1 s", "-1", "1_000", "99999999999999999999", "9999999999d",
  ])
  func notLiterals(_ text: String) {
    if case .value(let value)? = Literal.read(text) { Issue.record("\(text) is read as \(value)") }
  }

  @Test func durationsAndSizesAreWrittenAsTheyAreRead() {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<1000 {
      let number = Int.random(in: 0...(1 << Int.random(in: 0...62, using: &generator)), using: &generator)
      for value in [Value.duration(number), .size(number), .int(number)] {
        #expect(Literal.read(value.source) == .value(value))
      }
    }
  }

  @Test func stringsAreQuotedSoThatTheyReadBack() {
    for text in ["", "a\"b", "$x ${y}", "\\", "\n\t\r", "é日👩‍👩‍👧", "\u{0}\u{1B}\u{7F}"] {
      var sources = SourceMap()
      let file = sources.add(name: "t", text: "print \(Value.quoted(text))")
      let program = Compiler.compile(file, sources: &sources).program
      #expect(program?.commands.first?.arguments.first?.constant == .string(text))
    }
  }

  @Test func json() {
    let value = Value.record(
      Record([
        ("a", .list([.int(1), .null, .bool(true)])), ("b\"", .string("x\n\u{1}")), ("c", .record(Record())),
        ("d", .duration(1_500_000_000)),
      ]))
    #expect(value.json() == #"{"a":[1,null,true],"b\"":"x\n\u0001","c":{},"d":1.5}"#)
    #expect(value.json(pretty: true).hasPrefix("{\n  \"a\": [\n    1,\n    null,"))
  }

  @Test(arguments: [
    ("ad", "add"), ("clsuter", "cluster"), ("lsit", "list"), ("inspct", "inspect"), ("insp", "inspect"),
  ])
  func nearestWord(_ word: String, _ expected: String) {
    #expect(EditDistance.nearest(to: word, among: ["add", "list", "inspect", "remove", "cluster"]) == expected)
  }

  @Test func farWordsHaveNoNearest() {
    #expect(EditDistance.nearest(to: "zzzz", among: ["add", "list"]) == nil)
    #expect(EditDistance.nearest(to: "", among: ["add"]) == nil)
    #expect(EditDistance.nearest(to: String(repeating: "a", count: 100_000), among: ["add"]) == nil)
  }

  @Test func widths() {
    #expect(DisplayWidth.of("abc") == 3)
    #expect(DisplayWidth.of("日本") == 4)
    #expect(DisplayWidth.of("e\u{301}") == 1)
    #expect(DisplayWidth.of("👩‍👩‍👧") == 2)
    #expect(DisplayWidth.of("\u{2764}\u{FE0F}") == 2)
    #expect(DisplayWidth.of("\t") == 4)
  }

  @Test func theTableIsSound() {
    let names = CommandTable.commands.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Set(names) == Set(CommandID.allCases.map(\.rawValue)))
    for command in CommandTable.commands {
      #expect(!command.summary.isEmpty && !command.examples.isEmpty, "\(command.name)")
      let options = command.allOptions.map(\.name)
      #expect(Set(options).count == options.count)
      let origin: SourceFile.Origin = command.id.isForShell ? .prompt : .file
      for example in command.examples { #expect(diagnose(example, origin: origin) == "", "\(example)") }
      if command.id.isForShell { #expect(codes(command.examples[0]) == (command.id == .exit ? [] : ["shell-only"])) }
      for option in command.options where option.defaultValue != .null {
        #expect((try? option.type.coerce(option.defaultValue)) == option.defaultValue)
      }
    }
  }
}
