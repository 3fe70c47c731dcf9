/// "Did you mean": which known word a mistyped one is nearest to.
public enum EditDistance {
  /// Insertions, deletions, substitutions and swaps of neighbours that turn `left` into `right`.
  public static func between(_ left: String, _ right: String) -> Int {
    let a = Array(left.unicodeScalars)
    let b = Array(right.unicodeScalars)
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 1...a.count {
      var row = [i] + Array(repeating: 0, count: b.count)
      for j in 1...b.count {
        let same = a[i - 1] == b[j - 1]
        row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          row[j] = min(row[j], beforeLast[j - 2] + 1)
        }
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }

  /// The candidate nearest to `word`, when one is near enough to have been meant: at most a third of it wrong (one letter
  /// of a short word). The first of equally near ones wins, so that the result is stable. A word of which exactly one
  /// candidate is the continuation counts as near.
  public static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    // A mistyped word is short; a pasted megabyte is not a typo, and the table is quadratic.
    guard (1...64).contains(word.utf8.count) else { return nil }
    let length = word.unicodeScalars.count
    // A single letter is one change away from every other.
    let limit = length < 2 ? 0 : max(1, length / 3)
    var best: (String, Int)?
    var continuations: [String] = []
    let lower = word.lowercased()
    for candidate in candidates {
      let distance = between(lower, candidate.lowercased())
      if distance <= limit, distance < best?.1 ?? .max { best = (candidate, distance) }
      if lower.count >= 2, candidate.lowercased().hasPrefix(lower) { continuations.append(candidate) }
    }
    return best?.0 ?? (continuations.count == 1 ? continuations.first : nil)
  }
}
