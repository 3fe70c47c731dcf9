import Glibc

/// Reads a descriptor while watching the mailbox, and decodes UTF-8.
final class ByteInput {
  private let descriptor: Int32
  private let mailbox: Mailbox
  private var buffer: [UInt8] = []
  private var next = 0
  private var isAtEnd = false

  init(descriptor: Int32, mailbox: Mailbox) {
    self.descriptor = descriptor
    self.mailbox = mailbox
  }

  /// Why reading can't go on.
  enum Failure: Error { case endOfInput, stopped(Mailbox.Stop) }

  /// What else may happen while a byte is awaited.
  struct Wakings {
    /// The mailbox has news; throws to stop reading.
    var news: () throws(Failure) -> Void
    /// The window has changed, or the process was stopped.
    var signal: () -> Void
  }

  /// Whether a byte can be had without waiting.
  var hasMore: Bool { next < buffer.count }

  /// The next byte.
  func byte(_ wakings: Wakings) throws(Failure) -> UInt8 {
    while !hasMore { try fill(wakings) }
    defer { next += 1 }
    return buffer[next]
  }

  /// The next character; U+FFFD for bytes that are no UTF-8.
  func scalar(_ wakings: Wakings) throws(Failure) -> Unicode.Scalar {
    var bytes = [try byte(wakings)]
    let length =
      switch bytes[0] {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 1
      }
    while bytes.count < length {
      if !hasMore { try fill(wakings) }
      guard hasMore, buffer[next] & 0xC0 == 0x80 else { return "\u{FFFD}" }
      bytes.append(try byte(wakings))
    }
    return String(decoding: bytes, as: UTF8.self).unicodeScalars.first ?? "\u{FFFD}"
  }

  private func fill(_ wakings: Wakings) throws(Failure) {
    if isAtEnd { throw .endOfInput }
    // News first: they may have come before anybody waited.
    try wakings.news()
    var waiting = [
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: mailbox.wakeUp, events: Int16(POLLIN), revents: 0),
      pollfd(fd: mailbox.signals, events: Int16(POLLIN), revents: 0),
    ]
    guard poll(&waiting, nfds_t(waiting.count), -1) >= 0 else { return }
    if waiting[2].revents != 0 {
      mailbox.drain(mailbox.signals)
      wakings.signal()
    }
    guard waiting[0].revents != 0 else { return }
    var chunk = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(descriptor, &chunk, chunk.count)
    if count > 0 {
      buffer = Array(chunk[..<count])
      next = 0
    } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
      isAtEnd = true
      throw .endOfInput
    }
  }

  /// A terminal can go on after Ctrl-D; forget that the input had ended.
  func reopen() { if isatty(descriptor) == 1 { isAtEnd = false } }
}
