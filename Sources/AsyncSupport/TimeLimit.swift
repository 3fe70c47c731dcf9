/// The time of a call is up.
package struct TimeLimitExceeded: Error {
  package init() {}
}

/// Runs `operation` for at most `limit`. When the time is up, or the caller is cancelled, `operation` is cancelled and
/// waited for, so that nothing of it continues behind the caller's back.
package func withTimeLimit<T: Sendable>(
  _ limit: Duration, _ operation: @escaping @Sendable () async throws -> T
) async throws -> T {
  try await withThrowingTaskGroup(of: T?.self) { group in
    group.addTask { try await operation() }
    group.addTask {
      try await Task.sleep(for: limit)
      return nil
    }
    defer { group.cancelAll() }
    guard let first = try await group.next(), let value = first else { throw TimeLimitExceeded() }
    return value
  }
}

/// Runs `operation` to its end even when this task is cancelled: what it began has to be known, or is the way back.
package func uninterrupted<T: Sendable>(_ operation: @escaping @Sendable () async throws -> T) async throws -> T {
  try await Task { try await operation() }.value
}
