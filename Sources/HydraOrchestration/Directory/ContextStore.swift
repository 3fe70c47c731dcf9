import FoundationEssentials
import Glibc
public import HydraModel

/// How a cluster is reached from this account: where its API is and the token it wants.
public struct ClusterContext: Sendable, Codable, Equatable {
  /// The cluster's name.
  public var name: String
  /// Base URL of its API.
  public var url: String
  /// Its token; nil when it wants none.
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

/// The user's state directory: one private file a cluster, and the name of the one in use.
public struct ContextStore: Sendable {
  private let directory: String

  /// The store in `directory`, which is made when it is needed.
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

  /// The context of cluster `name`; nil when there is none.
  public func load(_ name: String) throws -> ClusterContext? {
    guard let data = FileManager.default.contents(atPath: file(name)) else { return nil }
    do {
      return try HydraJSON.decode(ClusterContext.self, from: data)
    } catch {
      throw HydraError(.failed, "'\(file(name))' is damaged: \(error)", remedy: "remove it, then connect again")
    }
  }

  /// All contexts, by name.
  public func all() throws -> [ClusterContext] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: clusters)) ?? []
    return try names.filter { $0.hasSuffix(".json") }.sorted().compactMap { try load(String($0.dropLast(5))) }
  }

  /// Saves `context` for this user alone (0600, in a directory of 0700), whole or not at all.
  public func save(_ context: ClusterContext) throws {
    try makeDirectories()
    try write(try HydraJSON.encode(context, pretty: true), to: file(context.name))
  }

  /// Forgets cluster `name`, also as the one in use.
  public func remove(_ name: String) throws {
    for path in [file(name)] + (try current() == name ? [currentFile] : []) where unlink(path) != 0 && errno != ENOENT {
      throw failure("'\(path)' can't be removed")
    }
  }

  /// Name of the cluster in use; nil when none is.
  public func current() throws -> String? {
    guard let data = FileManager.default.contents(atPath: currentFile) else { return nil }
    let name = String(decoding: data, as: UTF8.self)
    return name.isEmpty ? nil : name
  }

  /// Makes `name` the cluster in use.
  public func use(_ name: String) throws {
    try makeDirectories()
    try write(Data(name.utf8), to: currentFile)
  }

  private func makeDirectories() throws {
    do {
      try FileManager.default.createDirectory(
        atPath: clusters, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw HydraError(
        .failed, "'\(clusters)' can't be made: \(error)", remedy: "set XDG_STATE_HOME to a directory you may write to")
    }
  }

  private func write(_ data: Data, to path: String) throws {
    let temporary = "\(path).\(getpid()).\(UInt32.random(in: .min ... .max))"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("'\(path)' can't be written") }
    let written = data.withUnsafeBytes { bytes in
      bytes.baseAddress.map { Glibc.write(descriptor, $0, bytes.count) } ?? 0
    }
    let isWhole = written == data.count && fsync(descriptor) == 0
    close(descriptor)
    guard isWhole, rename(temporary, path) == 0 else {
      let error = failure("'\(path)' can't be written")
      unlink(temporary)
      throw error
    }
  }

  private func failure(_ what: String) -> HydraError {
    HydraError(.failed, "\(what): \(String(cString: strerror(errno)))")
  }
}
