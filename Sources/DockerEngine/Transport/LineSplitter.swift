import NIOCore

/// Cuts a stream of bytes into the JSON objects that engines send one after the other, one a line.
struct LineSplitter {
  /// Longest line that is taken, in bytes.
  static let longestLine = 1 << 20
  private var pending: [UInt8] = []

  /// The lines that are complete with `buffer`, without their ends; empty lines are left out.
  mutating func push(_ buffer: ByteBuffer) throws(EngineError) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var rest = buffer.readableBytesView[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      try append(rest[..<end])
      lines += finish()
      rest = rest[(end + 1)...]
    }
    try append(rest)
    return lines
  }

  /// What is left when the stream ends.
  mutating func finish() -> [[UInt8]] {
    defer { pending = [] }
    if pending.last == UInt8(ascii: "\r") { pending.removeLast() }
    return pending.isEmpty ? [] : [pending]
  }

  private mutating func append(_ bytes: ByteBufferView) throws(EngineError) {
    guard pending.count + bytes.count <= LineSplitter.longestLine else {
      throw EngineError(.unexpectedAnswer, "a line is longer than \(LineSplitter.longestLine) bytes")
    }
    pending += bytes
  }
}
