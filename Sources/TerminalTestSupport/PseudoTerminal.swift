import Glibc
import Synchronization

/// A terminal without a window: what a program writes to it is kept as a ``Screen``.
public final class PseudoTerminal: Sendable {
  private struct State {
    var screen: Screen
    var raw: [UInt8] = []
    var isClosed = false
    var waiters: [Int: (condition: @Sendable (Screen) -> Bool, continuation: CheckedContinuation<Bool, Never>)] = [:]
    var lastID = 0
  }

  /// The side that plays the person.
  private let controller: Int32
  /// The side that the program under test reads and writes.
  public let terminal: Int32
  /// Written to end the reading.
  private let ending: Int32
  /// The name of that side in `/dev`.
  public let path: String
  private let state: Mutex<State>

  /// A terminal of this size.
  public init(rows: Int = 24, columns: Int = 80) throws {
    controller = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    // posix_openpt and its kin are not among what Swift sees of the C library. TIOCSPTLCK and TIOCGPTN are what they do.
    var number: UInt32 = 0
    var unlocked: Int32 = 0
    guard controller >= 0, ioctl(controller, UInt(0x4004_5431), &unlocked) == 0,
      ioctl(controller, UInt(0x8004_5430), &number) == 0
    else { throw Failure(description: "no pseudo-terminal: \(String(cString: strerror(errno)))") }
    path = "/dev/pts/\(number)"
    terminal = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    var ends: [Int32] = [0, 0]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else {
      throw Failure(description: "no sockets: \(String(cString: strerror(errno)))")
    }
    ending = ends[1]
    state = Mutex(State(screen: Screen(rows: rows, columns: columns)))
    resize(rows: rows, columns: columns)
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(self, controller, ends[0]))
    let result = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, box.toOpaque())
    guard result == 0 else { throw Failure(description: "no thread: \(String(cString: strerror(result)))") }
    pthread_detach(thread)
  }

  deinit {
    hangUp()
    Glibc.close(ending)
    Glibc.close(terminal)
  }

  /// Closes the window: the program under test sees its terminal hang up.
  public func hangUp() {
    var one: UInt8 = 1
    _ = send(ending, &one, 1, Int32(MSG_NOSIGNAL))
  }

  /// What the test could not get.
  public struct Failure: Error, CustomStringConvertible {
    /// What and why.
    public let description: String

    /// A failure for this reason.
    public init(description: String) { self.description = description }
  }

  /// What is on the screen now.
  public var screen: Screen { state.withLock { $0.screen } }
  /// Every byte the program wrote.
  public var output: String { state.withLock { String(decoding: $0.raw, as: UTF8.self) } }

  /// Types `text`.
  public func type(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(controller, $0.baseAddress, $0.count) }
      if count < 0, errno != EINTR { return }
      bytes = bytes.dropFirst(max(count, 0))
    }
  }

  /// Changes the size; the program in the foreground gets a signal from the kernel.
  public func resize(rows: Int, columns: Int) {
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(controller, UInt(TIOCSWINSZ), &size)
    state.withLock { $0.screen.resize(rows: rows, columns: columns) }
  }

  /// The terminal's settings, for comparison.
  public var modes: (input: UInt32, output: UInt32, local: UInt32) {
    var settings = termios()
    tcgetattr(terminal, &settings)
    return (settings.c_iflag, settings.c_oflag, settings.c_lflag)
  }

  /// Waits until `condition` holds for the screen; throws with what it shows when that takes longer than `limit`.
  public func wait(
    for what: String, within limit: Duration = .seconds(10), _ condition: @escaping @Sendable (Screen) -> Bool
  ) async throws {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    let timer = Task { [weak self] in
      try await Task.sleep(for: limit)
      self?.giveUp(id)
    }
    let met = await withCheckedContinuation { continuation in
      let now = state.withLock { state -> Bool? in
        if condition(state.screen) { return true }
        if state.isClosed { return false }
        state.waiters[id] = (condition, continuation)
        return nil
      }
      if let now { continuation.resume(returning: now) }
    }
    timer.cancel()
    if !met { throw Failure(description: "waited in vain for \(what); the screen shows:\n\(screen.text)") }
  }

  /// Waits until `text` is on the screen.
  public func wait(for text: String, within limit: Duration = .seconds(10)) async throws {
    try await wait(for: "'\(text)'", within: limit) { $0.text.contains(text) }
  }

  /// Waits until nothing runs and nothing is typed.
  public func waitForPrompt(within limit: Duration = .seconds(10)) async throws {
    try await wait(for: "an empty prompt", within: limit) { $0.isAtPrompt }
  }

  /// Types `input`, the whole of one line, and Return at an empty prompt, and waits for the prompt after it: `prompt`, if
  /// given. The prompt that was there before is none, however late the terminal gets to what is typed.
  public func enter(_ input: String, then prompt: String? = nil) async throws {
    try await waitForPrompt()
    let before = screen.inputs(input)
    type(input + "\r")
    try await wait(for: "\(prompt ?? "a prompt") after '\(input)'") {
      $0.inputs(input) > before && $0.isAtPrompt && prompt.map { [last = $0.lines.last] in last == $0 } ?? true
    }
  }

  private func giveUp(_ id: Int) {
    state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume(returning: false)
  }

  fileprivate func take(_ bytes: [UInt8]?) {
    let ready = state.withLock { state -> [(CheckedContinuation<Bool, Never>, Bool)] in
      if let bytes {
        state.raw += bytes
        state.screen.feed(bytes)
      } else {
        state.isClosed = true
      }
      var ready: [(CheckedContinuation<Bool, Never>, Bool)] = []
      for (id, waiter) in state.waiters {
        let met = waiter.condition(state.screen)
        guard met || bytes == nil else { continue }
        state.waiters.removeValue(forKey: id)
        ready.append((waiter.continuation, met))
      }
      return ready
    }
    for (continuation, met) in ready { continuation.resume(returning: met) }
  }

  /// What the reading thread holds: the terminal only weakly, so that a test that drops it ends the thread.
  private final class Box {
    weak var owner: PseudoTerminal?
    let descriptor: Int32
    let ending: Int32

    init(_ owner: PseudoTerminal, _ descriptor: Int32, _ ending: Int32) {
      self.owner = owner
      self.descriptor = descriptor
      self.ending = ending
    }

    func run() {
      var chunk = [UInt8](repeating: 0, count: 4096)
      var sources = [
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: ending, events: Int16(POLLIN), revents: 0),
      ]
      while true {
        if poll(&sources, 2, -1) < 0, errno == EINTR { continue }
        if sources[1].revents != 0 { break }
        let count = read(descriptor, &chunk, chunk.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0, let owner else { break }
        owner.take(Array(chunk[..<count]))
      }
      // EIO: nobody has the terminal open any more.
      owner?.take(nil)
      close(descriptor)
      close(ending)
    }
  }
}
