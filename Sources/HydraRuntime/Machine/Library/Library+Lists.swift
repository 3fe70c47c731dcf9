import HydraLanguage

/// Functions on lists.
extension Library {
  static func sum(_ list: [Value]) throws(Problem) -> Value {
    guard var total = list.first else { return .int(0) }
    switch total {
    case .int, .float, .duration, .size: break
    default: throw wrong(.sum, "numbers, durations or sizes", total)
    }
    for value in list.dropFirst() { total = try Operators.add(total, value) }
    return total
  }

  static func extreme(_ list: [Value], isMin: Bool) throws(Problem) -> Value {
    guard var best = list.first else { return .null }
    for value in list.dropFirst() {
      let order = try Operators.compare(value, best)
      if isMin ? order < 0 : order > 0 { best = value }
    }
    return best
  }

  static func sorted(_ list: [Value]) throws(Problem) -> [Value] {
    do {
      // The sort is stable.
      return try list.enumerated().sorted { left, right in
        let order = try Operators.compare(left.element, right.element)
        return order == 0 ? left.offset < right.offset : order < 0
      }.map(\.element)
    } catch let problem as Problem {
      throw problem
    } catch {
      throw Problem("can't sort the list")
    }
  }

  static func unique(_ list: [Value]) -> [Value] {
    var strings: Set<Text.Key> = []
    var seen: [Value] = []
    for value in list {
      if case .string(let text) = value {
        if strings.insert(Text.Key(text)).inserted { seen.append(value) }
      } else if !seen.contains(where: { Operators.equal($0, value) }) {
        seen.append(value)
      }
    }
    return seen
  }

  /// The first elements of a list or characters of a string; the last ones for a negative count.
  static func prefix(of value: Value, _ count: Value) throws(Problem) -> Value {
    guard case .int(let number) = count else { throw wrong(.take, "an integer as its count", count) }
    let most = Int(clamping: number.magnitude)
    switch value {
    case .string(let text): return .string(String(number < 0 ? text.suffix(most) : text.prefix(most)))
    case .list(let list): return .list(Array(number < 0 ? list.suffix(most) : list.prefix(most)))
    case .range(let first, let last):
      // Without its elements, of which there may be too many for a list.
      let length = try length(value)
      let taken = min(most, length)
      guard taken > 0 else { return .list([]) }
      try Limits.check(elements: taken)
      let start = number < 0 ? last - (taken - 1) : first
      return .list((start...(start + (taken - 1))).map(Value.int))
    default: throw wrong(.take, "a list or a string", value)
    }
  }

  /// The elements of the lists and ranges among `list` in place of these; one level of them.
  static func flattened(_ list: [Value]) throws(Problem) -> Value {
    var flat: [Value] = []
    for element in list {
      switch element {
      case .list, .range:
        let inner = try elements(element, .flatten)
        try Limits.check(elements: flat.count + inner.count)
        flat += inner
      default: flat.append(element)
      }
    }
    return .list(flat)
  }

  /// Lists of two: the elements of both lists at the same position.
  static func pairs(_ left: [Value], _ right: [Value]) throws(Problem) -> Value {
    var pairs: [Value] = []
    pairs.reserveCapacity(min(left.count, right.count))
    for (a, b) in zip(left, right) {
      try Limits.check(part: a)
      try Limits.check(part: b)
      pairs.append(.list([a, b]))
    }
    return .list(pairs)
  }
}
