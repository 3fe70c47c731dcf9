import CLibedit
import Glibc
import Synchronization

/// Runs `question` and waits for its result on this thread, which is the editor's own and may block. Returns nil when
/// `limit` is over; the question is then cancelled.
func answer<T: Sendable>(within limit: Duration, _ question: @escaping @Sendable () async -> T) -> T? {
  let slot = AnswerSlot<T>()
  let task = Task { slot.put(await question()) }
  let deadline = ContinuousClock.now + limit
  while true {
    if let value = slot.value { return value }
    let left = deadline - .now
    guard left > .zero else {
      task.cancel()
      return nil
    }
    let milliseconds = Int(left.components.seconds) * 1000 + Int(left.components.attoseconds / 1_000_000_000_000_000)
    slot.wait(milliseconds: milliseconds + 1)
  }
}

private final class AnswerSlot<T: Sendable>: Sendable {
  private let answer = Mutex<T?>(nil)
  private let isThere = clibedit_wakeup()

  deinit { close(isThere) }

  var value: T? { answer.withLock { $0 } }

  func put(_ value: T) {
    answer.withLock { $0 = value }
    var one: UInt64 = 1
    _ = write(isThere, &one, MemoryLayout<UInt64>.size)
  }

  func wait(milliseconds: Int) {
    var waiting = pollfd(fd: isThere, events: Int16(POLLIN), revents: 0)
    _ = poll(&waiting, 1, Int32(clamping: milliseconds))
  }
}
