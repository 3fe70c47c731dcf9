import NIOCore

/// What may stand in a configuration or in a command. Both are lines of words, so that a space or a line end in a name
/// would become another word or another command.
enum Names {
  /// Letters, digits, `_`, `.` and `-`, beginning with a letter or digit, at most 128: what HAProxy takes as a name,
  /// without `:`. Names of our own begin with `_`, so that no service can take them.
  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 128 else { return false }
    return isAlphanumeric(first)
      && text.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x5F || $0 == 0x2E || $0 == 0x2D }
  }

  /// The same, as a regular expression of HAProxy's.
  static let pattern = "^[A-Za-z0-9][A-Za-z0-9_.-]*$"

  /// What can stand in a `Host` header: letters, digits, `.`, `-`, `_`, and what an address or a port needs.
  static func isHost(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 255
      && text.utf8.allSatisfy { isAlphanumeric($0) || [0x2D, 0x2E, 0x3A, 0x5B, 0x5D, 0x5F].contains($0) }
  }

  /// Printable ASCII without spaces and single quotes: can stand between single quotes, where HAProxy knows no escapes.
  static func isQuotable(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 1024 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x27 }
  }

  /// The address as HAProxy writes it; nil when it is no IP address.
  static func canonicalAddress(_ text: String) -> String? {
    // An interface (`fe80::1%eth0`) means something else on the other side of the socket.
    guard !text.utf8.contains(0x25) else { return nil }
    return try? SocketAddress(ipAddress: text, port: 0).ipAddress
  }

  static func isPort(_ port: Int) -> Bool { (1...65_535).contains(port) }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
}
