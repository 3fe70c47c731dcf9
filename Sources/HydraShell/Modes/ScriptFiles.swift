import FoundationEssentials
import Glibc
import HydraDiagnostics
import HydraLanguage
import HydraModel
import HydraRuntime

/// Reads scripts, and the files they include.
struct ScriptFiles: SourceLoader {
  /// The bytes of the script at `path`; `-` is standard input.
  static func read(_ path: String, input: Int32) throws(SourceLoadError) -> [UInt8] {
    if path == "-" { return try contents(of: input) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SourceLoadError(Self.reason(errno)) }
    defer { close(descriptor) }
    return try contents(of: descriptor)
  }

  func load(path: String, including: String) throws(SourceLoadError) -> (name: String, bytes: [UInt8]) {
    var path = path
    if !path.hasPrefix("/"), let slash = including.lastIndex(of: "/") { path = including[...slash] + path }
    return (Self.plain(path), try Self.read(path, input: STDIN_FILENO))
  }

  /// One name for one file, as short as it was given: `a/../b` is `b`, so that a cycle is seen as one.
  static func plain(_ path: String) -> String {
    var parts: [String] = []
    for part in path.split(separator: "/") {
      switch part {
      case ".": continue
      case "..":
        if parts.isEmpty || parts.last == ".." {
          if !path.hasPrefix("/") { parts.append("..") }
        } else {
          parts.removeLast()
        }
      default: parts.append(String(part))
      }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }

  private static func contents(of descriptor: Int32) throws(SourceLoadError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw SourceLoadError(reason(errno)) }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= SourceFile.maximumSize else {
        throw SourceLoadError("larger than \(SourceFile.maximumSize >> 20) MiB")
      }
    }
  }

  /// Writes `text` to the file at `path` in one step, so that a full disk or a crash leaves what was there. A link stays a
  /// link. `mode` is subject to the umask.
  static func write(_ text: String, to path: String, mode: mode_t) throws(SourceLoadError) {
    var real = path
    if let resolved = realpath(path, nil) {
      real = String(cString: resolved)
      free(resolved)
    }
    let new = "\(real).\(getpid()).new"
    let descriptor = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw SourceLoadError(reason(errno)) }
    var problem: Int32?
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty, problem == nil {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno != EINTR { problem = errno }
      bytes = bytes.dropFirst(max(count, 0))
    }
    if close(descriptor) != 0, problem == nil { problem = errno }
    if problem == nil, rename(new, real) != 0 { problem = errno }
    guard let problem else { return }
    unlink(new)
    throw SourceLoadError(reason(problem))
  }

  /// The system's word for `code`, in the style of every message here.
  static func reason(_ code: Int32) -> String {
    let text = String(cString: strerror(code))
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}

/// Files that options of commands name.
struct OptionFiles: TextFiles {
  /// What `-` is.
  let input: Int32

  func text(of path: String) throws(HydraError) -> String {
    if path == "-", isatty(input) == 1 {
      throw HydraError(.invalidArgument, "standard input is a terminal", remedy: "name a file, or pipe the text in")
    }
    do throws(SourceLoadError) {
      let bytes = try ScriptFiles.read(path, input: input)
      guard let text = String(validating: bytes, as: UTF8.self) else { throw SourceLoadError("not UTF-8 text") }
      return text
    } catch {
      throw HydraError(.invalidArgument, error.reason)
    }
  }
}
