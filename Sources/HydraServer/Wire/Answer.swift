import FoundationEssentials
package import HTTPTypes
import HummingbirdCore
package import HydraModel
import NIOCore

/// What a request is answered with. A value, so that it can be remembered and given again.
package struct Answer: Sendable, Equatable {
  package var status: HTTPResponse.Status
  package var body: [UInt8]
  /// The code of an error answer.
  package var code: HydraError.Code?
  package var headers: HTTPFields = [:]

  package init(status: HTTPResponse.Status, body: [UInt8]) {
    self.status = status
    self.body = body
  }

  /// `value` as JSON, with a line end for people with curl.
  static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Answer {
    var body = [UInt8](try HydraJSON.encode(value))
    body.append(0x0A)
    return Answer(status: status, body: body)
  }

  /// The one shape of every error: `{"error": …, "code": …, "remedy": …}`.
  package static func error(_ error: HydraError, status: HTTPResponse.Status? = nil) -> Answer {
    var answer =
      (try? Answer.json(ErrorPayload(error)))
      // A payload of three strings can always be encoded; the client must get a valid answer even if not.
      ?? Answer(status: .internalServerError, body: Array(#"{"error":"internal error","code":"internal"}"#.utf8))
    answer.status = status ?? HTTPResponse.Status(code: error.code.httpStatus)
    answer.code = error.code
    if answer.status == .unauthorized { answer.headers[.wwwAuthenticate] = #"Bearer realm="hydra""# }
    return answer
  }

  /// The response that carries it.
  var response: Response {
    var headers = headers
    if headers[.contentType] == nil { headers[.contentType] = "application/json; charset=utf-8" }
    headers[.cacheControl] = "no-store"
    headers[.xContentTypeOptions] = "nosniff"
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}

extension HydraError.Code {
  /// The HTTP status that stands for this code.
  package var httpStatus: Int {
    switch self {
    case .invalidArgument: 400
    case .unauthorized: 401
    case .forbidden: 403
    case .notFound: 404
    case .conflict, .noCapacity: 409
    case .tooLarge: 413
    case .imageUnavailable, .failed: 422
    case .cancelled: 499
    case .internal: 500
    case .unreachable, .unavailable: 503
    case .timeout: 504
    }
  }
}
