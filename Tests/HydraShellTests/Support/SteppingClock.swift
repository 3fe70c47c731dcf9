import HydraRuntime
import Synchronization

/// Time that passes only while somebody waits for it, and then at once.
final class SteppingClock: RuntimeClock {
  private let time = Mutex(Duration.zero)

  var now: Duration { time.withLock { $0 } }
  var wallTime: Double { 1_700_000_060 + Double(now.components.seconds) }

  func sleep(for duration: Duration) async throws {
    try Task.checkCancellation()
    time.withLock { $0 += duration }
    await Task.yield()
  }
}
