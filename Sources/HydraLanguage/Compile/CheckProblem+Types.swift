import HydraDiagnostics

extension CheckProblem {
  /// The wording of what types rule out.
  var typeWording: (code: String, message: String, remedy: String?) {
    switch self {
    case .wrongType(let expected, let type): ("wrong-type", "expected \(expected), found \(type.article)", nil)
    case .wrongArgument(let name, let expected, let type):
      ("wrong-type", "'\(name)' takes \(expected.article), not \(type.article)", nil)
    case .wrongOperand(let parameter, let type):
      (
        "wrong-type", "\(parameter.name) is \(type.article), expected \(parameter.type.label)",
        type.kinds == .record ? "give one field of the record" : nil
      )
    case .cantApply(let op, let left, let right): Self.cantApply(op, left, right)
    case .cantNegate(let type): ("wrong-type", "can't negate \(type.article)", nil)
    case .noMember(let name, let type): Self.noMember(name, type)
    case .noElement(let index, let type):
      ("wrong-type", "can't take an element of \(type.article) by \(index.article)", nil)
    case .notCondition(let type):
      ("wrong-type", "a condition must be true or false, not \(type.article)", "compare it with something")
    case .notSequence(let type):
      (
        "wrong-type", "can't loop over \(type.article), expected a list or a range",
        type.kinds == .record ? "write 'for key, value in …'" : nil
      )
    case .partOfWord(let type, let written): Self.partOfWord(type, written)
    case .neverEqual(let op, let left, let right, _):
      (
        "never-equal", "\(left.article) and \(right.article) are never equal",
        op == .notEqual ? "this is always true" : nil
      )
    case .neverIn(let element, let other, _):
      ("never-equal", "\(element.article) is never in a list of \(other.plural)", nil)
    case .neverWord(let text, let words):
      (
        "never-equal", "the value is never '\(Wording.short(text))'",
        Wording.didYouMean(text, words) ?? "it is \(Wording.choice(words))"
      )
    case .unknownOption(let name, let function, let known):
      (
        "unknown-option", "'\(function)' has no option '\(Wording.short(name))'",
        Wording.didYouMean(name, known) ?? "its options are \(known.joined(separator: ", "))"
      )
    case .wrongOption(let name, let function, let expected, let actual):
      ("wrong-type", "option '\(name)' of '\(function)' is \(actual), expected \(expected)", nil)
    case .notURL(let text):
      (
        "bad-value", "'\(Wording.short(text))' is not a URL of http or https",
        "expected one such as http://localhost:8888/hello1"
      )
    default: ("internal", "no problem of types", nil)
    }
  }

  private static func cantApply(
    _ op: BinaryOperator, _ left: ValueType, _ right: ValueType
  ) -> (code: String, message: String, remedy: String?) {
    if op == .contained { return ("wrong-type", "can't look for \(left.article) in \(right.article)", nil) }
    let verb =
      switch op {
      case .add: "add"
      case .subtract: "subtract"
      case .multiply: "multiply"
      case .divide, .remainder: "divide"
      default: "compare"
      }
    let isText = left.kinds == .string || right.kinds == .string
    return (
      "wrong-type", "can't \(verb) \(left.article) and \(right.article)",
      op == .add && isText ? "put values into a text with \"…${value}…\"" : nil
    )
  }

  private static func noMember(_ name: String, _ type: ValueType) -> (code: String, message: String, remedy: String?) {
    if type.kinds.contains(.record) {
      let keys = type.content?.fields?.map(\.key) ?? []
      return (
        "unknown-member", "the record has no '\(name)'",
        Wording.didYouMean(name, keys) ?? (keys.isEmpty ? "it is empty" : "it has \(keys.joined(separator: ", "))")
      )
    }
    return (
      "unknown-member", "\(type.article) has no '\(name)'",
      type.kinds.contains(.list)
        ? "take one element, as in list[0].\(name), or map(list, x => x.\(name))" : nil
    )
  }

  private static func partOfWord(
    _ type: ValueType, _ written: String
  ) -> (code: String, message: String, remedy: String?) {
    // `$n.name`: the name ends where the dot begins.
    let path = written.dropFirst().prefix { $0.isLetter || $0.isNumber || "_.[]".contains($0) }
    let isPath =
      written.hasPrefix("$") && path.utf8.count + 1 == written.utf8.count && path.contains { ".[".contains($0) }
    return (
      "wrong-type", "\(type.article) can't be part of a word",
      isPath ? "write ${\(path)}" : "write ${…} around the whole expression, as in ${node.name}"
    )
  }
}
