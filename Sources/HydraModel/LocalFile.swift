public import FoundationEssentials
import Glibc

/// Files of this machine, with errors that name the file, its owner and the system's reason.
public enum LocalFile {
  /// The contents of the file at `path`; nil if it does not exist. Throws `failed` if it can't be read.
  public static func contents(_ path: String) throws(HydraError) -> Data? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw problem("can't be read", path, code: errno)
    }
    defer { close(descriptor) }
    var data = Data()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count == 0 { return data }
      if count > 0 {
        data.append(contentsOf: buffer[..<count])
      } else if errno != EINTR {
        throw problem("can't be read", path, code: errno)
      }
    }
  }

  /// The same as UTF-8 text; throws for a file that is not.
  public static func text(_ path: String) throws(HydraError) -> String? {
    guard let data = try contents(path) else { return nil }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw HydraError(.failed, "\(described(path)) is not UTF-8")
    }
    return text
  }

  /// Makes the directory at `path` and those above it that are missing, for this user alone (0700).
  public static func makeDirectory(_ path: String) throws(HydraError) {
    if mkdir(path, 0o700) == 0 { return }
    let code = errno
    if code == EEXIST {
      var found = stat()
      guard stat(path, &found) == 0, found.st_mode & S_IFMT == S_IFDIR else {
        throw HydraError(.failed, "\(described(path)) is not a directory")
      }
      return
    }
    let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    guard code == ENOENT || code == ENOTDIR, !parent.isEmpty else {
      throw problem("can't be created", path, code: code)
    }
    try makeDirectory(parent)
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw problem("can't be created", path, code: errno) }
  }

  /// `'PATH' WHAT: REASON`, with the owner of the file.
  public static func problem(_ what: String, _ path: String, code: Int32) -> HydraError {
    let reason = String(cString: strerror(code))
    return HydraError(.failed, "\(described(path)) \(what): \(reason.prefix(1).lowercased())\(reason.dropFirst())")
  }

  /// `'PATH' (owner NAME)`; without an owner where the file does not exist.
  public static func described(_ path: String) -> String {
    var found = stat()
    guard lstat(path, &found) == 0 else { return "'\(path)'" }
    let owner = getpwuid(found.st_uid).map { String(cString: $0.pointee.pw_name) } ?? "\(found.st_uid)"
    return "'\(path)' (owner \(owner))"
  }
}
