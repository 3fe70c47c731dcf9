import HTTPTypes
import HydraModel

extension RouteTable {
  /// `GET /state` of the original, the health of the components, and what this is.
  mutating func addStateRoutes(_ cluster: any StateOperations, _ health: any ClusterHealth, name: String) {
    get("/") { _ in .text(StateRoutes.welcome(name)) }
    get("/state") { _ in try .json(await cluster.state()) }
    get("/healthz") { _ in try StateRoutes.answer(await health.health()) }
  }
}

enum StateRoutes {
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

  static func welcome(_ cluster: String) -> String {
    """
    This is the API of hydra cluster '\(cluster)'.

    GET    /state                      the whole cluster
    GET    /healthz                    the health of its components
    GET    /events                     events, as server-sent events (?after=N resumes)
    POST   /node                       add a node
    GET    /nodes, /nodes/NAME
    DELETE /nodes/NAME                 ?force=true removes it without room for its replicas
    POST   /nodes/NAME/kill, /nodes/NAME/start
    POST   /service                    deploy a service: alias, image, node_port, service_port, …
    GET    /services, /services/ALIAS
    DELETE /services/ALIAS
    POST   /services/ALIAS/migrate     from, to
    DELETE /requests/KEY               cancel the request with that Idempotency-Key

    Requests that change something need 'Authorization: Bearer TOKEN', unless the cluster was started with '--auth none'.

    """
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
