import NIOCore

/// Cuts a stream of bytes into the JSON objects that engines send one after the other, one a line.
struct LineSplitter {
  /// Longest line that is taken, in bytes.
  static let longestLine = 1 << 20
  private var pending: [UInt8] = []

  /// The lines that are complete with `buffer`, without their ends; empty lines are left out.
  mutating func push(_ buffer: ByteBuffer) throws(EngineError) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    for byte in buffer.readableBytesView {
      if byte == UInt8(ascii: "\n") {
        lines += finish()
      } else {
        pending.append(byte)
        guard pending.count <= LineSplitter.longestLine else {
          throw EngineError(.unexpectedAnswer, "a line is longer than \(LineSplitter.longestLine) bytes")
        }
      }
    }
    return lines
  }

  /// What is left when the stream ends.
  mutating func finish() -> [[UInt8]] {
    defer { pending = [] }
    if pending.last == UInt8(ascii: "\r") { pending.removeLast() }
    return pending.isEmpty ? [] : [pending]
  }
}
