import Dispatch
import Glibc
import HydraModel
import Synchronization

/// A pipe to itself: wakes a thread that polls descriptors from anywhere else.
final class Alarm: Sendable {
  /// Why it rang.
  enum Reason: UInt8 {
    /// The task was cancelled.
    case stop = 1
    /// The program that was waited for has ended.
    case ended = 2
  }

  /// What to poll; readable once it rang.
  let descriptor: Int32
  private let writer: Mutex<Int32?>

  init() throws(HydraError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw HydraError(.internal, "no pipe can be made: \(ScriptFiles.reason(errno))") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    descriptor = ends[0]
    writer = Mutex(ends[1])
  }

  /// Wakes who polls; nothing when it is closed by then.
  func ring(_ reason: Reason) {
    writer.withLock { descriptor in
      guard let descriptor else { return }
      var byte = reason.rawValue
      _ = write(descriptor, &byte, 1)
    }
  }

  /// Takes one reason; only when ``descriptor`` is readable.
  func take() -> Reason? {
    var byte: UInt8 = 0
    return read(descriptor, &byte, 1) == 1 ? Reason(rawValue: byte) : nil
  }

  private func close() {
    writer.withLock { descriptor in
      if let open = descriptor { _ = Glibc.close(open) }
      descriptor = nil
    }
    _ = Glibc.close(descriptor)
  }

  /// Does blocking `work` on a thread of its own. It polls the alarm, which rings when the task is cancelled.
  static func guarding<T: Sendable>(_ work: @escaping @Sendable (Alarm) throws -> T) async throws -> T {
    try Task.checkCancellation()
    let alarm = try Alarm()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        // A queue of its own has a thread of its own: however many wait, none waits for another.
        DispatchQueue(label: "hydra.outside").async {
          let result = Result { try work(alarm) }
          alarm.close()
          continuation.resume(with: result)
        }
      }
    } onCancel: {
      alarm.ring(.stop)
    }
  }

  /// Waits until `descriptor` is ready for `events`. Throws `CancellationError` when the alarm rings.
  func wait(for descriptor: Int32, _ events: Int32) throws {
    var polled = [
      pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: descriptor, events: Int16(events), revents: 0),
    ]
    while poll(&polled, 2, -1) < 0 {
      guard errno == EINTR else { throw HydraError(.internal, "poll: \(ScriptFiles.reason(errno))") }
    }
    if polled[0].revents != 0 { throw CancellationError() }
  }
}
