public import HydraModel

/// Files that a command's options name. Implemented by the shell; the runtime opens nothing itself.
public protocol TextFiles: Sendable {
  /// The text of the file at `path`; `-` is standard input. Throws ``HydraError`` when it can't be read or is not UTF-8.
  func text(of path: String) throws(HydraError) -> String
}
