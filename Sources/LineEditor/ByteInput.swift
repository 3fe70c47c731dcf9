import Glibc

/// Reads a descriptor while watching the mailbox, and decodes UTF-8.
final class ByteInput {
  private let descriptor: Int32
  private let mailbox: Mailbox
  private let isTerminal: Bool
  private var buffer: [UInt8] = []
  private var next = 0
  private var end: Failure?

  init(descriptor: Int32, mailbox: Mailbox) {
    self.descriptor = descriptor
    self.mailbox = mailbox
    isTerminal = isatty(descriptor) == 1
  }

  /// Why there is no further byte.
  enum Failure: Error {
    case endOfInput
    /// The terminal has gone away.
    case hungUp
    case stopped(Mailbox.Stop)
  }

  /// What else may happen while a byte is awaited.
  struct Wakings {
    /// The mailbox has news; throws to stop reading.
    var news: () throws(Failure) -> Void
    /// The window has changed, or the process was stopped.
    var signal: () -> Void
    /// Nothing is left to read: the reader is about to wait for a person.
    var waiting: () -> Void = {}
    /// The wait is over, for whatever reason.
    var woken: () -> Void = {}
  }

  private var hasMore: Bool { next < buffer.count }

  /// Whether a byte can be read without waiting.
  var isPending: Bool {
    var input = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return hasMore || (poll(&input, 1, 0) > 0 && input.revents & Int16(POLLIN) != 0)
  }

  /// Skips the line feed of a line end written as a return and a line feed.
  func skipLineFeed() {
    if hasMore, buffer[next] == 0x0A { next += 1 }
  }

  /// The next byte.
  func byte(_ wakings: Wakings) throws(Failure) -> UInt8 {
    while !hasMore { try fill(wakings) }
    defer { next += 1 }
    return buffer[next]
  }

  /// The next character; U+FFFD for bytes that are not UTF-8.
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
    if let end { throw end }
    // News first: they may have come before anybody waited.
    try wakings.news()
    var sources = [
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: mailbox.wakeUp, events: Int16(POLLIN), revents: 0),
      pollfd(fd: mailbox.signals, events: Int16(POLLIN), revents: 0),
    ]
    var ready = poll(&sources, nfds_t(sources.count), 0)
    if ready == 0 {
      wakings.waiting()
      ready = poll(&sources, nfds_t(sources.count), -1)
      wakings.woken()
    }
    guard ready >= 0 else { return }
    if sources[2].revents != 0 {
      mailbox.drain(mailbox.signals)
      wakings.signal()
    }
    guard sources[0].revents != 0 else { return }
    var chunk = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(descriptor, &chunk, chunk.count)
    if count > 0 {
      buffer = Array(chunk[..<count])
      next = 0
    } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
      let isGone = isTerminal && sources[0].revents & Int16(POLLHUP | POLLERR) != 0
      let failure = isGone ? Failure.hungUp : .endOfInput
      end = failure
      throw failure
    }
  }

  /// Takes what was typed while no line was read, when the terminal gathered and echoed it; false if that is nothing. To be
  /// called once the terminal is set to editing, which makes all of it readable and ends the echo.
  func takeTypedAhead() -> Bool {
    var count: Int32 = 0
    guard isTerminal, ioctl(descriptor, UInt(FIONREAD), &count) == 0, count > 0 else { return false }
    var chunk = [UInt8](repeating: 0, count: Int(count))
    let taken = Glibc.read(descriptor, &chunk, chunk.count)
    guard taken > 0 else { return false }
    // A terminal that gathers lines marks the place of a Ctrl-D by a zero.
    let controlD: UInt8 = 0x04
    buffer = buffer[next...] + chunk[..<taken].map { $0 == 0 ? controlD : $0 }
    next = 0
    return true
  }

  /// A terminal can be read again after Ctrl-D: forgets that the input has ended.
  func reopen() {
    if case .endOfInput? = end, isTerminal { end = nil }
  }
}
