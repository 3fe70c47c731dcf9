import HydraDiagnostics
import HydraLanguage
import Testing

/// What checking `text` reports, drawn.
func diagnose(_ text: String, origin: SourceFile.Origin = .file, name: String = "t.hydra") -> String {
  var sources = SourceMap()
  let file = sources.add(name: name, origin: origin, text: text)
  let compilation = Compiler.compile(file, sources: &sources)
  return DiagnosticRenderer(sources).render(compilation.diagnostics)
}

/// What checking the words of a command line reports, drawn.
func diagnose(words: [String]) -> String {
  var sources = SourceMap()
  let compilation = Compiler.compile(words: words, sources: &sources)
  return DiagnosticRenderer(sources).render(compilation.diagnostics)
}

/// Stable names of what checking `text` reports.
func codes(_ text: String, origin: SourceFile.Origin = .file) -> [String] {
  var sources = SourceMap()
  let file = sources.add(name: "t.hydra", origin: origin, text: text)
  return Compiler.compile(file, sources: &sources).diagnostics.map(\.code.rawValue)
}

func incomplete(_ text: String) -> IncompleteInput? {
  var sources = SourceMap()
  let file = sources.add(name: "input", origin: .prompt, text: text)
  return Compiler.compile(file, sources: &sources).incomplete
}

/// A small generator with a seed (SplitMix64), so that a failing case can be run again.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
