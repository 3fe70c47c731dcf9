import FoundationEssentials
import Glibc
import HydraDiagnostics
import HydraLanguage
import HydraRuntime

/// `hydra fmt`: writes scripts in the one form.
struct FormatFiles {
  let streams: HydraStreams
  let color: Bool
  /// Names what is not in the one form, and changes nothing.
  let isCheck: Bool
  let isQuiet: Bool

  /// Formats each file in place; `-` goes from standard input to standard output. A file with errors is left alone, and so
  /// is one that is right already. Returns the exit status: 2 when a text is wrong or, to check, not in the one form.
  func run(_ paths: [String]) -> Int32 {
    var isRight = true
    for path in paths where !format(path) { isRight = false }
    return (isRight ? ExitCode.done : ExitCode.invalid).rawValue
  }

  private func format(_ path: String) -> Bool {
    let name = path == "-" ? "standard input" : ScriptFiles.plain(path)
    do throws(SourceLoadError) {
      let bytes = try ScriptFiles.read(path, input: streams.input)
      var sources = SourceMap()
      sources.secrets = SecretText.ranges(in:)
      let result = Formatter.format(sources.add(name: name, bytes: bytes))
      guard let text = result.text else {
        complain(DiagnosticRenderer(sources, color: color).render(result.diagnostics))
        return false
      }
      let isChanged = !text.utf8.elementsEqual(bytes)
      if isCheck {
        if isChanged { streams.output.write(name + "\n") }
        return !isChanged
      }
      if path == "-" {
        streams.output.write(text)
      } else if isChanged {
        try replace(path, with: text)
        if !isQuiet { streams.output.write("formatted \(name)\n") }
      }
      return true
    } catch {
      let problem = Diagnostic(code: .init("file"), message: "'\(path)': \(error.reason)", range: nil)
      complain(DiagnosticRenderer(SourceMap(), color: color).render(problem))
      return false
    }
  }

  /// In one step, so that a full disk or a crash leaves the old text; a link stays a link, the mode and the owner stay.
  private func replace(_ path: String, with text: String) throws(SourceLoadError) {
    guard let resolved = realpath(path, nil) else { throw SourceLoadError(ScriptFiles.reason(errno)) }
    defer { free(resolved) }
    let real = String(cString: resolved)
    let new = "\(real).\(getpid()).new"
    var old = stat()
    guard stat(real, &old) == 0 else { throw SourceLoadError(ScriptFiles.reason(errno)) }
    do {
      try Data(text.utf8).write(to: URL(filePath: new), options: .withoutOverwriting)
      // Only root may give a file away; who else can't is its owner by now.
      _ = chown(new, old.st_uid, old.st_gid)
      guard chmod(new, old.st_mode & 0o7777) == 0, rename(new, real) == 0 else {
        throw SourceLoadError(ScriptFiles.reason(errno))
      }
    } catch {
      let reason = (error as? SourceLoadError)?.reason ?? ScriptFiles.reason(errno)
      unlink(new)
      throw SourceLoadError("can't be written: \(reason)")
    }
  }

  private func complain(_ text: String) { streams.error.write(text) }
}
