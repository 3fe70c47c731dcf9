import NIOCore

/// A piece of what a container's processes wrote.
public struct OutputFrame: Sendable, Equatable {
  /// Where it was written.
  public enum Source: Sendable {
    /// Standard output, and everything of a container with a terminal.
    case output
    /// Standard error.
    case error
  }

  /// Where it was written.
  public var source: Source
  /// The bytes; a line may come in several frames.
  public var bytes: [UInt8]

  /// A piece of `source`.
  public init(source: Source, bytes: [UInt8]) {
    self.source = source
    self.bytes = bytes
  }
}

/// What a container's processes write, as it comes. Fails with ``EngineError``. Read it once.
public struct ContainerOutput: AsyncSequence, Sendable {
  /// A piece of it.
  public typealias Element = OutputFrame
  /// ``EngineError``, recognized by its type alone.
  public typealias Failure = any Error
  let chunks: ByteStream
  /// Whether the engine sends the bytes as they are, as it does for a terminal.
  let raw: Bool

  /// Begins to read.
  public func makeAsyncIterator() -> Iterator { Iterator(chunks: chunks.makeAsyncIterator(), raw: raw) }

  /// Reads the stream.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate var chunks: ByteStream.Iterator
    fileprivate let raw: Bool
    private var decoder = FrameDecoder()
    private var ready: ArraySlice<OutputFrame> = []

    fileprivate init(chunks: ByteStream.Iterator, raw: Bool) {
      self.chunks = chunks
      self.raw = raw
    }

    /// The next piece; nil at the end.
    public mutating func next() async throws -> OutputFrame? {
      while true {
        if let frame = ready.popFirst() { return frame }
        guard let chunk = try await chunks.next() else {
          try decoder.finish()
          return nil
        }
        if raw { return OutputFrame(source: .output, bytes: Array(chunk.readableBytesView)) }
        ready = try decoder.push(chunk)[...]
      }
    }
  }
}

/// Takes apart the two streams an engine sends as one: a header of eight bytes (stream, three zeros, length in four
/// bytes, big-endian), then the bytes.
struct FrameDecoder {
  private static let headerLength = 8
  /// Engines send at most 16 KiB (logs) or 32 KiB (exec) in a frame; what is far beyond is no frame.
  private static let longestFrame = 1 << 24
  private var pending = ByteBuffer()

  /// The frames that are complete with `chunk`.
  mutating func push(_ chunk: ByteBuffer) throws(EngineError) -> [OutputFrame] {
    var chunk = chunk
    pending.writeBuffer(&chunk)
    var frames: [OutputFrame] = []
    while let kind = pending.getInteger(at: pending.readerIndex, as: UInt8.self),
      let length = pending.getInteger(at: pending.readerIndex + 4, as: UInt32.self)
    {
      guard kind <= 3, length <= FrameDecoder.longestFrame else {
        throw EngineError(.unexpectedAnswer, "a frame of a log begins with \(kind) and is \(length) bytes long")
      }
      guard pending.readableBytes >= FrameDecoder.headerLength + Int(length) else { break }
      pending.moveReaderIndex(forwardBy: FrameDecoder.headerLength)
      let bytes = pending.readBytes(length: Int(length)) ?? []
      // The fourth stream is the engine's own: it can't go on reading the log.
      if kind == 3 { throw EngineError(.inBand, String(decoding: bytes, as: UTF8.self).trimmingTrailingNewlines()) }
      frames.append(OutputFrame(source: kind == 2 ? .error : .output, bytes: bytes))
    }
    pending.discardReadBytes()
    return frames
  }

  /// Fails when the stream ended within a frame.
  func finish() throws(EngineError) {
    guard pending.readableBytes == 0 else {
      throw EngineError(.unexpectedAnswer, "the output breaks off within a frame")
    }
  }
}
