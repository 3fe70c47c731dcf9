import Glibc
import HydraModel
import Synchronization

/// Where text goes: a descriptor, or memory in tests.
public final class OutputSink: Sendable {
  private let descriptor: Int32?
  /// What messages call it.
  private let name: String
  private let state = Mutex(State())
  /// Whether it is a terminal, so that live progress and colour make sense.
  public let isTerminal: Bool

  private struct State {
    var text = ""
    /// The error after which nothing more is written.
    var failure: Int32?
  }

  /// Text to `descriptor`, which remains the caller's; messages call it `name`.
  public init(descriptor: Int32, name: String = "standard output") {
    self.descriptor = descriptor
    self.name = name
    isTerminal = isatty(descriptor) == 1
  }

  /// Text to memory, as if to a terminal or not.
  public init(memoryAsTerminal isTerminal: Bool = false) {
    descriptor = nil
    name = "memory"
    self.isTerminal = isTerminal
  }

  /// What was written to memory.
  public var text: String { state.withLock { $0.text } }

  /// The descriptor; nil for memory.
  public var fileDescriptor: Int32? { descriptor }

  /// Rows and columns where it is a terminal.
  var size: (rows: Int, columns: Int)? {
    guard let descriptor else { return nil }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return (Int(size.ws_row), Int(size.ws_col))
  }

  /// Whether nothing more is written because the reader has gone: `| head -1`.
  var readerIsGone: Bool { state.withLock { $0.failure == EPIPE } }
  /// The exit status then: that of a process killed by SIGPIPE.
  static let brokenPipeStatus = 128 + SIGPIPE

  /// Why nothing more is written: the reader has gone, the disk is full.
  var failure: HydraError? {
    state.withLock(\.failure).map { code in
      HydraError(.failed, "can't write to \(name): \(ScriptFiles.reason(code))")
    }
  }

  /// Writes all of `text`. A failure is recorded and the rest dropped: a script must still roll back what it did.
  func write(_ text: String) {
    guard !text.isEmpty else { return }
    state.withLock { state in
      guard let descriptor else {
        state.text += text
        return
      }
      guard state.failure == nil else { return }
      var bytes = Array(text.utf8)[...]
      while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EAGAIN {
          var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&ready, 1, -1)
        } else if count < 0, errno != EINTR {
          state.failure = errno
          return
        }
        bytes = bytes.dropFirst(max(count, 0))
      }
    }
  }
}
