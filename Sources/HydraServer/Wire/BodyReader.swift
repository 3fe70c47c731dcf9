import AsyncSupport
import HTTPTypes
import HummingbirdCore
import HydraModel
import NIOCore
import ServiceLifecycle

/// The body did not arrive in time.
struct BodyTimeout: Error {}

/// Reads request bodies, bounded in size and time.
struct BodyReader: Sendable {
  let limits: ServerLimits

  /// The whole body of `request`.
  func read(_ request: Request) async throws -> [UInt8] {
    guard request.hasBody else { return [] }
    let announced = try announcedLength(request)
    guard announced ?? 0 <= limits.body else { throw tooLarge }
    let body = request.body
    let bytes = try await within(limits.bodyTime) {
      var bytes: [UInt8] = []
      for try await part in body {
        guard bytes.count + part.readableBytes <= limits.body else { throw tooLarge }
        bytes.append(contentsOf: part.readableBytesView)
      }
      // A cancelled reader sees the end of the body too.
      try Task.checkCancellation()
      return bytes
    }
    // The end of the connection looks like the end of the body.
    guard announced == nil || announced == bytes.count else {
      throw HydraError(.invalidArgument, "the body ends after \(bytes.count) of \(announced ?? 0) bytes")
    }
    return bytes
  }

  private var tooLarge: HydraError {
    HydraError(.tooLarge, "the body is larger than \(limits.body) bytes")
  }

  private func announcedLength(_ request: Request) throws -> Int? {
    guard let header = request.headers[.contentLength] else { return nil }
    guard let length = Int(header), length >= 0 else {
      throw HydraError(.invalidArgument, "Content-Length is '\(header.prefix(40))', expected a number of bytes")
    }
    return length
  }

  private func within<T: Sendable>(
    _ limit: Duration, _ work: @escaping @Sendable () async throws -> T
  ) async throws -> T {
    do {
      return try await withTimeLimit(limit) { try await cancelWhenGracefulShutdown(work) }
    } catch is TimeLimitExceeded {
      throw BodyTimeout()
    }
  }
}
