import HydraLanguage

/// The functions that go by a key of each element: `sort(nodes(), n => n.name)`.
extension Library {
  /// What `id` makes of the elements of `sequence`, given their keys in order.
  static func call(_ id: EachID, _ sequence: Value, _ keys: [Value]) throws(Problem) -> Value {
    switch id {
    case .sum: return try call(.sum, [.list(keys)])
    case .sort: return .list(try sorted(try elements(sequence, .sort), by: keys))
    case .min, .max: return try extreme(try elements(sequence, id == .min ? .min : .max), keys, isMin: id == .min)
    case .groupBy: return .record(try grouped(try elements(sequence, .values), by: keys))
    case .filter, .map, .any, .all, .find, .count:
      throw Problem("'\(id.rawValue)' does not go by keys", code: "internal")
    }
  }

  private static func sorted(_ list: [Value], by keys: [Value]) throws(Problem) -> [Value] {
    do {
      // Those with equal keys keep their order.
      return try list.indices.sorted { left, right in
        let order = try Operators.compare(keys[left], keys[right])
        return order == 0 ? left < right : order < 0
      }.map { list[$0] }
    } catch let problem as Problem {
      throw problem
    } catch {
      throw Problem("cannot sort the list", code: "internal")
    }
  }

  private static func extreme(_ list: [Value], _ keys: [Value], isMin: Bool) throws(Problem) -> Value {
    guard var best = list.indices.first else { return .null }
    for index in list.indices.dropFirst() {
      let order = try Operators.compare(keys[index], keys[best])
      if isMin ? order < 0 : order > 0 { best = index }
    }
    return list[best]
  }

  /// The elements under the text of their key, keys and elements in the order they came.
  private static func grouped(_ list: [Value], by keys: [Value]) throws(Problem) -> Record {
    var places: [Text.Key: Int] = [:]
    var groups: [(String, [Value])] = []
    for (element, key) in zip(list, keys) {
      switch key {
      case .string, .int, .bool, .null, .duration, .time, .size: break
      case .float, .list, .record, .range:
        throw Problem("cannot group by \(Operators.describe(key)), expected a key such as a string or an int")
      }
      let text = key.text
      if let place = places[Text.Key(text)] {
        groups[place].1.append(element)
      } else {
        places[Text.Key(text)] = groups.count
        groups.append((text, [element]))
      }
    }
    for group in groups { for element in group.1 { try Limits.check(part: element) } }
    return Record(unique: groups.map(\.0), groups.map { .list($0.1) })
  }
}
