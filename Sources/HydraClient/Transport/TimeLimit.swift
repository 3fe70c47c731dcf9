/// The time for something was up.
struct TimeIsUp: Error {}

/// What `work` answers; it is cancelled, and ``TimeIsUp`` thrown, when that takes longer than `limit`.
func within<T: Sendable>(
  _ limit: Duration, _ work: @escaping @Sendable () async throws -> T
) async throws -> T {
  try await withThrowingTaskGroup(of: T?.self) { group in
    group.addTask { try await work() }
    group.addTask {
      try await Task.sleep(for: limit)
      return nil
    }
    defer { group.cancelAll() }
    guard let first = try await group.next(), let result = first else { throw TimeIsUp() }
    return result
  }
}
