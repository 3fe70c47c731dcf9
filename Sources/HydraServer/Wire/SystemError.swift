import Glibc
import NIOCore

/// Errors of the system in words.
enum SystemError {
  /// What `error` says: `address already in use`.
  static func text(_ error: IOError) -> String {
    guard let text = strerror(error.errnoCode) else { return "error \(error.errnoCode)" }
    return String(cString: text).lowercased()
  }
}
