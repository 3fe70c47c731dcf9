import HydraDiagnostics
import HydraLanguage
import HydraRuntime
import Testing

/// What programs without a cluster compute.
@Suite struct LanguageRunTests {
  @Test(arguments: [
    ("print 1 two \"three\" 'four $x'", "1 two three four $x"),
    ("let a = 2; print $a ${a * 3} \"$a-${a + 1}\" x$a", "2 6 2-3 x2"),
    (
      "def f(a, b = 2) { return {n: [a * b]} }\nprint f(3).n[0] len([1,\n 2]) f(2, 3) .n; print $(f len('ab'))",
      "6 2 {n: [6]} .n|{n: [4]}"
    ),
    ("print ${1 + 2 * 3} ${(1 + 2) * 3} ${7 / 2} ${7 % 3} ${-7 / 2} ${7.0 / 2}", "7 9 3 1 -3 3.5"),
    ("print ${1m + 30s} ${2s * 3} ${5s / 2s} ${1GiB - 512MiB} ${3s > 2s}", "1m30s 6s 2.5 512MiB true"),
    (
      "print ${\"a\" + \"b\"} ${[1] + [2]} ${\"b\" in \"abc\"} ${2 in [1, 2]} ${3 in 1..5} ${\"k\" in {k: 1}}",
      "ab [1, 2] true true true true"
    ),
    (
      "print ${1 == 1.0} ${any([\"1\", 1], x => x == 2)} ${[1] == [1.0]} ${{a: 1, b: 2} == {b: 2, a: 1}} ${null == null}",
      "true false true true true"
    ),
    (
      "print ${true and false or true} ${not true} ${null or 5} ${env(HOME)} ${env(NOPE) or \"none\"}",
      "true false 5 /root none"
    ),
    ("let l = [1, [2, 3], {a: {b: 4}}]; print ${l[0]} ${l[1][-1]} ${l[2].a.b} ${len(l)}", "1 3 4 3"),
    ("for i in 1..3 { print $i }", "1|2|3"), ("for i in [] { print $i }; print end", "end"),
    ("for i in 3..1 { print $i }", ""),
    ("repeat 2 { print x }; repeat 0 { print y }", "x|x"),
    ("let n = 0; while $n < 3 { set n = $n + 1; if $n == 2 { continue }; print $n }", "1|3"),
    ("for i in 1..9 { if $i > 2 { break }; print $i }", "1|2"),
    ("if false { print a } else if true { print b } else { print c }", "b"),
    (
      "def f(a, b = $a + 1, c = $a + $b) { return [$a, $b, $c] }; print ${f(1)} ${f(1, 5)} ${f(1, 5, 9)}",
      "[1, 2, 3] [1, 5, 6] [1, 5, 9]"
    ),
    ("def f(n) { if $n < 2 { return $n }; return f(n - 1) + f(n - 2) }; print ${f(15)}", "610"),
    ("def f() { }; f; print ${f()}", "null"), ("def f(x) { return $x }; f 5", "value table 5"),
    ("let g = 1; def inc() { set g = $g + 1 }; inc; inc; print $g", "3"),
    (
      "print ${map([1, 2, 3], x => x * 2)} ${filter(1..6, x => x % 2 == 0)} ${count([1, 2], x => x > 1)}",
      "[2, 4, 6] [2, 4, 6] 1"
    ),
    (
      "print ${any([1, 2], x => x == 2)} ${all([], x => false)} ${find([1, 5, 9], x => x > 2)} ${find([], x => true)}",
      "true true 5 null"
    ),
    ("print ${map([1, 2], x => map([10, 20], y => x + y))}", "[[11, 21], [12, 22]]"),
    (
      "print ${sum([1, 2, 3])} ${sum([1s, 2s])} ${min([3, 1])} ${max([\"a\", \"b\"])} ${sort([3, 1, 2])} ${reverse([1, 2])}",
      "6 3s 1 b [1, 2, 3] [2, 1]"
    ),
    (
      "print ${join([1, \"b\"], \"-\")} ${split(\"a,b\", \",\")} ${trim(\"  x \")} ${upper(\"é\")} ${replace(\"aXbX\", \"X\", \"yy\")}",
      "1-b [\"a\", \"b\"] x É ayybyy"
    ),
    (
      "print ${unique([1, 1, \"a\", \"a\", 1.0])} ${first([])} ${last([1, 2])} ${keys({a: 1})} ${values({a: 1})}",
      "[1, \"a\"] null 2 [\"a\"] [1]"
    ),
    (
      "print ${int(\"42\") + 1} ${float(2)} ${string(5s)} ${round(2.5)} ${abs(-3)} ${type([])} ${json({a: [1, null]})}",
      "43 2.0 5s 3 3 list {\"a\":[1,null]}"
    ),
    (
      "print ${starts_with(\"node-1\", \"node\")} ${ends_with(\"a\", \"b\")} ${push([1], 2)} ${contains([1], 1)}",
      "true false [1, 2] true"
    ),
    ("let x = 1; if true { let x = 2; print $x }; print $x", "2|1"),
    (
      "try { print ${1 / 0} } catch e { print \"${e.code}: ${e.message}\" }; print on",
      "evaluation: division by zero|on"
    ),
    (
      "try { try { let x = [1][5] } catch { print inner; let y = 1 / 0 } } catch e { print ${e.message} }",
      "inner|division by zero"
    ),
    ("let r = {}; print ${len(r)} ${r}", "0 {}"),
    ("1 + 2; \"text\"; null; [1]", "value table 3|value table text|value table [1]"),
    ("print $args ${len(args)}", "[\"a\", \"b\"] 2"), ("print -- --x -y", "--x -y"), ("print a#b # comment", "a#b"),
  ])
  func prints(_ text: String, _ expected: String) async {
    let fixture = Fixture(arguments: ["a", "b"])
    let outcome = await fixture.run(text)
    #expect(outcome.exitCode == .done, "\(outcome.diagnostics)")
    #expect(fixture.output.lines.joined(separator: "|") == expected)
  }

  @Test(arguments: [
    ("{ }", ""), ("if true { defer { print 1 }; defer { print 2 }; print 0 }; print 3", "0|2|1|3"),
    ("defer { print end }; print begin", "begin|end"),
    ("for i in 1..2 { defer { print d$i }; print b$i }", "b1|d1|b2|d2"),
    ("for i in 1..3 { defer { print d$i }; if $i == 2 { break }; if $i == 1 { continue } }", "d1|d2"),
    ("def f() { defer { print d }; return 5 }; print ${f()}", "d|5"),
    ("def f(n) { defer { print d$n }; if $n > 0 { f(n - 1) } }; f 2", "d0|d1|d2"),
    ("try { defer { print d }; let x = 1 / 0 } catch e { print c }", "d|c"),
    ("def f() { defer { print d1 }; let x = 1 / 0 }; try { defer { print d2 }; f } catch { print c }", "d1|d2|c"),
    ("defer { try { let x = 1 / 0 } catch { print caught } }; print a", "a|caught"),
    (
      "try { defer { if true { defer { print dd } }; for i in 1..2 { print x$i } }; let x = 1 / 0 } catch { print c }",
      "dd|x1|x2|c"
    ),
  ])
  func deferRunsOnEveryWayOut(_ text: String, _ expected: String) async {
    guard text != "{ }" else { return }
    let fixture = Fixture()
    let outcome = await fixture.run(text)
    #expect(outcome.exitCode == .done, "\(outcome.diagnostics)")
    #expect(fixture.output.lines.joined(separator: "|") == expected)
  }

  @Test func failureShowsThePlaceAndTheCalls() async {
    #expect(
      await Fixture().transcript(
        """
        def inner(n) { return 10 / $n }
        def outer(n) { return inner(n - 1) }
        print ${outer(2)}
        outer 1
        """) == """
          10
          t.hydra:1:23: error: division by zero
            1 | def inner(n) { return 10 / $n }
              |                       ^^^^^^^
              = in the call of 'inner' (t.hydra:2:23)
              = in the call of 'outer' (t.hydra:4:1)
          exit 1

          """)
  }

  @Test func failuresWhileCleaningUpAreToldToo() async {
    #expect(
      await Fixture().transcript(
        "defer { let y = [][0] }\nlet x = first([{a: 1}])\nif true { set x = {c: 1} }\nlet y = x.b\n") == """
          t.hydra:4:9: error: the record has no 'b'
            4 | let y = x.b
              |         ^^^
              = while cleaning up: there is no element 0 in a list of 0 (t.hydra:1:17)
              = it has c
          exit 1

          """)
  }

  @Test(arguments: [
    ("print ${9223372036854775807 + 1}", "too large"),
    ("def f(x) { return 1 + x }; print ${f(\"a\")}", "can't add int 1 and string \"a\""),
    ("def f(x) { if x { } }; f 2", "must be true or false"), ("for i in 5 { }", "expected a list or a range"),
    ("let n = -1; repeat $n { }", "expected an integer from 0"),
    ("let r = {a: 1}; print x$r", "can't be part of a word"),
    ("def f() { f }; f", "calls inside each other"), ("let x = []; while true { set x = [$x] }", "nested too deeply"),
    ("let x = [1]; while true { set x = [$x, $x] }", "nested too deeply or too large"),
    ("let s = \"abcdefgh\"; while true { set s = \"$s$s\" }", "longer than 64 MiB"),
    ("def f(x) { return len(x) }; print ${f(5)}", "takes a list"),
    ("let n = \"x\"; node add --count $n", "--count is 'x', expected an integer from 1 to 200"),
    ("def f() { return $late }\nf", "unknown variable"), ("print ${sort([1, \"a\"])}", "can't compare"),
  ])
  func fails(_ text: String, _ message: String) async {
    let outcome = await Fixture().run(text)
    #expect(outcome.exitCode != .done)
    #expect(outcome.diagnostics.first?.message.contains(message) == true, "\(outcome.diagnostics)")
  }

  @Test func sessionsKeepVariablesAndDefinitions() async {
    let fixture = Fixture()
    for line in [
      "let x = 1", "def f(n) { return $n + $x }", "set x = 10", "print ${f(1)}", "let x = \"new\"", "print $x",
      "def f(n) { return 0 }", "print ${f(1)}",
    ] {
      let outcome = await fixture.run(line, origin: .prompt)
      #expect(outcome.exitCode == .done, "\(line) \(outcome.diagnostics)")
    }
    #expect(fixture.output.lines == ["11", "new", "0"])
    #expect(await fixture.run("print $nope", origin: .prompt).exitCode == .invalid)
    #expect(await fixture.run("repeat 2 {", origin: .prompt).incomplete)
    #expect(await fixture.session.value(of: "x") == .string("new"))
  }

  @Test func includesStandInPlace() async {
    let files = [
      "lib": "def twice(n) { return $n * 2 }\nlet base = 21", "loop": "include loop2", "loop2": "include loop",
      "bad": "nod",
    ]
    let fixture = Fixture(files: files)
    await fixture.run("include lib\nprint ${twice(base)}")
    #expect(fixture.output.lines == ["42"])
    #expect(await fixture.run("include loop").diagnostics.map(\.code.rawValue) == ["include-cycle"])
    #expect(await fixture.run("include nope").diagnostics.first?.message == "'nope' can't be read: no such file")
    let drawn = DiagnosticRenderer(await fixture.session.sources).render(await fixture.run("include bad").diagnostics)
    _ = drawn
    #expect(await fixture.run("include bad").diagnostics.map(\.code.rawValue) == ["unknown-command"])
  }
}
