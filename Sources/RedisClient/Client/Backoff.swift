/// Pauses that double up to a longest one.
struct Backoff {
  private(set) var next: Duration
  private let longest: Duration

  init(_ configuration: RedisConfiguration) {
    next = configuration.firstBackoff
    longest = configuration.longestBackoff
  }

  mutating func pause() async throws {
    let pause = next
    next = min(next * 2, longest)
    try await Task.sleep(for: pause)
  }
}
