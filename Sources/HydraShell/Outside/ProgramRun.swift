import Dispatch
import Glibc
import HydraLanguage
import HydraModel
import HydraRuntime

/// A program under way: reads what it writes, ends it when its time is over or nobody waits any more, and always reaps it.
///
/// It gets a session of its own, without a terminal: it can't change ours, can't read what is typed, and Ctrl-C reaches it
/// through us alone. What it leaves running in the background lives on; what it is ended with goes to its whole group.
struct ProgramRun {
  private let call: ProgramCall
  private let alarm: Alarm
  private let pid: pid_t
  private let started = ContinuousClock.now
  private var input: Int32?
  private var unwritten: ArraySlice<UInt8>
  /// Standard output and standard error: the descriptor until its end, and what has come.
  private var outputs: [(descriptor: Int32?, bytes: [UInt8])]

  /// How long a program may take to end itself after SIGTERM.
  private static let grace = Duration.seconds(2)

  /// Starts the program.
  init(_ call: ProgramCall, _ alarm: Alarm) throws {
    var pipes = Pipes()
    do {
      pid = try pipes.start(call)
    } catch {
      pipes.closeAll()
      throw error
    }
    self.call = call
    self.alarm = alarm
    input = pipes.input.ours
    unwritten = call.input[...]
    outputs = [(pipes.output.ours, []), (pipes.error.ours, [])]
  }

  /// Waits for its end.
  mutating func finish() throws -> ProgramResult {
    // The thread that waits does not reap: until `waitpid` below the number is taken, and no signal can meet a stranger.
    let (pid, alarm) = (pid, alarm)
    let watcher = DispatchQueue(label: "hydra.program")
    watcher.async {
      var info = siginfo_t()
      while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) < 0, errno == EINTR {}
      alarm.ring(.ended)
    }
    let failure = follow()
    closeAll()
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    // Its last act is to ring; the alarm may be closed only behind that.
    watcher.sync {}
    if let failure { throw failure }
    let ended = status & 0x7F
    return ProgramResult(
      output: outputs[0].bytes, error: outputs[1].bytes, status: Int(ended == 0 ? (status >> 8) & 0xFF : 128 + ended),
      time: ContinuousClock.now - started)
  }

  /// Exchanges data until the program has ended. Returns why it had to be ended, if it had to.
  private mutating func follow() -> (any Error)? {
    var failure: (any Error)?
    var deadline = started + call.timeout
    var wasTerminated = false
    func end(_ reason: any Error) {
      guard failure == nil else { return }
      failure = reason
      deadline = ContinuousClock.now
    }
    while true {
      switch poll(until: deadline) {
      case .ended?:
        // What stands in the pipes by now is all that the program wrote.
        for index in outputs.indices { while receive(index) {} }
        // What it started of its own goes with a program that was ended.
        if failure != nil { kill(-pid, SIGKILL) }
        return failure
      case .stop?: end(CancellationError())
      case nil: break
      }
      if outputs.contains(where: { $0.bytes.count > call.limit }) {
        end(HydraError(.tooLarge, "\(name) printed more than \(call.limit >> 20) MiB and was ended"))
      }
      guard ContinuousClock.now >= deadline else { continue }
      if failure == nil {
        failure = HydraError(
          .timeout, "\(name) did not end within \(call.timeout.inWords) and was ended",
          remedy: "allow more time with the option 'timeout'")
      }
      kill(-pid, wasTerminated ? SIGKILL : SIGTERM)
      wasTerminated = true
      deadline = ContinuousClock.now + Self.grace
    }
  }

  private var name: String { "'\(call.words[0])'" }

  /// Waits until something can be read or written, the alarm rings (its reason is the result) or `deadline` is over.
  private mutating func poll(until deadline: ContinuousClock.Instant) -> Alarm.Reason? {
    var polled = [pollfd(fd: alarm.descriptor, events: Int16(POLLIN), revents: 0)]
    // A negative descriptor is passed over.
    for output in outputs { polled.append(pollfd(fd: output.descriptor ?? -1, events: Int16(POLLIN), revents: 0)) }
    polled.append(pollfd(fd: input ?? -1, events: Int16(POLLOUT), revents: 0))
    let left = max(.zero, deadline - ContinuousClock.now)
    let milliseconds = Int32(
      clamping: left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1)
    guard Glibc.poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return nil }
    if polled[3].revents != 0 { send() }
    for index in outputs.indices where polled[index + 1].revents != 0 { _ = receive(index) }
    return polled[0].revents != 0 ? alarm.take() : nil
  }

  /// Takes what has come; whether there may be more at once.
  private mutating func receive(_ index: Int) -> Bool {
    guard let descriptor = outputs[index].descriptor, outputs[index].bytes.count <= call.limit else { return false }
    var chunk = [UInt8](repeating: 0, count: 65536)
    let count = read(descriptor, &chunk, chunk.count)
    if count > 0 {
      outputs[index].bytes += chunk[..<count]
      return true
    }
    if count < 0, errno == EINTR { return true }
    if count < 0, errno == EAGAIN { return false }
    close(descriptor)
    outputs[index].descriptor = nil
    return false
  }

  private mutating func send() {
    guard let descriptor = input else { return }
    let count = unwritten.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count > 0 { unwritten = unwritten.dropFirst(count) }
    // A program need not read what it is given.
    let isBroken = count < 0 && errno != EINTR && errno != EAGAIN
    guard unwritten.isEmpty || isBroken else { return }
    close(descriptor)
    input = nil
  }

  private mutating func closeAll() {
    if let input { close(input) }
    input = nil
    for index in outputs.indices {
      if let descriptor = outputs[index].descriptor { close(descriptor) }
      outputs[index].descriptor = nil
    }
  }
}

extension Duration {
  /// As the language writes it: `1m30s`.
  fileprivate var inWords: String { Value(self).text }
}
