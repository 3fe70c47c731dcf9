import AsyncHTTPClient
import AsyncSupport
public import NIOCore

/// The bytes of a response as they come, read at the reader's pace. Fails with ``EngineError``. Read it once.
public struct ByteStream: AsyncSequence, Sendable {
  /// Some bytes.
  public typealias Element = ByteBuffer
  /// ``EngineError``, recognized by its type alone.
  public typealias Failure = any Error
  private let body: HTTPClientResponse.Body
  private let patience: Patience
  private let wrap: @Sendable (any Error) -> EngineError

  /// How long a reader waits.
  struct Patience: Sendable {
    /// For the next bytes; nil for as long as it takes.
    var idle: Duration?
    /// For all of them.
    var deadline: ContinuousClock.Instant?

    /// As long as it takes.
    static let endless = Patience()

    var rest: Duration? {
      let untilDeadline = deadline.map { Swift.max(.zero, ContinuousClock.now.duration(to: $0)) }
      return [idle, untilDeadline].compactMap { $0 }.min()
    }
  }

  init(_ body: HTTPClientResponse.Body, patience: Patience, wrap: @escaping @Sendable (any Error) -> EngineError) {
    self.body = body
    self.patience = patience
    self.wrap = wrap
  }

  /// Begins to read.
  public func makeAsyncIterator() -> Iterator {
    Iterator(source: Source(body.makeAsyncIterator()), patience: patience, wrap: wrap)
  }

  /// Reads the stream.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let source: Source
    fileprivate let patience: Patience
    fileprivate let wrap: @Sendable (any Error) -> EngineError

    /// The next bytes; nil at the end.
    public mutating func next() async throws -> ByteBuffer? {
      do {
        guard let rest = patience.rest else { return try await source.next() }
        let source = source
        return try await withTimeLimit(rest) { try await source.next() }
      } catch {
        throw wrap(BodyFailure(underlying: error))
      }
    }
  }

  /// Lets a task with a time limit read for the iterator's owner. Unchecked: `next()` of the iterator is mutating, so
  /// that there is never more than one reader, and that one has ended before the next begins.
  fileprivate final class Source: @unchecked Sendable {
    private var base: HTTPClientResponse.Body.AsyncIterator

    init(_ base: HTTPClientResponse.Body.AsyncIterator) { self.base = base }

    func next() async throws -> ByteBuffer? { try await base.next() }
  }
}
