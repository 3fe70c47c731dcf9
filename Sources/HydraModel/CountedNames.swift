/// Many names in few words: `node-1…node-30 (30)`.
public enum CountedNames {
  /// `names`, sorted by their numbers, with each run of three or more consecutive numbers as its two ends; with a run, how
  /// many there are of all.
  public static func text(_ names: [String], separator: String = ",") -> String {
    let names = names.map(Sortable.init).sorted().map(\.name)
    var parts: [String] = []
    var index = 0
    while index < names.count {
      let end = endOfRun(names, from: index)
      if end - index >= 3 {
        parts.append("\(names[index])…\(names[end - 1])")
        index = end
      } else {
        parts.append(names[index])
        index += 1
      }
    }
    let text = parts.joined(separator: separator)
    return parts.count < names.count ? "\(text) (\(names.count))" : text
  }

  private struct Sortable: Comparable {
    let name: String
    let stem: String
    let number: Int

    init(_ name: String) {
      let parts = CountedNames.numbered(name)
      self.name = name
      stem = parts.map { String($0.stem) } ?? name
      number = parts?.number ?? 0
    }

    static func < (left: Sortable, right: Sortable) -> Bool {
      (left.stem, left.number) < (right.stem, right.number)
    }
  }

  /// The index after the last of the names from `start` on whose numbers follow each other.
  private static func endOfRun(_ names: [String], from start: Int) -> Int {
    guard var last = numbered(names[start]) else { return start + 1 }
    var end = start + 1
    while end < names.count, let next = numbered(names[end]), next.stem == last.stem, next.number == last.number + 1 {
      last = next
      end += 1
    }
    return end
  }

  private static func numbered(_ name: String) -> (stem: Substring, number: Int)? {
    let digits = name.utf8.reversed().prefix { (0x30...0x39).contains($0) }.count
    guard digits > 0, let number = Int(name.suffix(digits)) else { return nil }
    return (name.dropLast(digits), number)
  }
}
