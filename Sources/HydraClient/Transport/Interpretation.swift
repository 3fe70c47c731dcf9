import FoundationEssentials
import HydraModel

/// The meaning of a response.
struct Interpretation {
  private let request: APIRequest
  private let url: String

  /// Of the response to `request` at `url`.
  init(_ request: APIRequest, at url: String) {
    self.request = request
    self.url = url
  }

  /// The value in `reply`; throws the error in it, or one that says that this is no API of hydra.
  func value<T: Decodable>(of reply: APIReply) throws(HydraError) -> T {
    guard (200..<300).contains(reply.status) else { throw error(of: reply) }
    do {
      return try HydraJSON.decode(T.self, from: Data(reply.body))
    } catch {
      throw notHydra(reply)
    }
  }

  /// What `reply` to a cancellation says.
  func cancellation(_ reply: APIReply) throws(HydraError) -> RequestOutcome {
    struct Payload: Decodable { var outcome: RequestOutcome }
    guard let payload = try? HydraJSON.decode(Payload.self, from: Data(reply.body)) else { throw error(of: reply) }
    return payload.outcome
  }

  /// The error in `reply`.
  func error(of reply: APIReply) -> HydraError {
    guard let payload = try? HydraJSON.decode(ErrorPayload.self, from: Data(reply.body)) else {
      return notHydra(reply)
    }
    var error = payload.hydraError()
    if error.code == .unauthorized {
      error.remedy = "connect with its token: cluster connect \(url) --token TOKEN"
    }
    return error
  }

  func notHydra(_ reply: APIReply) -> HydraError {
    let shown = String(decoding: reply.body.prefix(60), as: UTF8.self)
      .map { $0.isNewline || $0.isWhitespace ? " " : $0 }
    let start = reply.body.isEmpty ? "nothing" : "'\(String(shown))\(reply.body.count > 60 ? "…" : "")'"
    let type = reply.contentType.isEmpty ? "" : " (\(reply.contentType.prefix(60)))"
    return HydraError(
      .unreachable,
      "\(url) is not the API of a hydra cluster: its response to \(request.description) is \(reply.status)\(type) \(start)",
      remedy: "check whether another program listens on that port")
  }
}
