import FoundationEssentials
import HydraDiagnostics
import HydraLanguage
import Testing

@Suite struct PropertyTests {
  private static let pieces: [String] = [
    "node", "add", "cluster", "start", "--count", "3", "--port=1", "let", "x", "=", "$x", "${", "}", "{", "(", ")", "[",
    "]",
    "\"", "'", ";", "\n", "#c\n", "\\", "\\\n", "if", "else", "for", "in", "repeat", "while", "break", "def", "f",
    "return",
    "try", "catch", "defer", "expect", "wait", "until", "within", "5s", "64MiB", "1..5", "+", "-", "*", "/", "%", "==",
    "!=",
    "<", "<=", ".", "..", ",", ":", "=>", "and", "or", "not", "true", "null", "service(a)", "nodes()", "len(",
    "filter(",
    "$(", "state", "watch", "--until", "print", "é", "日", "\u{0}", "\t", "--", "1.5", "@", "|", "&&", "include", "help",
    "1e9", "set", "set x.a = ", "set x[0]", "{[$x]: 1}", "for i, x in", "fail", "exit", "parallel", "args {",
    "x: int = 3", "--dry: flag", "sort(x, y => ", "group_by(",
    "http(\"u\", {method: \"GET\"", "exec([", "{timeout: 5s}", "write_file(", "take(", "zip(", "pad(",
    "format(\"%s\", ",
    "parse_json(", "random(1..2", "choose(", "--within: duration = 5s", "[1..", "service(A_b)", "elif", "then",
    "[1..2]",
  ]

  private static func text(_ generator: inout SeededGenerator) -> String {
    let count = Int.random(in: 0...40, using: &generator)
    return (0..<count).map { _ in
      pieces[Int.random(in: 0..<pieces.count, using: &generator)] + (Bool.random(using: &generator) ? " " : "")
    }.joined()
  }

  @Test func theFuzzerKnowsEveryFunctionAndCommand() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let words = try String(contentsOf: root.appending(path: "fuzz/dictionary.txt"), encoding: .utf8)
    let known = FunctionTable.functions.map(\.name) + CommandTable.nouns
    #expect(known.filter { !words.contains("\"\($0)\"\n") } == [])
  }

  /// Whatever is read: a result or errors, never a trap; every diagnostic lies within the text and can be drawn.
  @Test(arguments: 0..<40) func soupOfTokensNeverTraps(_ seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<250 { check(bytes: Array(Self.text(&generator).utf8)) }
  }

  @Test(arguments: 0..<10) func bytesNeverTrap(_ seed: Int) {
    var generator = SeededGenerator(seed: UInt64(1000 + seed))
    for _ in 0..<200 {
      let count = Int.random(in: 0...80, using: &generator)
      check(bytes: (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }
  }

  /// A right program with a few bytes changed is the likeliest place for a slip.
  @Test(arguments: 0..<20) func changedProgramsNeverTrap(_ seed: Int) {
    let program = Array(
      """
      args { count: int = 3 "how many", image: string = "x", --dry: flag, names: list }
      let replicas = 3
      defer { cluster destroy test }
      def f(a, b = "x${1 + 2}") { return [$a, {k: $b}] }
      repeat 5 { node add --label a=b }
      wait until service(hello1).ready == $replicas within 30s
      for i, s in [1, 2][0..1] { set replicas = i + s; fail "no ${i}" }
      let r = {a: [1], [f(1)[0]]: 2} + {b: 3}
      set r.a[-1] = sort(keys(r), k => len(k))[0]
      set r["c"] = push(r["c"], group_by([1], x => x))
      parallel { { let x = r; set x.a = 1 }; node add; parallel for i, n in [1] { defer { state }; print $n } }
      if r.b == 3 { exit 3 }
      for s in filter(services(), s => s.ready > 0) { print "${s.name}: ${f(1)[0]}" $(state) }
      try { watch nodes --until 1 == 1 --for 1s } catch e { print ${e.message} }
      expect http("http://localhost").status == 200 within 2s, "no ${replicas}"

      """.utf8)
    check(bytes: program)
    var generator = SeededGenerator(seed: UInt64(2000 + seed))
    for _ in 0..<150 {
      var bytes = program
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0...3, using: &generator) {
        case 0: bytes.remove(at: place)
        case 1: bytes[place] = UInt8.random(in: 0x20...0x7E, using: &generator)
        case 2: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + 9))
        }
        if bytes.isEmpty { break }
      }
      check(bytes: bytes)
    }
  }

  private func check(bytes: [UInt8]) {
    var sources = SourceMap()
    let file = sources.add(name: "t", bytes: bytes)
    let parsed = Parser.parse(file)
    for statement in parsed.script.statements { checkNesting(statement.range, within: parsed.script.range) }
    let compilation = Compiler.compile(file, sources: &sources)
    #expect((compilation.program == nil) == compilation.diagnostics.containsError)
    for diagnostic in compilation.diagnostics {
      #expect(diagnostic.range.map { file.fullRange.contains($0) } == true, "\(String(decoding: bytes, as: UTF8.self))")
    }
    _ = DiagnosticRenderer(sources).render(compilation.diagnostics)
    if let function = compilation.program?.main {
      #expect(function.code.count == function.ranges.count)
      for range in function.ranges { #expect(file.fullRange.contains(range)) }
    }
  }

  private func checkNesting(_ inner: SourceRange, within outer: SourceRange) {
    #expect(inner.start <= inner.end && outer.contains(inner))
  }
}
