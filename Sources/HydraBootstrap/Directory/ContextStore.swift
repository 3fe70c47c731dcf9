import FoundationEssentials
import Glibc
public import HydraModel

/// How this account reaches a cluster: the address of its API, and its token.
public struct ClusterContext: Sendable, Codable, Equatable {
  /// The cluster's name.
  public var name: String
  /// Base URL of its API.
  public var url: String
  /// Its token; nil if it needs none.
  public var token: String?
  /// Started on this machine, or connected to.
  public var origin: ClusterSummary.Origin

  /// A context of these parts.
  public init(name: String, url: String, token: String?, origin: ClusterSummary.Origin) {
    self.name = name
    self.url = url
    self.token = token
    self.origin = origin
  }
}

/// The user's state directory: one private file for each cluster, and the name of the one in use.
public struct ContextStore: Sendable {
  private let directory: String

  /// The store in `directory`, which is created when it is needed.
  public init(directory: String) { self.directory = directory }

  /// `$XDG_STATE_HOME/hydra`, or `~/.local/state/hydra`.
  public static func standard(environment: [String: String]) -> ContextStore {
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      return ContextStore(directory: "\(state)/hydra")
    }
    let home = environment["HOME"] ?? "/root"
    return ContextStore(directory: "\(home)/.local/state/hydra")
  }

  private var clusters: String { "\(directory)/clusters" }
  private func file(_ name: String) -> String { "\(clusters)/\(name).json" }
  private var currentFile: String { "\(directory)/current" }

  /// The context of cluster `name`; nil if there is none. Throws `failed`, with the file and its owner, if it can't be read.
  public func load(_ name: String) throws -> ClusterContext? {
    // A name may be typed, or be one that a server gave itself, and becomes part of a path.
    try NameRule.cluster.validate(name)
    guard let data = try LocalFile.contents(file(name)) else { return nil }
    let remedy = "remove the file, then connect again with 'cluster connect URL --token TOKEN'"
    let context: ClusterContext
    do {
      context = try HydraJSON.decode(ClusterContext.self, from: data)
    } catch {
      throw HydraError(
        .failed, "\(LocalFile.described(file(name))) is damaged: it is not a cluster's context", remedy: remedy)
    }
    guard context.name == name else {
      throw HydraError(
        .failed, "\(LocalFile.described(file(name))) is damaged: it is for another cluster", remedy: remedy)
    }
    return context
  }

  /// All contexts that can be read, by name; and for each of the others, its name and the reason.
  public func all() throws -> (contexts: [ClusterContext], unreadable: [(name: String, problem: HydraError)]) {
    var contexts: [ClusterContext] = []
    var unreadable: [(name: String, problem: HydraError)] = []
    for name in try names() {
      do {
        if let context = try load(name) { contexts.append(context) }
      } catch {
        unreadable.append((name, HydraError.wrapping(error)))
      }
    }
    return (contexts, unreadable)
  }

  /// Names of the files, sorted; what could not be a cluster's is not one of ours.
  private func names() throws(HydraError) -> [String] {
    guard let folder = opendir(clusters) else {
      if errno == ENOENT || errno == ENOTDIR { return [] }
      throw LocalFile.problem("can't be read", clusters, code: errno)
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let file = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      let name = String(file.dropLast(".json".count))
      guard file.hasSuffix(".json"), (try? NameRule.cluster.validate(name)) != nil else { continue }
      names.append(name)
    }
    return names.sorted()
  }

  /// Saves `context` for this user alone (0600, in a directory of 0700), whole or not at all.
  public func save(_ context: ClusterContext) throws {
    try NameRule.cluster.validate(context.name)
    try makeDirectories()
    try write(try HydraJSON.encode(context, pretty: true), to: file(context.name))
  }

  /// Forgets cluster `name`, also as the one in use.
  public func remove(_ name: String) throws {
    try NameRule.cluster.validate(name)
    for path in [file(name)] + (try current() == name ? [currentFile] : []) where unlink(path) != 0 && errno != ENOENT {
      throw LocalFile.problem("can't be removed", path, code: errno)
    }
  }

  /// Name of the cluster in use; nil when none is.
  public func current() throws -> String? {
    guard let name = try LocalFile.text(currentFile), !name.isEmpty else { return nil }
    guard (try? NameRule.cluster.validate(name)) != nil else {
      throw HydraError(
        .failed, "\(LocalFile.described(currentFile)) is damaged: it is not the name of a cluster",
        remedy: "choose a cluster with 'cluster use NAME'")
    }
    return name
  }

  /// Makes `name` the cluster in use.
  public func use(_ name: String) throws {
    try NameRule.cluster.validate(name)
    try makeDirectories()
    try write(Data(name.utf8), to: currentFile)
  }

  private func makeDirectories() throws {
    do {
      try LocalFile.makeDirectory(clusters)
    } catch {
      throw HydraError(.failed, error.message, remedy: "set XDG_STATE_HOME to a directory that you may write to")
    }
  }

  private func write(_ data: Data, to path: String) throws {
    let temporary = "\(path).\(getpid()).\(UInt32.random(in: .min ... .max))"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw LocalFile.problem("can't be written", path, code: errno) }
    let written = data.withUnsafeBytes { bytes in
      bytes.baseAddress.map { Glibc.write(descriptor, $0, bytes.count) } ?? 0
    }
    let isWhole = written == data.count && fsync(descriptor) == 0
    close(descriptor)
    guard isWhole, rename(temporary, path) == 0 else {
      let error = LocalFile.problem("can't be written", path, code: errno)
      unlink(temporary)
      throw error
    }
  }
}
