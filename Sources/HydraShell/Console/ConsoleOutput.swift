import FoundationEssentials
import HydraDiagnostics
import HydraModel
import HydraRuntime

/// Where the answers of programs go: through the renderer to the console.
struct ConsoleOutput: RuntimeOutput {
  let console: Console
  let now: @Sendable () -> Date

  private var renderer: ResultRenderer { ResultRenderer(paint: console.outputPaint, now: now()) }

  func result(_ result: CommandResult) async {
    console.endProgress()
    console.write(renderer.render(result))
  }

  func print(_ text: String) async { console.write(text + "\n") }

  func event(_ event: ClusterEvent, options: OutputOptions) async { console.write(renderer.render(event, options)) }

  func progress(_ update: ProgressUpdate) { console.progress(update) }

  func warning(_ diagnostic: Diagnostic, sources: SourceMap) async {
    console.complain(DiagnosticRenderer(sources, color: console.errorPaint.isOn).render(diagnostic))
  }
}
