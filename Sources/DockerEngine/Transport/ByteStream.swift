import AsyncHTTPClient
public import NIOCore

/// The bytes of an answer as they come, read at the reader's pace. Fails with ``EngineError``. Read it once.
public struct ByteStream: AsyncSequence, Sendable {
  public typealias Element = ByteBuffer
  public typealias Failure = any Error
  private let body: HTTPClientResponse.Body
  private let wrap: @Sendable (any Error) -> EngineError

  init(_ body: HTTPClientResponse.Body, wrap: @escaping @Sendable (any Error) -> EngineError) {
    self.body = body
    self.wrap = wrap
  }

  public func makeAsyncIterator() -> Iterator { Iterator(base: body.makeAsyncIterator(), wrap: wrap) }

  /// Reads the stream.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate var base: HTTPClientResponse.Body.AsyncIterator
    fileprivate let wrap: @Sendable (any Error) -> EngineError

    public mutating func next() async throws -> ByteBuffer? {
      do { return try await base.next() } catch { throw wrap(error) }
    }
  }
}
