import HydraDiagnostics
import HydraLanguage
import HydraModel
import HydraRuntime
import HydraSimulation
import Synchronization
import Testing

/// `parallel`: its branches run at the same time, are waited for, and cancel each other.
@Suite struct ParallelTests {
  /// Branches that don't wait for anything run to their ends, in whatever order.
  @Test(arguments: [
    ("parallel { print a; print b }; print end", ["a", "b"], "end"),
    ("parallel { { let x = 1; print $x }\n { let x = 2; print $x } }; print end", ["1", "2"], "end"),
    ("parallel for i in 1..4 { print $i }; print end", ["1", "2", "3", "4"], "end"),
    ("parallel for i, x in [\"a\", \"b\"] { print $i$x }; print end", ["0a", "1b"], "end"),
    ("parallel for k, v in {a: 1} { set v = v + 1; print $k$v }; print end", ["a2"], "end"),
    ("parallel { }; parallel for x in [] { print no }; print end", [], "end"),
    ("let n = 5; def f(k) { return n + k }; parallel { print f(1); print f(2) }; print end", ["6", "7"], "end"),
    ("parallel { if true { defer { print d } }; parallel { print x; print y } }; print end", ["d", "x", "y"], "end"),
    ("def f(n) { parallel { { if n > 0 { f(n - 1) } }; print $n } }; f 3; print end", ["0", "1", "2", "3"], "end"),
    ("parallel { { for i in 1..9 { if i == 2 { break } }; print l } }; print end", ["l"], "end"),
    (
      "let r = {a: [1]}; parallel for i in 1..3 { let m = r; set m.a[0] = i; print ${m.a} }; print $r",
      ["[1]", "[2]", "[3]"], "{a: [1]}"
    ),
    ("try { parallel { fail \"x\" } } catch e { print ${e.message} }; print end", ["x"], "end"),
  ])
  func runsEveryBranch(_ text: String, _ lines: [String], _ last: String) async {
    let fixture = Fixture()
    let outcome = await fixture.run(text)
    #expect(outcome.exitCode == .done, "\(outcome.diagnostics)")
    #expect(fixture.output.lines.dropLast().sorted() == lines)
    #expect(fixture.output.lines.last == last)
  }

  /// Each branch waits for what the other one does: in turns neither would end. The clock stands still, so nothing else
  /// wakes them.
  @Test(.timeLimit(.minutes(1))) func branchesRunAtTheSameTime() async {
    let fixture = Fixture(nodes: 1, clock: FrozenClock())
    let outcome = await fixture.run(
      """
      parallel {
        { wait until len(nodes()) == 2 within 5s; node add --quiet; print first }
        { node add --quiet; wait until len(nodes()) == 3 within 5s; print second }
      }
      """)
    #expect(outcome.exitCode == .done, "\(outcome.diagnostics)")
    #expect(fixture.output.lines.filter { !$0.hasPrefix("node") }.sorted() == ["first", "second"])
  }

  /// The sleep would last an hour: only the failure of the other branch ends it.
  @Test(.timeLimit(.minutes(1))) func aFailureCancelsTheOthersWhichCleanUp() async throws {
    let fixture = Fixture(nodes: 1, clock: FrozenClock())
    let outcome = await fixture.run(
      """
      defer { print outer }
      parallel {
        { defer { print undone; node add --quiet }; sleep 1h; print never }
        { defer { print mine }; wait until len(nodes()) == 1 within 5s; fail "enough" }
      }
      print never
      """)
    #expect(outcome.exitCode == .failed)
    #expect(outcome.diagnostics.map(\.message) == ["enough"])
    #expect(fixture.output.lines.filter { !$0.hasPrefix("node") }.sorted() == ["mine", "outer", "undone"])
    #expect(fixture.output.lines.last == "outer")
    #expect(try await fixture.cluster.state().nodes.count == 2)
  }

  @Test(.timeLimit(.minutes(1))) func cancellationReachesEveryBranch() async throws {
    let fixture = Fixture(nodes: 1, clock: FrozenClock())
    let run = Task {
      await fixture.run(
        "defer { print all }\nparallel for i in 1..3 { defer { print d$i; node add --quiet }; print b$i; sleep 1h }")
    }
    while fixture.output.lines.count < 3 { await Task.yield() }
    run.cancel()
    let outcome = await run.value
    #expect(outcome.exitCode == .interrupted)
    #expect(Set(fixture.output.lines).isSuperset(of: ["b1", "b2", "b3", "d1", "d2", "d3"]))
    #expect(fixture.output.lines.last == "all")
    #expect(try await fixture.cluster.state().nodes.count == 4)
  }

  @Test func theFirstInTheTextIsReported() async {
    #expect(
      await Fixture().transcript("def f(n) { parallel { { fail \"a${n}\" }; { fail \"b\" } } }\nf 1\n").contains(
        "t.hydra:1:25: error: a1\n"))
    let outcome = await Fixture().run("parallel { exit 4; sleep 1h }\nprint never")
    #expect(outcome.exitCode.rawValue == 4)
    #expect(outcome.diagnostics.isEmpty)
  }

  @Test func theCallsThatLedToABranchAreShown() async {
    let text = await Fixture().transcript("def f(n) { return 1 / n }\ndef g() { parallel { print f(0) } }\ng\n")
    #expect(
      text == """
        t.hydra:1:19: error: division by zero
          1 | def f(n) { return 1 / n }
            |                   ^^^^^
            = in the call of 'f' (t.hydra:2:28)
            = in the call of 'g' (t.hydra:3:1)
        exit 1

        """)
  }

  @Test func cleaningUpAfterACancellationIsReported() async {
    let fixture = Fixture(clock: FrozenClock())
    let text = await fixture.transcript(
      "parallel {\n  { defer { fail \"left over\" }; sleep 1h }\n  fail \"why\"\n}\n")
    #expect(text.contains("error: why\n") && text.contains("while cleaning up: left over (t.hydra:2:13)"), "\(text)")
  }

  /// The cluster that a branch starts is its own until the end; then the last one in the text is that of what follows.
  @Test func eachBranchHasItsOwnChoiceOfACluster() async {
    let fixture = Fixture()
    let outcome = await fixture.run(
      """
      parallel {
        { cluster start one --nodes 1 --quiet; print len(nodes()) }
        { cluster start two --nodes 2 --quiet; print len(nodes()) }
      }
      print "now ${len(nodes())}"
      """)
    #expect(outcome.exitCode == .done, "\(outcome.diagnostics)")
    #expect(fixture.output.lines.filter { $0.count < 8 }.sorted() == ["1", "2", "now 2"])
  }

  @Test(arguments: [
    ("let n = 0; parallel { set n = 1 }", "'n' cannot be changed in a branch of 'parallel'"),
    ("let r = {}; parallel for i in 1..2 { set r.a = i }", "'r' cannot be changed"),
    ("if true { let l = []; parallel { { set l = push(l, 1) } } }", "'l' cannot be changed"),
    ("let n = 0; def up() { set n = n + 1 }; parallel { up }", "'up' changes 'n'"),
    ("let n = 0; def a() { set n = 1 }; def b() { a }; parallel { print ${b()} }", "'b' changes 'n'"),
    ("def f(n) { parallel { set n = 1 } }; f 1", "'n' cannot be changed"),
    ("parallel { let x = 1 }", "a branch of its own"), ("parallel { defer { print x } }", "a branch of its own"),
    ("for i in 1..2 { parallel { break } }", "'break' would leave a branch"),
    ("def f() { parallel { return 1 } }; f", "'return' would leave a branch"),
    ("{ print x }", "expected a statement"), ("parallel { { { print x } } }", "expected a statement"),
    ("parallel print x", "expected 'for' or '{'"), ("parallel for x in 5 { }", "expected a list"),
    ("parallel for i in 1..1001 { }", "more than 1000 branches"),
    ("def f() { parallel { f; f } }; f", "more than 1000 branches"),
  ])
  func refuses(_ text: String, _ message: String) async {
    let outcome = await Fixture().run(text)
    #expect(outcome.exitCode != .done)
    #expect(outcome.diagnostics.first?.message.contains(message) == true, "\(outcome.diagnostics)")
  }
}
