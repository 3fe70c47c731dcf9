import FoundationEssentials
import HydraDiagnostics
import HydraLanguage
import HydraModel
import HydraRuntime
import HydraShell
import HydraSimulation
import Testing

/// Every example of the documents is right, and those with an output next to them give that.
@Suite struct DocumentationTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// A fenced block of the language, and the block of output behind it.
  struct Example: Sendable, CustomTestStringConvertible {
    var line: Int
    var text: String
    var output: String
    var testDescription: String { "line \(line)" }
  }

  private static func text(_ path: String) -> String {
    (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
  }

  private static func examples(_ path: String) -> [Example] {
    var found: [Example] = []
    var block: (kind: String, line: Int, lines: [Substring])?
    for (number, line) in text(path).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if let open = block {
        guard line == "```" else {
          block?.lines.append(line)
          continue
        }
        let body = open.lines.joined(separator: "\n")
        if open.kind == "hydra" { found.append(Example(line: open.line, text: body, output: "")) }
        if open.kind == "output", !found.isEmpty { found[found.count - 1].output = body }
        block = nil
      } else if line.hasPrefix("```") {
        block = (String(line.dropFirst(3)), number + 1, [])
      }
    }
    return found
  }

  @Test func thereAreExamples() { #expect(Self.examples("docs/language.md").count > 12) }

  @Test(arguments: examples("docs/language.md")) func answersAsWritten(_ example: Example) async throws {
    let cluster = SimulatedCluster(name: "test", nodes: 3)
    _ = try await cluster.send(
      AddService(ServiceSpec(alias: "web", image: "hydra-hello", replicas: 2, nodePort: 8001, servicePort: 8000)))
    let output = OutputSink(memoryAsTerminal: false)
    let error = OutputSink(memoryAsTerminal: false)
    let tool = HydraTool(
      streams: HydraStreams(input: -1, output: output, error: error), environment: ["HOME": "/nonexistent"]
    ) {
      HydraServices(
        directory: SimulatedDirectory([cluster]), http: nil, clock: SteppingClock(),
        interruptions: { AsyncStream { $0.finish() } })
    }
    _ = await tool.run(["--quiet", "-c", example.text])
    var lines = output.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    #expect((lines + Self.errors(error.text)).joined(separator: "\n") == example.output, "line \(example.line)")
  }

  /// The errors without the source they point at, each on one line with its notes.
  private static func errors(_ text: String) -> [String] {
    var errors: [(message: String, notes: [String])] = []
    for line in text.split(separator: "\n") {
      if let place = line.firstRange(of: "error: ") {
        errors.append((String(line[place.lowerBound...]), []))
      } else if let note = line.firstRange(of: "= "), line[..<note.lowerBound].allSatisfy({ $0 == " " }),
        !errors.isEmpty
      {
        errors[errors.count - 1].notes.append(String(line[note.upperBound...]))
      }
    }
    return errors.map { $0.notes.isEmpty ? $0.message : "\($0.message) (\($0.notes.joined(separator: "; ")))" }
  }

  @Test func theEditorsGrammarKnowsEveryWord() throws {
    let grammar = Self.text("editors/hydra.tmLanguage.json")
    _ = try JSONDecoder().decode([String: JSONPart].self, from: Data(grammar.utf8))
    let words =
      CommandTable.nouns + FunctionTable.functions.map(\.name)
      + [
        "let", "set", "if", "else", "for", "in", "repeat", "while", "break", "continue", "def", "return", "try",
        "catch",
      ]
      + [
        "defer", "fail", "parallel", "include", "expect", "wait", "until", "within", "and", "or", "not", "true",
        "false", "null",
      ]
    for word in words {
      #expect(
        grammar.contains("|\(word)|") || grammar.contains("(\(word)|") || grammar.contains("|\(word))"), "\(word)")
    }
  }

  /// Any JSON: the grammar has to be some.
  private struct JSONPart: Decodable {
    init(from decoder: any Decoder) throws {}
  }

  /// The language on one screen: indented, without output.
  @Test func theReadmesTourIsRight() {
    let section = Self.text("README.md").components(separatedBy: "## The language in one screen").last ?? ""
    let tour = section.split(separator: "\n", omittingEmptySubsequences: false)
      .prefix { !$0.hasPrefix("[docs/language") }.filter { $0.hasPrefix("    ") }.map { $0.dropFirst(4) }
    #expect(tour.count > 10)
    var sources = SourceMap()
    let file = sources.add(name: "README.md", text: tour.joined(separator: "\n"))
    let problems = Compiler.compile(file, sources: &sources, environment: .forScripts).diagnostics
    #expect(problems.isEmpty, "\(DiagnosticRenderer(sources).render(problems))")
  }
}
