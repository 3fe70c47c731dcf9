/// A tar archive (POSIX ustar) in memory: a few small files to be put into a container.
public struct TarArchive: Sendable {
  private var blocks: [UInt8] = []
  static let blockSize = 512

  /// An empty archive.
  public init() {}

  /// Adds a directory. `path` is relative, at most 255 bytes.
  public mutating func addDirectory(_ path: String, mode: Int, uid: Int = 0, gid: Int = 0) throws(TarError) {
    let path = path.hasSuffix("/") ? path : path + "/"
    blocks += try TarHeader(path: path, size: 0, mode: mode, uid: uid, gid: gid, type: .directory).block()
  }

  /// Adds a file, owned by root by default. `path` is relative, at most 255 bytes.
  public mutating func addFile(
    _ path: String, contents: [UInt8], mode: Int, uid: Int = 0, gid: Int = 0
  ) throws(TarError) {
    blocks += try TarHeader(path: path, size: contents.count, mode: mode, uid: uid, gid: gid, type: .file).block()
    blocks += contents
    let rest = contents.count % TarArchive.blockSize
    if rest != 0 { blocks += [UInt8](repeating: 0, count: TarArchive.blockSize - rest) }
  }

  /// The archive, ended by two empty blocks.
  public func bytes() -> [UInt8] { blocks + [UInt8](repeating: 0, count: 2 * TarArchive.blockSize) }
}

/// Something that can't be put into an archive, or an archive that can't be read.
public struct TarError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  public var description: String
}
