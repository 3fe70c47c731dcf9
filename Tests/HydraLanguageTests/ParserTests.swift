import HydraDiagnostics
import HydraLanguage
import Testing

@Suite struct ParserTests {
  @Test(arguments: [
    ("if true {", IncompleteInput.block), ("repeat 3 {\n  node add\n", .block), ("print \"abc", .quote),
    ("print 'abc", .quote), ("let x = (1 +", .parenthesis), ("let x = [1,\n 2", .parenthesis),
    ("node add \\", .continuation),
    ("let x = f(", .parenthesis), ("def f(a) {", .block), ("try { state } catch e {", .block),
    ("print ${1 +", .parenthesis), ("print len(", .parenthesis),
  ])
  func incompleteInputIsTold(_ text: String, _ reason: IncompleteInput) {
    #expect(incomplete(text) == reason)
  }

  @Test(arguments: [
    "node add", "if true { }", "nod add", "print \"a\"", "}", "let x =", "let = 3", "wait until true", "if nonsense! {",
  ])
  func finishedOrWrongInputIsNotIncomplete(_ text: String) {
    #expect(incomplete(text) == nil)
  }

  @Test(arguments: [
    "", "\n\n;;\n", "#!/usr/bin/env hydra\nstate", "# only a comment", "state # and a comment", "node add; node add;",
    "cluster start test --port=4000", "node add \\\n  --count 2", "repeat 5 { node add }",
    "let a = 1; let b = $a + 1; print $b ${a} \"$a and ${b + 1}\" 'raw $a'",
    "for s in services() { print \"${s.name}: ${s.ready}/${s.replicas}\" }",
    "if len(nodes()) < 5 { node add } else if true { state } else { print enough }",
    "try { migrate hello1 --to node-99 } catch e { print \"refused: ${e.message}\" }",
    "expect service(hello1).ready == 3 within 2s, \"not healed\"", "wait until service(my-app_2).ready == 3 within 30s",
    "watch nodes --until service(hello1).ready == 3 --for 1m", "watch --until 'len(nodes()) == 2'",
    "service add web --image x --node-port 1 --service-port 2 -- sh -c 'sleep 1'", "print -- --x",
    "let r = {a: 1, \"b c\": [1, 2, 3,],}; print ${r.a} ${r[\"b c\"][0]}", "let x = $(node list)",
    "let l = filter(nodes(), n => n.state == \"ready\")", "let x = 1..5; for i in 1..3 { print $i }",
    "let t = 1m30s + 250ms; let s = 64MiB * 2", "while true { break }", "defer { state }",
    "node kill first(nodes()).name node-1 # and a comment", "if true { print len([1]) }", "print len([1]); state",
    "let x = (1 +\n 2)", "print http://host:1/a?b=c#d", "1 + 2", "len([1])", "print \"\\u{1F600}\\n\\$\"",
    "def rollout(name, image = \"x\") { print $name $image }\nrollout web\nrollout(\"a\", \"b\")",
    "def a(n) { if $n > 0 { b ($n) } }\n".replacing("b ($n)", with: "b(n - 1)") + "def b(n) { a $n }\na 3",
    "let v = env(HOME) or \"none\"", "if \"a\" in [\"a\"] and not (1 > 2) { }", "node list --help", "cluster --help",
  ])
  func isRight(_ text: String) {
    #expect(diagnose(text) == "")
  }

  @Test(arguments: [
    ("let x = 1; let x = 2", ["duplicate-variable"]), ("set x = 1", ["unknown-variable"]),
    ("if 1 { }", ["wrong-type"]), ("repeat -1 { }", ["wrong-type"]), ("expect true within 5", ["wrong-type"]),
    ("if true { def f() { } }", ["definition-in-block"]), ("def state() { }", ["name-taken"]),
    ("def f() { }; def f() { }; f", ["duplicate-definition"]), ("f; def f() { }", ["definition-below"]),
    ("def f(a = 1, b) { }; f 1", ["parameter-order"]),
    ("def f(a, a) { }; f 1 2", ["duplicate-parameter"]),
    ("return", ["outside-definition"]), ("while true { defer { break } }", ["leaves-defer"]),
    ("continue", ["outside-loop"]), ("let x = {a: 1, a: 2}", ["duplicate-key"]), ("include \"x\"", ["include"]),
    ("node add --count 3 --count 4", ["repeated-option"]), ("node add --count", ["missing-value"]),
    ("node add extra", ["surplus-argument"]), ("node", ["missing-verb"]), ("node add --count abc", ["bad-value"]),
    ("node add --count=0", ["bad-value"]), ("node add --label novalue", ["bad-value"]),
    ("node remove x --force=yes", ["surplus-value"]), ("sleep 5", ["bad-value"]), ("sleep -5s", ["bad-value"]),
    ("state --output xml", ["bad-value"]), ("let x = filter([1], 2)", ["each-function"]),
    ("let x = len(x => 1)", ["each-function"]), ("let x = len()", ["argument-count"]),
    ("let x = 3x", ["unknown-unit"]),
    ("let x = 99999999999999999999", ["number-too-large"]), ("print \"\\q\"", ["unknown-escape"]),
    ("print \"\\u{110000}\"", ["unknown-escape"]), ("let if = 3", ["keyword-as-name"]), ("1 < 2 < 3", ["syntax"]),
    ("else { }", ["syntax"]), ("catch e { }", ["syntax"]), ("}", ["syntax"]), ("print a)", ["syntax"]),
    ("for s in services() { print ${service(s).name} }", ["word-is-variable"]), ("print $", ["syntax"]),
    ("let x = y-1", ["unknown-variable"]), ("$x", ["unknown-variable"]), ("watch --until 1 +", ["syntax"]),
  ])
  func isWrong(_ text: String, _ expected: [String]) {
    #expect(Set(codes(text)) == Set(expected), "\(diagnose(text))")
  }

  @Test func deferAtThePromptIsRefused() {
    #expect(codes("defer { state }", origin: .prompt) == ["defer-at-prompt"])
  }

  @Test func nestingIsBounded() {
    let deep = 100_000
    for (open, close) in [
      ("(", ")"), ("[", "]"), ("if true { ", "}"), ("${", "}"), ("not ", ""), ("-", ""), ("{a: ", "}"),
    ] {
      let text = "let x = " + String(repeating: open, count: deep) + "1" + String(repeating: close, count: deep)
      #expect(!codes(text).isEmpty, "\(open)")
      _ = codes(String(repeating: open, count: deep))
    }
    #expect(codes("let x = 1" + String(repeating: " + 1", count: deep)) == ["too-deep"])
    #expect(codes("let y = 1; let x = $y" + String(repeating: ".a", count: deep)) == ["too-deep"])
    #expect(!codes("print " + String(repeating: "\"${", count: deep)).isEmpty)
  }

  @Test func otherWholeTextsAreBounded() {
    var sources = SourceMap()
    let file = sources.add(name: "big", bytes: Array(repeating: 0x20, count: SourceFile.maximumSize + 1))
    #expect(Compiler.compile(file, sources: &sources).diagnostics.map(\.code.rawValue) == ["source-too-large"])
    let wrong = String(repeating: "nod\n", count: 5000)
    let drawn = diagnose(wrong)
    #expect(drawn.hasSuffix("… and 950 more\n"))
  }

  @Test func illFormedUTF8IsAnErrorWithItsPlace() {
    for (bytes, offset) in [([0x70, 0x20, 0xFF], 2), ([0xC3], 0), (Array("é".utf8) + [0x0A, 0xE2, 0x82], 3)]
      as [([UInt8], Int)]
    {
      var sources = SourceMap()
      let file = sources.add(name: "t", bytes: bytes)
      let found = Compiler.compile(file, sources: &sources).diagnostics.filter { $0.code.rawValue == "not-utf8" }
      #expect(found.map(\.range?.start) == [Int32(offset)])
    }
  }

  @Test func wordsOfACommandLineAreTakenAsTheyStand() {
    for word in ["a b", "$x", "'", "\"", "{", "#", ";", "`", "é", "\n", "\\", ""] {
      var sources = SourceMap()
      let compilation = Compiler.compile(words: ["print", word], sources: &sources)
      #expect(compilation.diagnostics.isEmpty)
      #expect(compilation.program?.commands.first?.arguments.first?.constant == .string(word))
    }
  }

  @Test func expressionsOfACommandLineArePlaced() {
    #expect(diagnose(words: ["watch", "--until", "service(a).ready == 3"]) == "")
    #expect(diagnose(words: ["watch", "--until=len(nodes()) == 3", "--for", "3s"]) == "")
    #expect(
      diagnose(words: ["watch", "--until", "service(a).ready = 3"]) == """
        error: unexpected '=' in an expression
          watch --until 'service(a).ready = 3'
                                          ^
          = compare with '=='; change a variable with 'set name = value'

        """)
  }
}
