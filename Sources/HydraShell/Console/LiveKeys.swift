import Glibc

/// The keyboard while a picture is shown: keys come one by one, are not echoed, and `q` is the wish to leave. Ctrl-C and
/// Ctrl-Z keep their meaning.
struct LiveKeys: ~Copyable {
  private let input: Int32
  private let before: termios

  /// The keyboard at `input`; nil where that is no terminal, or not ours at the moment.
  init?(_ input: Int32) {
    var settings = termios()
    let foreground = tcgetpgrp(input)
    // A process in the background would be stopped by its change of the terminal; one that is not ours has no foreground.
    guard foreground < 0 || foreground == getpgrp(), tcgetattr(input, &settings) == 0 else { return nil }
    self.input = input
    before = settings
    apply()
  }

  deinit {
    var settings = before
    tcsetattr(input, TCSANOW, &settings)
  }

  /// Sets the terminal; to be called again when the process continues after a stop.
  func apply() {
    var settings = before
    settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
    tcsetattr(input, TCSANOW, &settings)
  }

  /// Whether `q` was pressed since the last time.
  func tookQuit() -> Bool {
    var ready = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
    var keys = [UInt8](repeating: 0, count: 64)
    guard poll(&ready, 1, 0) == 1, ready.revents & Int16(POLLIN) != 0 else { return false }
    let count = read(input, &keys, keys.count)
    return count > 0 && keys[..<count].contains { $0 == UInt8(ascii: "q") || $0 == UInt8(ascii: "Q") }
  }
}
