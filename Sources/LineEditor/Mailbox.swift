import CLibedit
import Glibc
import Synchronization

/// Requests of other threads to the editor's thread. Whatever is put here wakes it through an eventfd, which it polls
/// together with the terminal.
final class Mailbox: Sendable {
  struct Request: Sendable {
    let id: Int
    let prompt: @Sendable () -> Prompt
    let continuation: CheckedContinuation<LineInput, Never>
  }

  /// Why the line being read ends without Enter.
  enum Stop: Sendable { case interrupted, closed }

  private struct State {
    var requests: [Request] = []
    /// The request being served.
    var active: Int?
    var lastID = 0
    var cancelled: Set<Int> = []
    var notices: [String] = []
    var prompt: Prompt?
    var stop: Stop?
    var isClosing = false
    var isClosed = false
    var closers: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())
  /// Readable if there is something new here.
  let wakeUp: Int32
  /// Readable if the window has changed or the process has continued after a stop.
  let signals: Int32

  init() throws {
    wakeUp = clibedit_wakeup()
    signals = clibedit_wakeup()
    guard wakeUp >= 0, signals >= 0 else { throw LineEditorError("eventfd", errno) }
  }

  deinit {
    Glibc.close(wakeUp)
    Glibc.close(signals)
  }

  func nextID() -> Int {
    state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
  }

  func add(_ request: Request) {
    let refused = state.withLock { state -> LineInput? in
      if state.isClosing { return .endOfInput }
      if state.cancelled.remove(request.id) != nil { return .interrupted }
      state.requests.append(request)
      return nil
    }
    if let refused { request.continuation.resume(returning: refused) } else { wake() }
  }

  func cancel(_ id: Int) {
    let waiting = state.withLock { state -> Request? in
      if let index = state.requests.firstIndex(where: { $0.id == id }) { return state.requests.remove(at: index) }
      if state.active == id { state.stop = .interrupted } else { state.cancelled.insert(id) }
      return nil
    }
    if let waiting { waiting.continuation.resume(returning: .interrupted) } else { wake() }
  }

  func interrupt() {
    state.withLock { if $0.active != nil { $0.stop = .interrupted } }
    wake()
  }

  func post(_ text: String) {
    state.withLock { $0.notices.append(text) }
    wake()
  }

  func setPrompt(_ prompt: Prompt) {
    state.withLock { if $0.active != nil { $0.prompt = prompt } }
    wake()
  }

  func close() {
    state.withLock { state in
      state.isClosing = true
      if state.active != nil { state.stop = .closed }
    }
    wake()
  }

  func closed() async {
    await withCheckedContinuation { continuation in
      let done = state.withLock { state in
        if !state.isClosed { state.closers.append(continuation) }
        return state.isClosed
      }
      if done { continuation.resume() }
    }
  }

  // MARK: On the editor's thread

  /// What to do next while no line is read; nil to sleep.
  enum Work { case read(Request), show([String]), end([Request]) }

  func nextWork() -> Work? {
    state.withLock { state in
      if !state.notices.isEmpty {
        defer { state.notices = [] }
        return .show(state.notices)
      }
      if state.isClosing {
        defer { state.requests = [] }
        return .end(state.requests)
      }
      guard !state.requests.isEmpty else { return nil }
      let request = state.requests.removeFirst()
      state.active = request.id
      state.stop = nil
      state.prompt = nil
      return .read(request)
    }
  }

  /// What has arrived while a line is read.
  func news() -> (notices: [String], prompt: Prompt?, stop: Stop?) {
    drain(wakeUp)
    return state.withLock { state in
      defer {
        state.notices = []
        state.prompt = nil
      }
      return (state.notices, state.prompt, state.stop)
    }
  }

  func finished() { state.withLock { $0.active = nil } }

  func ended() {
    let closers = state.withLock { state in
      state.isClosed = true
      defer { state.closers = [] }
      return state.closers
    }
    for closer in closers { closer.resume() }
  }

  /// Blocks until something is put here.
  func sleep() {
    var waiting = pollfd(fd: wakeUp, events: Int16(POLLIN), revents: 0)
    _ = poll(&waiting, 1, -1)
    drain(wakeUp)
  }

  func drain(_ descriptor: Int32) {
    var count: UInt64 = 0
    _ = read(descriptor, &count, MemoryLayout<UInt64>.size)
  }

  private func wake() {
    var one: UInt64 = 1
    _ = write(wakeUp, &one, MemoryLayout<UInt64>.size)
  }
}
