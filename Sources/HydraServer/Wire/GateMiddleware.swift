import HTTPTypes
import Hummingbird
import HydraModel
import Logging
import NIOHTTP1

/// Turns everything thrown into the one error shape, checks who may come in, and logs.
struct GateMiddleware: RouterMiddleware {
  typealias Context = APIContext

  let hosts: HostPolicy
  let token: TokenPolicy
  let methods: MethodTable

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    let response = await answer(request, context: context, next: next)
    let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
    // The path alone: neither headers nor query, so that no secret is ever logged.
    context.logger.log(
      level: response.status.code >= 500 ? .warning : .debug,
      "\(request.method) \(request.uri.path) → \(response.status.code) in \(Int(milliseconds)) ms")
    return response
  }

  private func answer(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async -> Response {
    do {
      try hosts.check(request.head)
      try token.check(request.head)
      return try await next(request, context)
    } catch {
      var answer = map(error, request, context.logger)
      // What is left of the body is not worth reading; the connection ends with this answer.
      if request.hasBody { answer.headers[.connection] = "close" }
      return answer.response
    }
  }

  private func map(_ error: any Error, _ request: Request, _ logger: Logger) -> Answer {
    switch error {
    case let error as HydraError:
      return .error(error)
    case is BodyTimeout:
      return .error(
        HydraError(.timeout, "the body did not arrive in time", remedy: "send it at once"), status: .requestTimeout)
    case is CancellationError:
      return RequestsInProgress.stopping
    case let error as HTTPError where error.status == .notFound:
      return notFound(request)
    case is HTTPParserError:
      return .error(HydraError(.invalidArgument, "the request is not valid HTTP"))
    default:
      logger.warning("\(request.method) \(request.uri.path) failed: \(String(reflecting: error))")
      return .error(.hidden)
    }
  }

  private func notFound(_ request: Request) -> Answer {
    let path = request.uri.path
    let known = methods.methods(of: path)
    guard !known.isEmpty else {
      return .error(
        HydraError(.notFound, "there is nothing at '\(path.prefix(120))'", remedy: "GET / lists what there is"))
    }
    let list = known.joined(separator: ", ")
    var answer = Answer.error(
      HydraError(.invalidArgument, "'\(path.prefix(120))' does not take \(request.method), only \(list)"),
      status: .methodNotAllowed)
    answer.headers[.allow] = list
    return answer
  }
}

extension Request {
  /// Whether the head announces a body.
  var hasBody: Bool {
    headers[.transferEncoding] != nil || (headers[.contentLength].map { $0 != "0" } ?? false)
  }
}
