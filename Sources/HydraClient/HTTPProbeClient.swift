import AsyncHTTPClient
import FoundationEssentials
import HydraModel
import NIOCore
import NIOHTTP1

/// Asks a URL how it is doing: one GET, no redirects followed, whatever happens is part of the answer.
public struct HTTPProbeClient: Sendable {
  /// How much of a body is read, in bytes.
  public static let maximumBody = 1 << 20

  /// A client.
  public init() {}

  /// The answer of `url` within `timeout`.
  ///
  /// Throws `invalid_argument` when that is not a URL of HTTP, `CancellationError` when cancelled; what goes wrong on the
  /// way is ``HTTPProbeResult/error``.
  public func get(_ url: String, timeout: Duration = .seconds(5)) async throws -> HTTPProbeResult {
    guard let parts = URL(string: url), let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https",
      let host = parts.host(), !host.isEmpty
    else {
      throw HydraError(
        .invalidArgument, "'\(url.prefix(200))' is not a URL of http or https",
        remedy: "give it like http://localhost:8888/hello1")
    }
    let start = ContinuousClock.now
    let head = Box<HTTPProbeResult>(HTTPProbeResult(url: url))
    var failure: String?
    do {
      try await within(timeout) { try await ask(url, head) }
    } catch is TimeIsUp {
      failure = "no answer within \(timeout.formatted)"
    } catch {
      if Task.isCancelled || error is CancellationError { throw CancellationError() }
      failure = ConnectionFailure(error)?.reason ?? "\(error)"
    }
    var answer = head.value
    answer.error = failure
    answer.duration = ContinuousClock.now - start
    return answer
  }

  private func ask(_ url: String, _ answer: Box<HTTPProbeResult>) async throws {
    var request = HTTPClientRequest(url: url)
    // A probe asks how it is now, so over a connection of its own.
    request.headers.add(name: "Connection", value: "close")
    request.headers.add(name: "User-Agent", value: "hydra")
    let response = try await HTTPClients.probe.execute(request, deadline: .distantFuture)
    answer.change {
      $0.status = Int(response.status.code)
      for header in response.headers {
        let name = header.name.lowercased()
        $0.headers[name] = $0.headers[name].map { "\($0), \(header.value)" } ?? header.value
      }
    }
    var body: [UInt8] = []
    var isTruncated = false
    for try await piece in response.body {
      body.append(contentsOf: piece.readableBytesView.prefix(HTTPProbeClient.maximumBody - body.count))
      isTruncated = body.count == HTTPProbeClient.maximumBody
      if isTruncated { break }
    }
    let text = String(decoding: body, as: UTF8.self)
    answer.change { [isTruncated] in ($0.body, $0.isTruncated) = (text, isTruncated) }
  }
}

/// What a URL answered, or why it did not.
public struct HTTPProbeResult: Sendable, Equatable {
  /// What was asked.
  public var url: String
  /// The status; nil when no answer came.
  public var status: Int?
  /// The headers, names in lower case, repeated ones joined by commas.
  public var headers: [String: String] = [:]
  /// The body as UTF-8; what is not is replaced by U+FFFD.
  public var body = ""
  /// Whether the body is longer than ``HTTPProbeClient/maximumBody``.
  public var isTruncated = false
  /// From the question to the end of the answer, or to the failure.
  public var duration: Duration = .zero
  /// Why there is no whole answer: `connection refused`; nil when there is one.
  public var error: String?

  /// An answer of these parts.
  public init(
    url: String, status: Int? = nil, headers: [String: String] = [:], body: String = "", isTruncated: Bool = false,
    duration: Duration = .zero, error: String? = nil
  ) {
    self.url = url
    self.status = status
    self.headers = headers
    self.body = body
    self.isTruncated = isTruncated
    self.duration = duration
    self.error = error
  }
}
