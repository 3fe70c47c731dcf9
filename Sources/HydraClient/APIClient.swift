import AsyncSupport
import FoundationEssentials
public import HydraModel
import NIOHTTP1

/// A cluster somewhere else, through its API. Does the same as the cluster itself would.
///
/// - What changes something brings a fresh `Idempotency-Key` and is repeated with it when the connection is lost or the
///   management node is not ready, so a restart of that node in the middle loses nothing and does nothing twice.
/// - A cancelled change is undone by the cluster before it throws `cancelled`.
public struct APIClient: Sendable {
  let transport: Transport
  let configuration: ClientConfiguration

  /// A client of the API at `url`, for example `http://localhost:4000`, with the cluster's `token` if it has one.
  ///
  /// Throws ``HydraError`` with code `invalid_argument` when that is not a URL of an API.
  public init(url: String, token: String? = nil, configuration: ClientConfiguration = ClientConfiguration())
    throws(HydraError)
  {
    if let token, !token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) || token.isEmpty {
      throw HydraError(.invalidArgument, "the token has characters that no token has")
    }
    transport = Transport(endpoint: try Endpoint(url), token: token, configuration: configuration)
    self.configuration = configuration
  }

  /// The base URL, without a slash at its end.
  public var url: String { transport.endpoint.base }

  /// The state of the cluster at that address; for `cluster connect`. Fails at once if nothing responds.
  public func identify() async throws -> ClusterState { try await state() }

  // MARK: Calls

  /// The response to a GET.
  func get<T: Decodable & Sendable>(_ request: APIRequest) async throws -> T {
    do {
      do {
        return try await once(request, limit: configuration.read)
      } catch let failure as ConnectionFailure where failure.wasConnected {
        // A kept connection can be closed by the other side at the moment it is used again.
        return try await once(request, limit: configuration.read)
      }
    } catch {
      throw publicError(error, request, limit: configuration.read)
    }
  }

  /// The response to a request that changes something, under `key` or a fresh one.
  func change<T: Decodable & Sendable>(
    _ request: APIRequest, key: String?, limit: Duration
  ) async throws -> T {
    var request = request
    request.idempotencyKey = key ?? UUID().uuidString.lowercased()
    let keyed = request
    do {
      return try await withTimeLimit(limit) { try await persist(keyed, limit: limit) }
    } catch {
      let final = publicError(error, keyed, limit: limit)
      // Nobody waits for it any more, so nobody wants it done.
      guard final.code == .cancelled || error is TimeLimitExceeded else { throw final }
      throw await withdraw(keyed, because: final)
    }
  }

  /// Repeats `request` while the API can't be reached, for as long as the configuration says.
  private func persist<T: Decodable & Sendable>(_ request: APIRequest, limit: Duration) async throws -> T {
    var patience = Patience(configuration)
    while true {
      do {
        return try await once(request, limit: limit)
      } catch let failure as ConnectionFailure {
        guard let pause = patience.pause(reached: failure.wasConnected) else { throw failure }
        try await Task.sleep(for: pause)
      } catch let error as HydraError where error.code == .unavailable {
        guard let pause = patience.pause(reached: true, isUnavailable: true) else { throw error }
        try await Task.sleep(for: pause)
      }
    }
  }

  private func once<T: Decodable & Sendable>(_ request: APIRequest, limit: Duration) async throws -> T {
    try Interpretation(request, at: url).value(of: try await transport.exchange(request, limit: limit))
  }

  /// Has the cluster undo `request`, and returns the error to throw. Not cancelled with the caller: that is its point.
  private func withdraw(_ request: APIRequest, because error: HydraError) async -> HydraError {
    let undoing = Task { try await withTimeLimit(configuration.undo) { try await cancelWhilePresent(request) } }
    switch await undoing.result {
    case .success(.undone): return error
    case .success(.finishedBefore):
      return HydraError(error.code, "\(error.message), but \(request.description) had already completed")
    case .failure:
      return HydraError(
        error.code, "\(error.message), and the cluster could not be asked to undo \(request.description)",
        remedy: "check what was done with 'state'")
    }
  }

  private enum Withdrawal { case undone, finishedBefore }

  /// Undoing takes its time; an API that says nothing at all, as one that is paused, does nothing either.
  private func cancelWhilePresent(_ request: APIRequest) async throws -> Withdrawal {
    try await withThrowingTaskGroup(of: Withdrawal.self) { group in
      group.addTask { try await cancelAtServer(request) }
      group.addTask {
        try await untilSilent()
        throw TimeLimitExceeded()
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw CancellationError() }
      return first
    }
  }

  /// Returns when the API does not respond to what it answers at once.
  private func untilSilent() async throws {
    let question = APIRequest(try RequestMessage(ReadState()))
    var missed = 0
    while missed < 2 {
      try await Task.sleep(for: configuration.presence)
      do {
        _ = try await transport.exchange(question, limit: configuration.presence)
        missed = 0
      } catch is TimeLimitExceeded {
        missed += 1
      } catch is ConnectionFailure {
        // A management node that restarts: the cancellation has its own patience.
        missed = 0
      }
    }
  }

  private func cancelAtServer(_ request: APIRequest) async throws -> Withdrawal {
    let cancellation = APIRequest(try RequestMessage(CancelRequest(request.idempotencyKey ?? "")))
    var patience = Patience(configuration)
    while true {
      do {
        let reply = try await transport.exchange(cancellation, limit: configuration.undo)
        let interpretation = Interpretation(cancellation, at: url)
        switch try interpretation.cancellation(reply) {
        case .completed, .finished: return .finishedBefore
        // Cancelled, failed by itself, or unknown and refused from now on: nothing is left of it.
        case .cancelled, .failed, .unknown: return .undone
        }
      } catch let failure as ConnectionFailure {
        guard let pause = patience.pause(reached: failure.wasConnected) else { throw failure }
        try await Task.sleep(for: pause)
      }
    }
  }

  /// `error` as it is shown to people.
  func publicError(_ error: any Error, _ request: APIRequest, limit: Duration) -> HydraError {
    switch error {
    case let error as HydraError: error
    case is CancellationError: HydraError(.cancelled, "interrupted")
    case is TimeLimitExceeded:
      HydraError(.timeout, "\(request.description) at \(url) did not respond within \(limit.formatted)")
    case let failure as ConnectionFailure: unreachable(failure)
    default: HydraError(.unreachable, "\(request.description) at \(url) failed: \(error)")
    }
  }

  func unreachable(_ failure: ConnectionFailure) -> HydraError {
    HydraError(
      .unreachable, "the API at \(url) is unreachable: \(failure.reason)",
      remedy: "check that the cluster is running with 'cluster list'")
  }
}

extension APIClient: CustomStringConvertible, CustomReflectable {
  /// Where it goes, without the token.
  public var description: String { "API client of \(url)" }

  /// As ``description``.
  public var customMirror: Mirror { Mirror(self, children: ["url": url]) }
}

extension Duration {
  /// Whole seconds, or milliseconds below one: `15s`, `250ms`.
  var formatted: String {
    self >= .seconds(1) ? "\(components.seconds)s" : "\(Int(self / .milliseconds(1)))ms"
  }
}
