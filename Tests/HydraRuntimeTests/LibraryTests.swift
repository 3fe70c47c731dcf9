import FoundationEssentials
import HydraDiagnostics
import HydraLanguage
import HydraModel
import HydraRuntime
import Testing

/// What the functions of the library return, and what they refuse.
@Suite struct LibraryTests {
  @Test(arguments: [
    ("take([1, 2, 3], 2)", "[1, 2]"), ("take([1, 2, 3], -2)", "[2, 3]"), ("take([1], 5)", "[1]"),
    ("take(\"größe\", 3)", "grö"),
    ("take(\"größe\", -2)", "ße"), ("take(1..9223372036854775807, 2)", "[1, 2]"),
    ("take(1..9223372036854775807, -1)", "[9223372036854775807]"), ("take(3..1, 2)", "[]"),
    ("take([], -9223372036854775807)", "[]"),
    ("flatten([[1, 2], 3, [], [[4]], 5..6])", "[1, 2, 3, [4], 5, 6]"), ("flatten([])", "[]"),
    ("zip([1, 2, 3], [\"a\", \"b\"])", "[[1, \"a\"], [2, \"b\"]]"), ("zip(1..2, 3..9)", "[[1, 3], [2, 4]]"),
    ("round(2.567, 2)", "2.57"), ("round(-2.567, 1)", "-2.6"), ("round(5, 2)", "5"), ("round(2.5)", "3"),
    ("round(-2.5)", "-3"),
    ("round(400000000000000000000.5, 15)", "4e+20"), ("round(4503599627370497.0, 3)", "4503599627370497.0"),
    ("round(0.1 + 0.2, 15)", "0.3"),
    ("round(366ms123us, 1ms)", "366ms"), ("round(-1500us, 1ms)", "-2ms"), ("round(1499us, 1ms)", "1ms"),
    ("round(90s, 1m)", "2m"),
    ("lines(\"a\\nb\\r\\n\\nc\")", "[\"a\", \"b\", \"\", \"c\"]"), ("lines(\"\")", "[]"),
    ("lines(\"a\\n\")", "[\"a\"]"),
    ("lines(\"\\n\")", "[\"\"]"), ("lines(\"a\\rb\\r\")", "[\"a\\rb\\r\"]"),
    ("\"[\" + pad(\"web\", 5) + \"]\"", "[web  ]"), ("pad(7, -3, \"0\")", "007"), ("pad(\"日本\", 5, \".\")", "日本."),
    ("pad(\"long\", 2)", "long"),
    ("format(\"%-6s|%4d|%6.2f|%x|100%%\", \"web\", 3, 3.14159, 255)", "web   |   3|  3.14|ff|100%"),
    (
      "format(\"%05d %+d %+.1f %.3s %8.3f %f\", -42, 7, 2.25, \"abcdef\", 2, 0.5)",
      "-0042 +7 +2.2 abc    2.000 0.500000"
    ),
    ("format(\"%s %s %s\", 5s, [1, \"a\"], null)", "5s [1, \"a\"] null"), ("format(\"plain\")", "plain"),
    ("int(5s)", "5"), ("int(-1500ms)", "-1"),
    ("parse_json(\"[1, -2.5, 1e3, true, null, \\\"a\\\\u00e9\\\"]\")", "[1, -2.5, 1000.0, true, null, \"aé\"]"),
    ("parse_json(\"{\\\"a\\\": {\\\"b-c\\\": [{}]}}\").a[\"b-c\"]", "[{}]"),
    ("parse_json(\"9223372036854775807\")", "9223372036854775807"),
    ("parse_json(json({a: [1, 1.5, \"x\"]})).a", "[1, 1.5, \"x\"]"),
  ])
  func returns(_ expression: String, _ expected: String) async {
    let fixture = Fixture()
    let outcome = await fixture.run("def id(x) { return x }\nprint ${\(expression)}\nid 1")
    #expect(outcome.exitCode == .done, "\(outcome.diagnostics)")
    #expect(fixture.output.lines.first == expected)
  }

  @Test(arguments: [
    ("take(id([1]), id(\"a\"))", "an integer as its count"), ("take(id(5), 1)", "a list or a string"),
    ("flatten(1)", "a list"),
    ("zip([1], 2)", "a list"), ("round(1.5, 16)", "0 to 15 digits"), ("round(5s)", "a unit such as 1ms"),
    ("round(5s, 0s)", "a unit such as 1ms"), ("round(id(\"a\"))", "a number, or a duration"), ("lines(3)", "a string"),
    ("pad(\"a\", 5, \"ab\")", "fills with one character"), ("pad(\"a\", 5, \"日\")", "fills with one character"),
    ("pad(\"a\", id(\"b\"))", "an integer as its width"), ("pad(\"a\", 9223372036854775807)", "longer than 64 MiB"),
    ("format(\"%d\", 1.5)", "'%d' takes an int, not float 1.5"), ("format(\"%f\", \"a\")", "'%f' takes a number"),
    ("format(\"%s\")", "no value for '%s'"), ("format(\"x\", 1)", "no directive for int 1"),
    ("format(\"%q\", 1)", "'%q' is not a directive"),
    ("format(\"%5\")", "'%5' is not a directive"), ("format(\"%2000d\", 1)", "wider than 1000"),
    ("parse_json(\"\")", "line 1, column 1: expected a value, but it ends here"),
    ("parse_json(\"{\\\"a\\\": [1,\\n 2\")", "line 2, column 3: expected ',' or ']', but it ends here"),
    (
      "parse_json(\"{\\\"a\\\": [0, 12345678901234567890]}\")", "12345678901234567890 at .a[1] is too large for 64 bits"
    ),
    ("parse_json(\"1e999\")", "1e999 is too large for a float"), ("parse_json(5)", "takes a string"),
    ("format_time(5)", "takes a time"), ("format_time(now(), \"%Q\")", "'%Q' is not known"),
    ("parse_time(\"yesterday\")", "\"yesterday\" is not a time"), ("id(now()) + now()", "can't add time"),
    ("id(now()) - 5", "can't subtract time"), ("id(now()) < 5s", "can't compare time"),
    (
      "now() + 290000h + 290000h + 290000h + 290000h + 290000h + 290000h + 290000h + 290000h + 290000h", "1677 and 2262"
    ),
  ])
  func refuses(_ expression: String, _ message: String) async {
    // Through a definition checking knows nothing of a value, so that it is refused when it runs.
    let outcome = await Fixture().run("def id(x) { return x }\nprint ${\(expression)}\nprint ${id(1)}")
    #expect(outcome.exitCode != .done)
    #expect(outcome.diagnostics.first?.message.contains(message) == true, "\(outcome.diagnostics)")
  }

  /// Nesting and numbers of parts are bounded before anything is built of them.
  @Test func jsonIsBounded() async {
    let fixture = Fixture()
    let outcome = await fixture.run(
      """
      def nested(n) { return join(map(1..$n, x => "["), "") + join(map(1..$n, x => "]"), "") }
      print type(parse_json(nested(63)))
      let text = nested(64)
      try { parse_json(text) } catch e { print ${e.message} }
      let long = join(map(1..1000001, x => "1"), ",")
      try { parse_json("[" + long + "]") } catch e { print ${e.message} }
      """)
    #expect(outcome.exitCode == .done, "\(outcome.diagnostics)")
    #expect(
      fixture.output.lines == [
        "list", "the text is not valid JSON at line 1, column 64: nested deeper than 63",
        "the text is not valid JSON at line 1, column 2000000: more than 1000000 values",
      ])
  }

  @Test(arguments: [
    ("now()", "2023-11-14T22:13:20.000Z"), ("now() - 1h30m", "2023-11-14T20:43:20.000Z"),
    ("250ms + now()", "2023-11-14T22:13:20.250Z"),
    ("now() - (now() - 5s)", "5s"), ("now() - parse_time(\"2023-11-14T22:13:00Z\") < 30s", "true"),
    ("now() == now()", "true"),
    ("now() > now() - 1s", "true"), ("min([now(), now() - 1s])", "2023-11-14T22:13:19.000Z"), ("type(now())", "time"),
    ("format_time(now(), \"%F %T\")", "2023-11-14 22:13:20"), ("format_time(now())", "2023-11-14T22:13:20.000Z"),
    ("int(now())", "1700000000"),
    ("float(now() + 500ms)", "1700000000.5"), ("json({at: now()})", "{\"at\":\"2023-11-14T22:13:20.000Z\"}"),
    ("parse_time(string(now())) == now()", "true"), ("[now()]", "[2023-11-14T22:13:20.000Z]"),
    ("id(now()) == \"2023-11-14T22:13:20.000Z\"", "false"),
    ("type(nodes()[0].since)", "time"), ("type(now() - nodes()[0].since)", "duration"),
    ("\"at ${now()}\"", "at 2023-11-14T22:13:20.000Z"),
  ])
  func timeIsAValue(_ expression: String, _ expected: String) async {
    let fixture = Fixture(nodes: 1)
    let outcome = await fixture.run("def id(x) { return x }\nprint ${\(expression)}\nprint ${id(1)}")
    #expect(outcome.exitCode == .done, "\(outcome.diagnostics)")
    #expect(fixture.output.lines.first == expected)
  }

  /// Times of the model in JSON are as they were when they were strings: those of the API.
  @Test func timesOfTheModelAreWrittenAsTheAPIWritesThem() {
    for milliseconds in stride(from: 1_699_999_999_000, to: 1_700_000_001_000, by: 7) {
      let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
      let node = NodeState(name: "n", container: "n.test", ip: nil, image: "i", state: .ready, since: date)
      #expect(Value(node).json().contains("\"since\":\"\(HydraJSON.format(date))\""))
    }
  }
}
