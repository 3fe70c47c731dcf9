import FoundationEssentials
import Glibc
import HydraDiagnostics
import HydraLanguage

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

  /// The system's word for `code`, in the style of every message here.
  static func reason(_ code: Int32) -> String {
    let text = String(cString: strerror(code))
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}
