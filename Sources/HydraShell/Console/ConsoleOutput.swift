import FoundationEssentials
import HydraDiagnostics
import HydraModel
import HydraRuntime

/// Passes the results of programs through the renderer to the console.
struct ConsoleOutput: RuntimeOutput {
  let console: Console
  let now: @Sendable () -> Date
  /// Called with each result before it is shown.
  var onResult: @Sendable (CommandResult) -> Void = { _ in }

  private var renderer: ResultRenderer {
    ResultRenderer(paint: console.outputPaint, now: now(), columns: console.columns)
  }

  func result(_ result: CommandResult) async {
    onResult(result)
    console.endProgress()
    console.write(renderer.render(result))
  }

  func print(_ text: String) async { console.write(text + "\n") }

  func printError(_ text: String) async { console.complain(text + "\n") }

  func event(_ event: ClusterEvent, options: OutputOptions) async { console.write(renderer.render(event, options)) }

  var canRedraw: Bool { console.canRedraw }

  var failure: HydraError? { console.output.failure }

  func redraw(_ frame: LiveFrame, options: OutputOptions) async {
    let picture = LivePicture(
      tables: ModelTables(paint: Paint(isOn: console.outputPaint.isOn && options.color), now: now()))
    console.redraw { picture.lines(frame, rows: $0, columns: $1) }
  }

  func endRedraw() async { console.endRedraw() }

  var wantsToLeave: Bool { console.wantsToLeave }

  func contact(_ contact: Contact) {
    switch contact {
    case .lost(let reason):
      complain(.warning, "the management node can't be reached (\(reason)); events continue when it is back")
    case .restored: complain(.warning, "the management node is back; events continue")
    }
  }

  private func complain(_ severity: Diagnostic.Severity, _ message: String) {
    let diagnostic = Diagnostic(severity, code: .init("contact"), message: message, range: nil)
    console.complain(DiagnosticRenderer(SourceMap(), color: console.errorPaint.isOn).render(diagnostic))
  }

  func progress(_ update: ProgressUpdate) { console.progress(update) }

  func warning(_ diagnostic: Diagnostic, sources: SourceMap) async {
    console.complain(DiagnosticRenderer(sources, color: console.errorPaint.isOn).render(diagnostic))
  }
}
