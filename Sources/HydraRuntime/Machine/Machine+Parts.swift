import HydraLanguage

/// Changing a part of a variable's value in place, and making records of computed keys.
extension Machine {
  /// Takes the value and the steps of `assignment` from the stack and changes the part of `variable` that they lead to.
  /// Values are never shared: whoever else holds the old value keeps it as it was.
  mutating func assign(_ assignment: Assignment, in variable: inout Value) throws(Problem) {
    let value = stack.removeLast()
    let steps = take(Int(assignment.steps))
    try Limits.check(part: value, depth: steps.count)
    patience -= value.weight
    try change(&variable, steps[...]) { machine, part throws(Problem) in
      if assignment.appends { try machine.append(value, to: &part) } else { part = value }
    }
  }

  /// Each container is taken out of its place while its part is changed, so that it is not copied, and put back also
  /// when that fails.
  private mutating func change(
    _ whole: inout Value, _ steps: ArraySlice<Value>,
    _ body: (inout Machine, inout Value) throws(Problem) -> Void
  ) throws(Problem) {
    guard let step = steps.first else { return try body(&self, &whole) }
    let rest = steps.dropFirst()
    // Taken apart one by one: a tuple of both would hold the container a second time, and it would be copied.
    if case .int(let number) = step, case .list(var list) = whole {
      let place = try Operators.place(number, inListOf: list.count)
      whole = .null
      defer { whole = .list(list) }
      return try change(&list[place], rest, body)
    }
    if case .string(let key) = step, case .record(var record) = whole {
      guard let place = record.keys.firstIndex(of: key) else {
        // The last step may name a new part.
        guard rest.isEmpty else {
          _ = try Operators.member(whole, key)
          return
        }
        var part = Value.null
        try body(&self, &part)
        whole = .null
        record[key] = part
        whole = .record(record)
        return
      }
      whole = .null
      var part = record.exchange(at: place, with: .null)
      defer {
        _ = record.exchange(at: place, with: part)
        whole = .record(record)
      }
      return try change(&part, rest, body)
    }
    if case .string = whole, case .int = step {
      throw Problem("a part of a string cannot be set", remedy: "make a new string, as in text[0..2] + \"x\"")
    }
    // A step that cannot be read cannot be set either, for the same reason.
    if case .string(let key) = step { _ = try Operators.member(whole, key) }
    _ = try Operators.element(whole, step)
    throw Problem("cannot set element \(Operators.short(step.source)) of \(Operators.describe(whole))")
  }

  /// A record of keys and values that stand in turns; of two equal keys the later value counts.
  func makeRecord(_ parts: [Value]) throws(Problem) -> Value {
    var record = Record()
    for index in stride(from: 0, to: parts.count, by: 2) {
      guard case .string(let key) = parts[index] else {
        throw Problem(
          "the key of a record is \(Operators.describe(parts[index])), expected a string",
          remedy: "write [\"${…}\"] to make it one", nature: parts[index] == .null ? .absent : .final)
      }
      try Limits.check(part: parts[index + 1])
      record[key] = parts[index + 1]
    }
    return .record(record)
  }
}
