/// A text that was read: a script, a line typed in the shell, or the words of a command line.
public final class SourceFile: Sendable {
  /// Largest source accepted, in bytes. Offsets fit in 32 bits with room to spare.
  public static let maximumSize = 16 << 20

  /// Where a text came from; decides how a place in it is named.
  public enum Origin: Sendable, Equatable {
    /// A file or standard input: places are `name:line:column`.
    case file
    /// Typed at the prompt.
    case prompt
    /// The words of one invocation of the tool.
    case commandLine
  }

  /// Its number in the ``SourceMap``.
  public let id: Int32
  /// Path as given by the user, or a name such as `standard input`.
  public let name: String
  /// Where it came from.
  public let origin: Origin
  /// Its bytes; not necessarily well-formed UTF-8.
  public let bytes: [UInt8]

  /// A file of these bytes.
  public init(id: Int32, name: String, origin: Origin, bytes: [UInt8]) {
    self.id = id
    self.name = name
    self.origin = origin
    self.bytes = bytes
  }

  /// The range of all its bytes.
  public var fullRange: SourceRange { SourceRange(file: id, start: 0, end: bytes.count) }

  /// The text of `range`, ill-formed parts repaired.
  public func text(_ range: SourceRange) -> String {
    let (lower, upper) = clamp(range)
    return String(decoding: bytes[lower..<upper], as: UTF8.self)
  }

  /// `range` as offsets that are safe to use with ``bytes``.
  func clamp(_ range: SourceRange) -> (Int, Int) {
    let lower = min(max(0, Int(range.start)), bytes.count)
    return (lower, min(max(lower, Int(range.end)), bytes.count))
  }

  /// Line and column of a byte.
  public struct Position: Sendable, Equatable {
    /// Line, from 1.
    public var line: Int
    /// Column in characters as people count them, from 1.
    public var column: Int
  }

  /// The position of byte `offset`.
  public func position(of offset: Int) -> Position {
    let offset = min(max(0, offset), bytes.count)
    var line = 1
    var start = min(markLength, offset)
    for index in 0..<offset where bytes[index] == 0x0A {
      line += 1
      start = index + 1
    }
    let column = String(decoding: bytes[start..<offset], as: UTF8.self).count + 1
    return Position(line: line, column: column)
  }

  /// Offsets of the line that holds byte `offset`, without its line end.
  public func line(around offset: Int) -> Range<Int> {
    let offset = min(max(0, offset), bytes.count)
    var start = offset
    while start > 0, bytes[start - 1] != 0x0A { start -= 1 }
    if start == 0 { start = markLength }
    var end = max(offset, start)
    while end < bytes.count, bytes[end] != 0x0A { end += 1 }
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    return start..<max(start, end)
  }

  /// Length of the byte order mark that the text begins with; it is no character of the first line.
  private var markLength: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

  /// Whether the text has more than one line.
  public var isMultiline: Bool { bytes.dropLast().contains(0x0A) }
}
