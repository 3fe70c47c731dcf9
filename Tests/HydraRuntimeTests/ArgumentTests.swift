import HydraDiagnostics
import HydraLanguage
import HydraRuntime
import Testing

/// Arguments that a script declares.
@Suite struct ArgumentTests {
  private static let script = """
    args {
      count: int = 3 "how many"
      image: string  # required
      rest: list
      --dry: flag
      --time-limit: duration = 30s
      --rate: float
      --safe: bool = true
    }
    print $count $image $rest $dry $time_limit $rate $safe

    """

  @Test(arguments: [
    ("nginx", "3 nginx [] false 30s null true"), ("5 nginx", "5 nginx [] false 30s null true"),
    ("5 nginx a b", "5 nginx [\"a\", \"b\"] false 30s null true"),
    ("--dry nginx --time-limit 5s", "3 nginx [] true 5s null true"),
    ("--time-limit=1m30s -3 --rate=0.5 x --safe=false", "-3 x [] false 1m30s 0.5 false"),
    ("-- 5 --dry", "5 --dry [] false 30s null true"),
  ])
  func binds(_ words: String, _ expected: String) async {
    let fixture = Fixture(arguments: words.split(separator: " ").map(String.init))
    let outcome = await fixture.run(Self.script)
    #expect(outcome.exitCode == .done, "\(outcome.diagnostics)")
    #expect(fixture.output.lines == [expected])
  }

  @Test(arguments: [
    ("", ["missing argument 'image': text"]), ("x nginx", ["count is 'x', expected an integer"]),
    ("nginx --dyr", ["unknown option '--dyr'"]), ("nginx --rate", ["option '--rate' needs a value: a number"]),
    (
      "nginx --rate x --time-limit 5",
      [
        "--rate is 'x', expected a number", "--time-limit is '5', expected a duration such as 500ms, 5s or 2m",
      ]
    ),
    ("nginx --dry=1 --dry", ["option '--dry' takes no value", "option '--dry' is given twice"]),
    ("nginx --safe maybe", ["--safe is 'maybe', expected true or false"]),
  ])
  func refuses(_ words: String, _ expected: [String]) async {
    let fixture = Fixture(arguments: words.split(separator: " ").map(String.init))
    let outcome = await fixture.run(Self.script)
    #expect(outcome.exitCode == .invalid)
    for (diagnostic, message) in zip(outcome.diagnostics, expected) { #expect(diagnostic.message == message) }
    #expect(outcome.diagnostics.count == expected.count)
    #expect(fixture.output.lines.isEmpty)
  }

  @Test func surplusWordsAreErrorsAndUndeclaredOnesStay() async {
    let fixture = Fixture(arguments: ["a", "b"])
    let outcome = await fixture.run("args { x: string }\nprint never")
    #expect(outcome.diagnostics.first?.message == "unexpected argument 'b'")
    #expect(outcome.diagnostics.first?.remedy == "usage: FILE.hydra x")
    await fixture.run("print $args ${args[1]}")
    #expect(fixture.output.lines == ["[\"a\", \"b\"] b"])
  }

  @Test(arguments: [
    ("print x; args { a: int }", "only as the first statement"), ("if true { args { a: int } }", "only as the first"),
    ("args { a: int }; args { b: int }", "only as the first"), ("args { a: text }", "unknown type 'text'"),
    ("args { a: int = \"x\" }", "a is 'x', expected an integer"), ("args { a: int = 1 + 1 }", "not a literal"),
    ("args { a: flag }", "write '--a: flag'"), ("args { --a: list }", "cannot be an option"),
    ("args { a: list, b: int }", "nothing can follow the list"),
    ("args { a: int, a: string }", "'a' is already defined here"),
    ("args { a: int }; let a = 1", "'a' is already defined here"), ("args { a int }", "expected ':'"),
    ("args { a: int b: int }", "expected"), ("args { if: int }", "'if' is a word of the language"),
    ("args { args: list }", "'args' is already defined here"), ("args { --x: flag = true }", "a flag has no default"),
  ])
  func checksDeclarations(_ text: String, _ message: String) async {
    let outcome = await Fixture().run(text)
    #expect(outcome.exitCode == .invalid)
    #expect(outcome.diagnostics.contains { $0.message.contains(message) }, "\(outcome.diagnostics)")
  }

  @Test func theWordArgsStaysAVariable() async {
    let fixture = Fixture(arguments: ["a"])
    #expect(await fixture.run("let n = len(args); print $n ${args[0]}").exitCode == .done)
    #expect(fixture.output.lines == ["1 a"])
  }

  @Test(arguments: [
    ("expect len(nodes()) == 1", 0), ("expect len(nodes()) == 9 within 2s", 3),
    ("wait until len(nodes()) == 1 within 5s", 0),
    ("wait until len(nodes()) == 2 within 1s", 3), ("expect 1 == 1 , \"why\"", 0), ("expect 1 == 1; node add", 2),
    ("wait 5s", 2), ("expect", 2), ("expect nope", 2),
  ])
  func oneShots(_ line: String, _ status: Int32) async {
    let fixture = Fixture(nodes: 1)
    let outcome = await fixture.session.run(words: line.split(separator: " ").map(String.init))
    #expect(outcome.exitCode.rawValue == status, "\(outcome.diagnostics)")
  }
}
