import HTTPTypes
import HydraModel

extension RouteTable {
  /// The health of the components.
  mutating func addHealthRoute(_ health: any ClusterHealth) {
    get("/healthz", "the health of its components") { fields in
      try fields.finish()
      return try HealthRoute.answer(await health.health())
    }
  }

  /// What this is, and every route so far.
  mutating func addWelcome(_ cluster: String) {
    let text = """
      This is the API of hydra cluster '\(cluster)'.

      \(listing)

      Requests that change something need 'Authorization: Bearer TOKEN', unless the cluster was started with '--auth none'.
      With an 'Idempotency-Key' header they are done once, however often they are sent.

      """
    get("/") { fields in
      try fields.finish()
      return .text(text)
    }
  }
}

enum HealthRoute {
  static func answer(_ report: HealthReport) throws -> Answer {
    let unwell = report.components.unwell
    guard !unwell.isEmpty else { return try .json(HealthAnswer(report: report)) }
    let error = HydraError(.unavailable, unwell.map { "\($0.name): \($0.message)" }.joined(separator: "; "))
    var answer = try Answer.json(HealthAnswer(report: report, error: error), status: .serviceUnavailable)
    answer.code = error.code
    return answer
  }

  /// A report, with the keys of an error beside it when something is wrong: monitors look at either.
  private struct HealthAnswer: Encodable {
    var status: HealthReport.Status
    var components: HealthReport.Components
    var error: String?
    var code: String?

    init(report: HealthReport, error: HydraError? = nil) {
      status = report.status
      components = report.components
      self.error = error?.message
      code = error?.code.rawValue
    }
  }
}

extension Answer {
  /// `text` for people.
  static func text(_ text: String) -> Answer {
    var answer = Answer(status: .ok, body: Array(text.utf8))
    answer.headers[.contentType] = "text/plain; charset=utf-8"
    return answer
  }

  /// What `work` answers, or its error in the error shape.
  static func from(_ work: @Sendable () async throws -> Answer, log: (any Error) -> Void) async -> Answer {
    do {
      return try await work()
    } catch let error as HydraError {
      return .error(error)
    } catch is CancellationError {
      return .error(HydraError(.cancelled, "the request was cancelled"))
    } catch {
      log(error)
      return .error(HydraError.hidden)
    }
  }
}

extension HydraError {
  /// What a client is told of a defect; the log says more.
  static let hidden = HydraError(.internal, "internal error", remedy: "see the log of the management node")
}
