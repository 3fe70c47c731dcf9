import HydraDiagnostics
import HydraLanguage
import HydraRuntime
import Testing

/// Places that `set` changes, loops in pairs, slices, keys, `fail` and `exit`.
@Suite struct StatementRunTests {
  @Test(arguments: [
    // Parts of values.
    ("let r = {a: 1}; set r.a = 2; set r.b = 3; set r[\"c d\"] = 4; print $r", "{a: 2, b: 3, \"c d\": 4}"),
    ("let l = [1, 2, 3]; set l[0] = 9; set l[-1] = 7; print $l", "[9, 2, 7]"),
    ("let d = {n: [{p: [1]}]}; set d.n[0].p[0] = 5; set d.n[0].q = {}; print $d", "{n: [{p: [5], q: {}}]}"),
    ("let a = [[1], [2]]; let b = a; set a[0][0] = 9; print $a $b", "[[9], [2]] [[1], [2]]"),
    ("let a = [1]; let r = {x: a, y: a}; set r.x[0] = 2; print $r $a", "{x: [2], y: [1]} [1]"),
    ("let a = [1, 2]; for x in a { set a[1] = 5; print $x }; print $a", "1|2|[1, 5]"),
    ("def f(l) { set l[0] = 9; return l }; let a = [1]; print ${f(a)} $a", "[9] [1]"),
    ("let g = {n: 0}; def up() { set g.n = g.n + 1 }; up; up; print ${g.n}", "2"),
    ("let l = [0, 0]; let i = 1; set l[i] = i + 5; print $l", "[0, 6]"),
    ("let r = {l: []}; for i in 1..3 { set r.l = push(r.l, i) }; print $r", "{l: [1, 2, 3]}"),
    ("let k = \"a b\"; let r = {\"a b\": [1]}; set r[k] = push(r[k], 2); print $r", "{\"a b\": [1, 2]}"),
    ("let r = {l: [1]}; let m = r.l; set r.l = push(r.l, 2); print $m ${r.l}", "[1] [1, 2]"),
    (
      "let r = {a: 1}; try { set r.x.y = 1 } catch e { print ${e.message} }; print $r",
      "the record has no 'x'|{a: 1}"
    ),
    ("let l = [[1]]; try { set l[0][5] = 1 } catch { }; set l[0][0] = 2; print $l", "[[2]]"),
    // Merging and computed keys.
    ("print ${{a: 1, b: 2} + {b: 3, c: 4}} ${{} + {a: 1}}", "{a: 1, b: 3, c: 4} {a: 1}"),
    ("let k = \"x\"; print ${{[k]: 1, y: 2, [\"${k}2\"]: 3}} ${{a: 0, [k]: 1}}", "{x: 1, y: 2, x2: 3} {a: 0, x: 1}"),
    ("let k = \"a\"; print ${{[k]: 1, [k]: 2}}", "{a: 2}"),
    // Pairs.
    ("for i, x in [\"a\", \"b\"] { print $i $x }", "0 a|1 b"),
    ("for i, x in 5..7 { print $i $x }", "0 5|1 6|2 7"),
    ("for k, v in {a: 1, b: [2]} { print $k $v }", "a 1|b [2]"),
    ("for i, x in [] { print $i $x }; for k, v in {} { print $k }", ""),
    ("for i, x in [1, 2, 3] { if i == 1 { continue }; for j, y in [x] { print $i $j $y } }", "0 0 1|2 0 3"),
    ("for i, x in 9223372036854775806..9223372036854775807 { print $i }", "0|1"),
    // Slices.
    (
      "let l = [0, 1, 2, 3]; print ${l[1..2]} ${l[-2..-1]} ${l[1..-1]} ${l[0..9]} ${l[3..1]} ${l[7..9]} ${[][0..1]}",
      "[1, 2] [2, 3] [1, 2, 3] [0, 1, 2, 3] [] [] []"
    ),
    ("print ${\"größe\"[1..3]} ${\"abc\"[-2..-1]} ${\"abc\"[5..9]}.", "röß bc ."),
    ("let r = 1..2; print ${[5, 6, 7][r]} ${[5, 6, 7][-9..0]}", "[6, 7] [5]"),
    // Keys.
    ("print ${sort([{n: 2, s: \"b\"}, {n: 1, s: \"c\"}], x => x.n)[0].s} ${sort([3, 1, 2], x => -x)}", "c [3, 2, 1]"),
    (
      "print ${sort([{k: 1, v: 1}, {k: 0, v: 2}, {k: 1, v: 3}, {k: 0, v: 4}], x => x.k)}",
      "[{k: 0, v: 2}, {k: 0, v: 4}, {k: 1, v: 1}, {k: 1, v: 3}]"
    ),
    (
      "print ${sum([{n: 2s}, {n: 3s}], x => x.n)} ${sum([], x => x)} ${max(1..3, x => -x)} ${min([], x => x)}",
      "5s 0 1 null"
    ),
    ("print ${min([{n: 2}, {n: 1}, {n: 1, last: true}], x => x.n)} ${sort([2, 1])} ${max([1, 2])}", "{n: 1} [1, 2] 2"),
    ("print ${group_by(1..5, x => x % 2 == 0)} ${group_by([], x => x)}", "{false: [1, 3, 5], true: [2, 4]} {}"),
    ("for k, v in group_by([\"ab\", \"c\", \"de\"], x => len(x)) { print $k ${join(v)} }", "2 ab, de|1 c"),
    ("let n = 10; print ${map([1], x => sum([1, 2], y => x + y + n))}", "[25]"),
    // Failing.
    ("try { fail \"no ${1 + 1}\" } catch e { print ${e.code} ${e.message} }", "fail no 2"),
    ("def f() { defer { print d }; fail \"x\" }; try { f } catch e { print ${e.message} }", "d|x"),
    ("try { fail {a: 1} } catch e { print ${e.message} }", "{a: 1}"),
  ])
  func prints(_ text: String, _ expected: String) async {
    let fixture = Fixture()
    let outcome = await fixture.run(text)
    #expect(outcome.exitCode == .done, "\(outcome.diagnostics)")
    #expect(fixture.output.lines.joined(separator: "|") == expected)
  }

  @Test(arguments: [
    ("exit", 0, ""), ("exit 3; print no", 3, "warning unreachable"), ("let n = 7; exit $n", 7, ""),
    ("exit ${200 + 55}", 255, ""), ("print a; defer { print d }; if true { exit 4 }; print b", 4, "a|d"),
    ("def f() { defer { print f }; exit 5 }; try { f } catch { print caught }; print after", 5, "f"),
    ("for i in 1..3 { defer { print $i }; if i == 2 { exit 6 } }", 6, "1|2"),
    ("expect (f() == 1) within 1s; def g() { }\n", 2, ""),
    ("def f() { exit 9 }; expect f() == 1", 9, ""),
    // What cleaning up has to say is not lost, and no success either.
    ("defer { fail \"late\" }; exit 0", 1, ""), ("defer { fail \"late\" }; exit 8", 8, ""),
    ("fail \"why\"", 1, ""), ("fail", 2, ""), ("defer { exit 3 }", 2, ""), ("exit 256", 2, ""),
    ("let n = 256; exit $n", 1, ""), ("quit", 2, ""),
  ])
  func ends(_ text: String, _ status: Int32, _ expected: String) async {
    let fixture = Fixture()
    let outcome = await fixture.run(text)
    #expect(outcome.exitCode.rawValue == status, "\(outcome.diagnostics)")
    #expect(fixture.output.lines.joined(separator: "|") == expected)
  }

  @Test func failShowsItsPlaceAndTheCalls() async {
    #expect(
      await Fixture().transcript("def check(n) {\n  if n > 1 { fail \"${n} is too many\" }\n}\ncheck 2\n") == """
        t.hydra:2:14: error: 2 is too many
          2 |   if n > 1 { fail "${n} is too many" }
            |              ^^^^^^^^^^^^^^^^^^^^^^^
            = in the call of 'check' (t.hydra:4:1)
        exit 1

        """)
  }

  @Test func cleaningUpAfterAnExitIsReported() async {
    #expect(
      await Fixture().transcript("defer { fail \"late\" }\nexit 0\n") == """
        t.hydra:1:9: error: late
          1 | defer { fail "late" }
            |         ^^^^^^^^^^^
        exit 1

        """)
  }

  @Test(arguments: [
    ("set x.a = 1", "unknown variable 'x'"), ("let l = []; set l[0] = 1", "there is no element 0 in a list of 0"),
    ("let l = [1]; set l.a = 1", "a list has no 'a'"), ("let s = \"ab\"; set s[0] = \"c\"", "cannot be set"),
    ("let n = 1; set n.a = 1", "int 1 has no 'a'"), ("let n = null; set n[0] = 1", "null has no elements"),
    ("let l = [1, 2]; set l[0..1] = 3", "a slice cannot be set"),
    ("let l = [1, 2]; let r = 0..1; set l[r] = 3", "cannot set element 0..1 of a list"),
    ("let r = {}; set r[0] = 1", "a record has no element 0"),
    ("def f(k) { return {[k]: 1} }; print ${f(1)}", "the key of a record is int 1"),
    ("for k in {a: 1} { }", "can't loop over a record"), ("for a, a in [1] { }", "'a' is already defined here"),
    ("for k, v in 5 { }", "expected a list"), ("print ${{a: 1} + [1]}", "can't add a record and a list"),
    ("print ${group_by([1.5], x => x)}", "cannot group by float 1.5"),
    ("print ${sort([1, \"a\"], x => x)}", "can't compare"), ("print ${sort([1], 2)}", "needs 'x => expression'"),
    ("print ${group_by([1])}", "takes 2 arguments"), ("print ${reverse([1], x => x)}", "takes 1 argument"),
    ("let x = [0]; while true { set x[0] = x }", "nested too deeply"),
  ])
  func fails(_ text: String, _ message: String) async {
    let outcome = await Fixture().run(text)
    #expect(outcome.exitCode != .done)
    #expect(outcome.diagnostics.first?.message.contains(message) == true, "\(outcome.diagnostics)")
  }
}
