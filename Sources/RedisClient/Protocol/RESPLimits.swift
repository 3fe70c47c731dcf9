/// What a reply may measure at most. More is an error of the protocol, so that nothing that listens on Redis's port can
/// make the buffers grow without end or exhaust the stack.
public struct RESPLimits: Sendable, Equatable {
  /// Longest string, in bytes. Redis's own limit (`proto-max-bulk-len`) is 512 MiB.
  public var bulk: Int
  /// Most elements of one array, set, push, or map (keys and values both counted).
  public var elements: Int
  /// Deepest nesting of arrays and maps.
  public var depth: Int
  /// Longest line without its end, in bytes: simple strings, errors, numbers, lengths. Redis sends below 64 KiB.
  public var line: Int
  /// Longest reply as a whole, in bytes.
  public var reply: Int

  /// Limits far above the replies of a store of small values: 64 MiB, a million elements, 32 levels, 64 KiB, 128 MiB.
  public init(
    bulk: Int = 64 << 20, elements: Int = 1 << 20, depth: Int = 32, line: Int = 64 << 10, reply: Int = 128 << 20
  ) {
    self.bulk = bulk
    self.elements = elements
    self.depth = depth
    self.line = line
    self.reply = reply
  }
}

/// Bytes that are not the Redis protocol, or more of it than the limits allow.
public struct RESPProtocolError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  public var description: String

  init(_ description: String) { self.description = description }
}
