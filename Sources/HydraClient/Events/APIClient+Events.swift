import FoundationEssentials
public import HydraModel

extension APIClient: StateOperations {
  public func events(after id: UInt64?) -> AsyncThrowingStream<ClusterEvent, any Error> {
    AsyncThrowingStream(bufferingPolicy: .bufferingNewest(10_000)) { continuation in
      let task = Task {
        do {
          try await EventFollower(client: self, after: id) { continuation.yield($0) }.run()
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}
