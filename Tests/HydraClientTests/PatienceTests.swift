import HydraClient
import Synchronization
import Testing

@Suite struct PatienceTests {
  private final class Time: Sendable {
    private let elapsed = Mutex(Duration.zero)
    private let start = ContinuousClock.now

    var now: ContinuousClock.Instant { elapsed.withLock { start.advanced(by: $0) } }
    func pass(_ duration: Duration) { elapsed.withLock { $0 += duration } }
  }

  /// How long it goes on when every try fails at once and each pause is slept.
  private func lasts(_ time: Time, _ patience: inout Patience, reached: Bool) -> Duration {
    let start = time.now
    while let pause = patience.pause(reached: reached) { time.pass(pause) }
    return start.duration(to: time.now)
  }

  @Test func anAPIThatWasNeverReachedIsGivenUpSoon() {
    let time = Time()
    var patience = Patience(ClientConfiguration()) { time.now }
    let lasted = lasts(time, &patience, reached: false)
    #expect(lasted >= .seconds(5) && lasted < .seconds(8))
  }

  @Test func oneThatWasReachedIsWaitedFor() {
    let time = Time()
    var patience = Patience(ClientConfiguration()) { time.now }
    let lasted = lasts(time, &patience, reached: true)
    #expect(lasted >= .seconds(30) && lasted < .seconds(33))
  }

  @Test func aLongRequestDoesNotUseUpThePatience() {
    let time = Time()
    var patience = Patience(ClientConfiguration()) { time.now }
    time.pass(.seconds(600))
    #expect(patience.pause(reached: true) != nil)
    // Refused afterwards, while the management node restarts.
    #expect(lasts(time, &patience, reached: false) >= .seconds(29))
  }

  @Test func contactStartsItAnew() {
    let time = Time()
    var patience = Patience(ClientConfiguration()) { time.now }
    _ = lasts(time, &patience, reached: true)
    patience.reset()
    #expect(lasts(time, &patience, reached: false) >= .seconds(29))
  }

  @Test func pausesGrowToABound() {
    var configuration = ClientConfiguration()
    configuration.pauses = .milliseconds(100)...(.milliseconds(800))
    let time = Time()
    var patience = Patience(configuration) { time.now }
    var pauses: [Duration] = []
    while let pause = patience.pause(reached: true) {
      pauses.append(pause)
      time.pass(pause)
    }
    #expect(pauses[0] <= .milliseconds(100))
    #expect(pauses.allSatisfy { $0 >= .milliseconds(50) && $0 <= .milliseconds(800) })
    #expect(pauses.last ?? .zero >= .milliseconds(400))
  }
}
