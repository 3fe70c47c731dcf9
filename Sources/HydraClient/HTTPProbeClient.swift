import AsyncHTTPClient
import AsyncSupport
import FoundationEssentials
import HydraModel
import NIOCore
import NIOHTTP1

/// Sends single HTTP requests: no redirects are followed, and whatever happens is part of the result.
public struct HTTPProbeClient: Sendable {
  /// The largest part of a response's body that is read, in bytes.
  public static let maximumBody = 1 << 20

  /// A client.
  public init() {}

  /// The response to a GET request; see ``send(_:_:headers:body:timeout:)``.
  public func get(_ url: String, timeout: Duration = .seconds(5)) async throws -> HTTPProbeResult {
    try await send("GET", url, timeout: timeout)
  }

  /// The response to a request, received within `timeout`, connecting included.
  ///
  /// Throws `invalid_argument` if `url` is not a URL of HTTP, `CancellationError` when cancelled; any other failure is
  /// ``HTTPProbeResult/error``.
  public func send(
    _ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil,
    timeout: Duration = .seconds(5)
  ) async throws -> HTTPProbeResult {
    guard let parts = URL(string: url), let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https",
      let host = parts.host(), !host.isEmpty
    else {
      throw HydraError(
        .invalidArgument, "'\(url.prefix(200))' is not a URL of http or https",
        remedy: "expected one such as http://localhost:8888/hello1")
    }
    let start = ContinuousClock.now
    let head = Box<HTTPProbeResult>(HTTPProbeResult(url: url))
    var failure: String?
    do {
      try await withTimeLimit(timeout) { try await exchange(method, url, headers, body, head) }
    } catch is TimeLimitExceeded {
      failure = "no response within \(timeout.formatted)"
    } catch {
      if Task.isCancelled || error is CancellationError { throw CancellationError() }
      failure = ConnectionFailure(error)?.reason ?? "\(error)"
    }
    var result = head.value
    result.error = failure
    result.duration = ContinuousClock.now - start
    return result
  }

  private func exchange(
    _ method: String, _ url: String, _ headers: [(name: String, value: String)], _ body: [UInt8]?,
    _ result: Box<HTTPProbeResult>
  ) async throws {
    var request = HTTPClientRequest(url: url)
    request.method = HTTPMethod(rawValue: method)
    // A probe tells how a server is now, so it uses a connection of its own.
    request.headers.add(name: "Connection", value: "close")
    request.headers.add(name: "User-Agent", value: "hydra")
    for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
    if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
    let response = try await HTTPClients.probe.execute(request, deadline: .distantFuture)
    result.change {
      $0.status = Int(response.status.code)
      for header in response.headers {
        let name = header.name.lowercased()
        $0.headers[name] = $0.headers[name].map { "\($0), \(header.value)" } ?? header.value
      }
    }
    var received: [UInt8] = []
    func keep(isTruncated: Bool) {
      let text = String(decoding: received, as: UTF8.self)
      result.change { ($0.body, $0.isTruncated) = (text, isTruncated) }
    }
    do {
      for try await piece in response.body {
        let space = HTTPProbeClient.maximumBody - received.count
        received.append(contentsOf: piece.readableBytesView.prefix(space))
        guard piece.readableBytes <= space else { return keep(isTruncated: true) }
      }
      keep(isTruncated: false)
    } catch {
      // What a stream sent until its time was over is worth something.
      keep(isTruncated: true)
      throw error
    }
  }
}

/// The response to a request, or why there is none.
public struct HTTPProbeResult: Sendable, Equatable {
  /// The URL of the request.
  public var url: String
  /// The status; nil if no response came.
  public var status: Int?
  /// The headers, names in lower case, repeated ones joined by commas.
  public var headers: [String: String] = [:]
  /// The body as UTF-8 text; invalid bytes are replaced by U+FFFD.
  public var body = ""
  /// Whether ``body`` is not all of it: it is longer than ``HTTPProbeClient/maximumBody``, or was broken off.
  public var isTruncated = false
  /// From the request to the end of the response, or to the failure.
  public var duration: Duration = .zero
  /// Why there is no complete response, such as `connection refused`; nil if there is one.
  public var error: String?

  /// A result of these parts.
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
