/// Numbers of things in words.
public enum Plural {
  /// `count` and the noun, in the plural unless there is exactly one: `1 node`, `3 nodes`.
  public static func of(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
