/// The files that ranges refer to.
public struct SourceMap: Sendable {
  /// The files by number.
  public private(set) var files: [SourceFile] = []
  /// Finds what must not be shown in the bytes of a file: ranges in ascending order, none overlapping another. The
  /// language knows; whoever shows a source line asks.
  public var secrets: @Sendable ([UInt8]) -> [Range<Int>] = { _ in [] }

  /// A map without files.
  public init() {}

  /// Adds a file and gives it its number.
  public mutating func add(name: String, origin: SourceFile.Origin = .file, bytes: [UInt8]) -> SourceFile {
    let file = SourceFile(id: Int32(clamping: files.count), name: name, origin: origin, bytes: bytes)
    files.append(file)
    return file
  }

  /// Adds a file with the text of `text`.
  public mutating func add(name: String, origin: SourceFile.Origin = .file, text: String) -> SourceFile {
    add(name: name, origin: origin, bytes: Array(text.utf8))
  }

  /// The file that `range` is of.
  public func file(of range: SourceRange) -> SourceFile? {
    files.indices.contains(Int(range.file)) ? files[Int(range.file)] : nil
  }

  /// The text of `range`; empty for an unknown file.
  public func text(_ range: SourceRange) -> String { file(of: range)?.text(range) ?? "" }

  /// `name:line:column` of the start of `range`; nil for an unknown file.
  public func place(_ range: SourceRange) -> String? {
    guard let file = file(of: range) else { return nil }
    let position = file.position(of: Int(range.start))
    return "\(file.name):\(position.line):\(position.column)"
  }
}
