import HydraDiagnostics
import HydraLanguage
import HydraRuntime
import HydraSimulation
import Testing

/// What checking refuses because of types does fail when it runs: nothing that works is ever refused.
///
/// Random straight programs run statement by statement in a session at the prompt, where a variable from an earlier input is
/// of no known type, so that each statement is refused for what it says alone or fails by itself. The same statements
/// as one script, with all types known, must be right as far as the first that failed.
@Suite struct TypeSoundnessTests {
  /// Numbers that are the same for the same seed (xorshift).
  private struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state &* 0x2545_F491_4F6C_DD1D
    }
  }

  private struct Program {
    var generator: Seeded
    var names: [String] = []

    mutating func pick<T>(_ choices: [T]) -> T { choices[Int.random(in: 0..<choices.count, using: &generator)] }

    mutating func atom() -> String {
      let literals = [
        "1", "2.5", "\"a\"", "\"node-1\"", "5s", "64MiB", "true", "null", "[1, 2]", "[\"a\"]", "{a: 1, b: \"x\"}",
        "1..3",
        "nodes()", "services()", "state()", "cluster()", "args", "[]", "{}", "env(HOME)", "env(NOPE)", "now()",
        "random(1..3)", "[[1], [2]]", "\"1,2\"",
      ]
      if !names.isEmpty, Bool.random(using: &generator) { return pick(names) }
      return pick(literals)
    }

    mutating func expression(_ depth: Int) -> String {
      guard depth > 0 else { return atom() }
      let inner = expression(depth - 1)
      switch Int.random(in: 0...17, using: &generator) {
      case 0: return atom()
      case 1: return "(\(inner)).\(pick(["name", "nodes", "a", "state", "ready", "services", "proxy"]))"
      case 2: return "(\(inner))[\(pick(["0", "-1", "\"a\"", "\"name\"", "0..1", "-2..-1"]))]"
      case 3, 4:
        let op = pick(["+", "-", "*", "/", "%", "==", "!=", "<", ">=", "in"])
        return "(\(inner)) \(op) (\(expression(depth - 1)))"
      case 5: return "(\(inner)) \(pick(["and", "or"])) \(atom())"  // Always right, as it may not be reached.
      case 6: return "\(pick(["-", "not "]))(\(inner))"
      case 7, 8:
        let name = pick([
          "len", "keys", "values", "first", "last", "sum", "min", "sort", "reverse", "unique", "upper", "int", "float",
          "string", "round", "abs", "type", "json", "trim", "lower", "max", "flatten", "lines", "parse_json",
          "parse_time", "format_time", "choose", "random",
        ])
        return "\(name)(\(inner))"
      case 9: return "\(pick(["filter", "any", "all", "find", "count"]))(\(inner), x => x == \(atom()))"
      case 10: return "map(\(inner), x => \(pick(["x", "x.name", "x + 1", "[x]", "x.a"])))"
      case 11: return "[\(inner), \(atom())]"
      case 12: return "{a: \(inner), name: \(atom())}"
      case 13:
        return "\(pick(["sort", "sum", "min", "max", "group_by"]))(\(inner), x => \(pick(["x", "x.a", "len(x)"])))"
      case 14:
        let name = pick(["take", "zip", "contains", "split", "starts_with", "ends_with", "join", "pad", "round"])
        return "\(name)(\(inner), \(atom()))"
      case 15:
        return "\(pick(["replace(\(inner), \"a\"", "pad(\(inner), 3", "format(\"%s %d\", \(inner)"])), \(atom()))"
      case 16: return "{[\(inner)]: \(atom())}"
      default: return "push(\(inner), \(atom()))"
      }
    }

    mutating func statement(_ index: Int) -> String {
      let value = expression(3)
      switch Int.random(in: 0...8, using: &generator) {
      case 0 where !names.isEmpty: return "set \(pick(names)) = \(value)"
      case 1: return "if \(value) { print yes } else { print no }"
      case 5 where !names.isEmpty:
        return "set \(pick(names))\(pick(["[0]", "[-1]", ".a", "[\"b\"]", ".a[0]"])) = \(value)"
      case 6: return "for i, x in \(value) { print ${i} ${x} }"
      case 7: return "parallel { { let inner = \(value); print ${inner} }; print ${\(atom())} }"
      case 2: return "for x in \(value) { print ${x} }"
      case 3: return "print \"${\(value)}\""
      case 4 where !names.isEmpty:
        let name = pick(names)
        return "repeat 2 { set \(name) = \(value); print ${\(name)} }"
      default:
        let name = "v\(index)"
        names.append(name)
        return "let \(name) = \(value)"
      }
    }
  }

  private static let typeCodes: Set<String> = ["wrong-type", "unknown-member"]

  @Test(arguments: 0..<40) func whatWorksIsNotRefused(_ seed: Int) async {
    var program = Program(generator: Seeded(state: UInt64(9000 + seed)))
    for _ in 0..<12 {
      program.names = []
      let stepwise = Fixture(nodes: 2)
      await stepwise.run("service add web --image i --node-port 80 --service-port 80 --quiet")
      var done: [String] = []
      for index in 0..<6 {
        let names = program.names
        let statement = program.statement(index)
        let outcome = await stepwise.run(statement, origin: .prompt)
        guard outcome.exitCode == .done else {
          program.names = names
          // An error of checking alone has to be one of running as well; for no element nothing after `=>` runs.
          if !statement.contains("=>"), outcome.exitCode == .invalid,
            outcome.diagnostics.contains(where: { Self.typeCodes.contains($0.code.rawValue) })
          {
            await expectFailure(statement, after: done)
          }
          continue
        }
        done.append(statement)
      }
      let script = done.joined(separator: "\n")
      let found = await Fixture(nodes: 2).session.check(bytes: Array(script.utf8), name: "t")
      #expect(!found.containsError, "seed \(seed)\n\(script)\n\(found.map(\.message))")
    }
  }

  /// Runs `statement` with its literals hidden in variables of an earlier input, where checking knows no type.
  private func expectFailure(_ statement: String, after done: [String]) async {
    let fixture = Fixture(nodes: 2)
    await fixture.run("service add web --image i --node-port 80 --service-port 80 --quiet")
    await fixture.run("def id(x) { return x }", origin: .prompt)
    for line in done { await fixture.run(line, origin: .prompt) }
    // Through a definition nothing is known of a value.
    var hidden = statement
    for literal in ["nodes()", "services()", "state()", "cluster()", "[1, 2]", "[\"a\"]", "{a: 1, b: \"x\"}", "1..3"] {
      hidden = hidden.replacing(literal, with: "id(\(literal))")
    }
    let outcome = await fixture.run(hidden, origin: .prompt)
    #expect(outcome.exitCode != .done, "\(statement) is refused, but \(hidden) runs")
  }
}
