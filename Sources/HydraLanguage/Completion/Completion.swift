/// What can come next at the end of a text that is being typed.
public struct Completion: Sendable, Equatable {
  /// One continuation that is known without a cluster.
  public struct Candidate: Sendable, Equatable {
    /// What stands in the text afterwards, in the place of ``Completion/replaces``.
    public var text: String
    /// A one-line description; empty if the word is enough.
    public var description: String
    /// What follows it if it is the only one: a blank, or nothing behind `name(`, `$name` and the like.
    public var suffix: String

    init(_ text: String, _ description: String = "", suffix: String = " ") {
      self.text = text
      self.description = description
      self.suffix = suffix
    }
  }

  /// Something that may stand here, for the explanation that `?` shows.
  public struct Item: Sendable, Equatable {
    /// A word, an option with its value, or an argument in capitals.
    public var form: String
    /// What it is.
    public var description: String
    /// Whether it must come before the command is complete.
    public var isRequired: Bool
  }

  /// The unfinished word at the end, as bytes of the text; empty at a place where a new word would begin.
  public var replaces: Range<Int>
  /// What is typed of it.
  public var prefix: String
  /// Continuations that begin with ``prefix``, in the order of the table.
  public var candidates: [Candidate] = []
  /// Where names that complete it come from: the shell requests them and keeps those that begin with ``prefix``.
  public var sources: [CompletionSource] = []
  /// The cluster that the command names with `--cluster`, from which the names are taken.
  public var cluster: String?
  /// The service that the command is about: ``CompletionSource/nodesWithService`` and its opposite depend on it.
  public var service: String?
  /// Names given already, where each makes sense once: `node kill node-1 …`.
  public var given: [String] = []
  /// Everything that may come here, however much of it is typed.
  public var items: [Item] = []
  /// How the command is written, if it is clear which one it is.
  public var usage: String?
  /// What is expected here, where there is nothing to list.
  public var remark: String?

  init(replaces: Range<Int>, prefix: String) {
    self.replaces = replaces
    self.prefix = prefix
  }

  /// The explanation that `?` shows: the usage, then one line for each item.
  public var help: String {
    var out = usage.map { "usage: \($0)\n" } ?? ""
    let width = min(items.map(\.form.count).max() ?? 0, 30)
    for item in items {
      let pad = String(repeating: " ", count: max(1, width + 2 - item.form.count))
      out += "  \(item.form)\(pad)\(item.description)\(item.isRequired ? " (required)" : "")\n"
    }
    if items.isEmpty, let remark { out += "  \(remark)\n" }
    return out.isEmpty ? "  nothing more can come here\n" : out
  }
}
