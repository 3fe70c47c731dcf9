import Synchronization

/// What was entered, oldest first, every text once. Kept in a file if there is one.
public final class History: Sendable {
  private struct State {
    var entries: [String] = []
    var version = 0
  }

  private let state: Mutex<State>
  private let file: HistoryFile?
  /// The most entries that are kept.
  public let limit: Int

  /// A history of this process alone.
  public init(limit: Int = 2000) {
    self.limit = limit
    file = nil
    state = Mutex(State())
  }

  /// The history in the file at `path`, which is created (0600) with its folders (0700) if it is missing. A link is
  /// followed; what is not a regular file (`/dev/null`) keeps nothing. Throws if the file can't be read.
  public init(path: String, limit: Int = 2000) throws {
    self.limit = limit
    let file = HistoryFile(path: path)
    self.file = file
    let stored = try file.load()
    var seen: Set<String> = []
    let entries = Array(stored.reversed().filter { seen.insert($0).inserted }.prefix(limit).reversed())
    // Twice the limit, so that the file is rewritten once in a while and not at each start. Where that is refused, by a
    // folder that others own, say, the file still holds everything and takes more.
    if stored.count > limit * 2 { try? file.replace(with: entries) }
    state = Mutex(State(entries: entries))
  }

  /// The entries, oldest first.
  public var entries: [String] { state.withLock { $0.entries } }

  /// Adds `entry` as the newest, in place of an older equal one. Throws if the file can't be written; the entry is kept in
  /// this process all the same.
  public func add(_ entry: String) throws {
    guard entry.contains(where: { !$0.isWhitespace }) else { return }
    let isNew = state.withLock { state in
      if state.entries.last == entry { return false }
      state.entries.removeAll { $0 == entry }
      state.entries.append(entry)
      if state.entries.count > limit { state.entries.removeFirst() }
      state.version += 1
      return true
    }
    if isNew { try file?.append(entry) }
  }

  /// What the newest longer entry that begins with `text` has behind it; nil if there is none.
  func continuation(of text: String) -> String? {
    state.withLock { state in
      state.entries.last { $0.count > text.count && $0.hasPrefix(text) }.map { String($0.dropFirst(text.count)) }
    }
  }

  /// The entries if they changed since `version`.
  func changes(since version: Int?) -> (version: Int, entries: [String])? {
    state.withLock { $0.version == version ? nil : ($0.version, $0.entries) }
  }
}
