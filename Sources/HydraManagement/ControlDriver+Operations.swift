import HydraControl
public import HydraModel

extension ControlDriver: ClusterOperations {
  public func send<R: ClusterRequest>(_ request: R, key: String?) async throws -> R.Answer {
    let answer: any Sendable =
      switch request {
      case let reading as any Reading: try reading.answer(core)
      case let work as any Work: try await wait { .request($0, work, key: key) }.value
      case let cancellation as CancelRequest: try await wait { .cancelKey($0, cancellation.key) }.value
      default: throw HydraError(.internal, "the control core does not know '\(R.name)'")
      }
    guard let answer = answer as? R.Answer else {
      throw HydraError(.internal, "the answer to '\(R.name)' is of another type")
    }
    return answer
  }

  public func latestEvent() -> UInt64? { core.latestEvent }

  public nonisolated func events(
    after id: UInt64?, contact: @escaping ContactHandler
  ) -> AsyncThrowingStream<ClusterEvent, any Error> {
    AsyncThrowingStream(bufferingPolicy: .bufferingNewest(EventLog.capacity)) { continuation in
      Task { await self.subscribe(after: id, continuation) }
    }
  }

  private func subscribe(after id: UInt64?, _ continuation: AsyncThrowingStream<ClusterEvent, any Error>.Continuation) {
    if let id { for event in core.recentEvents where event.id > id { continuation.yield(event) } }
    nextSubscriber += 1
    let subscriber = nextSubscriber
    subscribers[subscriber] = continuation
    continuation.onTermination = { _ in Task { await self.unsubscribe(subscriber) } }
  }

  private func unsubscribe(_ subscriber: Int) { subscribers[subscriber] = nil }

  /// What is wrong with each of the cluster's components; nil for one that is well.
  public func problems() async -> (data: HydraError?, proxy: HydraError?, engine: HydraError?) {
    let performer = performer
    async let data = problem { try await performer.store.check() }
    async let proxy = problem { try await performer.proxy.check() }
    async let engine = problem { _ = try await performer.engines.observeNodes() }
    let known = core.problems
    let (dataProblem, proxyProblem, engineProblem) = await (data, proxy, engine)
    return (known.start ?? dataProblem, known.proxy ?? proxyProblem, engineProblem)
  }

  private nonisolated func problem(_ check: @Sendable () async throws -> Void) async -> HydraError? {
    do {
      try await check()
      return nil
    } catch {
      return HydraError.wrapping(error)
    }
  }
}
