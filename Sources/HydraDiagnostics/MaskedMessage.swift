/// Messages of errors quote what they are about, and what they are about may hold a secret: a misplaced `PASSWORD=x`, a URL with
/// a password. Source lines are masked by the language, which knows their syntax; a message has none.
enum MaskedMessage {
  /// `message` with "…" for what is given to a name that looks secret (`'DB_PASSWORD=x'`) and for passwords in URLs.
  static func of(_ message: String) -> String {
    guard message.contains("=") || message.contains("://") else { return message }
    var bytes = Array(message.utf8)
    for hidden in secrets(in: bytes).reversed() { bytes.replaceSubrange(hidden, with: "…".utf8) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func secrets(in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var index = 0
    while index < bytes.count {
      let secret =
        bytes[index] == UInt8(ascii: "=")
        ? value(at: index, in: bytes) : bytes[index...].starts(with: "://".utf8) ? password(at: index, in: bytes) : nil
      if let secret { found.append(secret) }
      index = secret?.upperBound ?? index + 1
    }
    return found
  }

  /// What stands behind the sign at `index`, if the name before it looks secret: to the closing quote where the name follows an
  /// opening one, else to the end of the word.
  private static func value(at index: Int, in bytes: [UInt8]) -> Range<Int>? {
    var start = index
    while start > 0, isNamePart(bytes[start - 1]) { start -= 1 }
    guard SecretNames.looksSecret(String(decoding: bytes[start..<index], as: UTF8.self)) else { return nil }
    let quote = start > 0 && "'\"`".utf8.contains(bytes[start - 1]) ? bytes[start - 1] : nil
    var end = index + 1
    while end < bytes.count, quote.map({ bytes[end] != $0 }) ?? !ends(bytes[end]) { end += 1 }
    // `KEY=VALUE`, in capitals or not, is a form and no secret.
    guard end > index + 1, String(decoding: bytes[index + 1..<end], as: UTF8.self).lowercased() != "value" else {
      return nil
    }
    return index + 1..<end
  }

  /// The password of the URL whose `://` is at `index`.
  private static func password(at index: Int, in bytes: [UInt8]) -> Range<Int>? {
    let rest = bytes[(index + 3)...]
    let end = rest.firstIndex { ends($0) || $0 == UInt8(ascii: "/") } ?? bytes.count
    guard let at = rest[..<end].lastIndex(of: UInt8(ascii: "@")),
      let colon = rest[..<at].firstIndex(of: UInt8(ascii: ":")), colon + 1 < at
    else { return nil }
    return colon + 1..<at
  }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    byte >= 0x80 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
      || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || "_-.".utf8.contains(byte)
  }

  private static func ends(_ byte: UInt8) -> Bool { byte <= 0x20 || "'\"`,;&)]}".utf8.contains(byte) }
}

extension Diagnostic {
  /// The same without secrets in its messages.
  var masked: Diagnostic {
    var masked = self
    masked.message = MaskedMessage.of(message)
    masked.notes = notes.map { Note(MaskedMessage.of($0.message), range: $0.range) }
    masked.remedy = remedy.map(MaskedMessage.of)
    return masked
  }
}
