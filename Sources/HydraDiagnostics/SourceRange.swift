/// A half-open range of bytes in one source file.
///
/// Twelve bytes, because every token, node and operation of a program carries one.
public struct SourceRange: Sendable, Hashable {
  /// Number of the file in its ``SourceMap``.
  public var file: Int32
  /// Offset of the first byte.
  public var start: Int32
  /// Offset after the last byte; equal to ``start`` for a place between two bytes.
  public var end: Int32

  /// Bytes `start..<end` of file number `file`.
  public init(file: Int32, start: Int, end: Int) {
    self.file = file
    self.start = Int32(clamping: start)
    self.end = Int32(clamping: max(start, end))
  }

  /// The smallest range that holds both; `self` when `other` is of another file.
  public func union(_ other: SourceRange) -> SourceRange {
    guard other.file == file else { return self }
    return SourceRange(file: file, start: Int(min(start, other.start)), end: Int(max(end, other.end)))
  }

  /// Whether `other` lies within this range.
  public func contains(_ other: SourceRange) -> Bool {
    file == other.file && start <= other.start && other.end <= end
  }

  /// The place just after the range.
  public var endPoint: SourceRange { SourceRange(file: file, start: Int(end), end: Int(end)) }
}
