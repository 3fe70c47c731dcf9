/// What operators, members and elements give, by the types of their operands: the rules of `Operators` in the runtime, for
/// what is known before anything runs. Nil means that it can't succeed.
enum TypeRules {
  /// What `left op right` gives.
  static func binary(_ op: BinaryOperator, _ left: ValueType, _ right: ValueType) -> ValueType? {
    let relies = left.relies | right.relies
    if op == .equal || op == .notEqual { return ValueType(.bool, relies: relies) }
    var result: ValueType.Kinds = []
    for a in left.kinds.single {
      for b in right.kinds.single { result.formUnion(kinds(op, a, b)) }
    }
    guard !result.isEmpty else { return nil }
    guard op == .add, result.contains(.list), left.kinds.contains(.list), right.kinds.contains(.list) else {
      return ValueType(result, relies: relies)
    }
    let element = (left.content?.element ?? .any) | (right.content?.element ?? .any)
    return ValueType(result, .init(element: element), relies: relies)
  }

  private static func kinds(
    _ op: BinaryOperator, _ a: ValueType.Kinds, _ b: ValueType.Kinds
  ) -> ValueType.Kinds {
    let numbers = a.isSubset(of: .number) && b.isSubset(of: .number)
    let measure = a == b && (a == .duration || a == .size)
    // A point in time is compared and moved; the difference of two is a duration.
    if a == .time || b == .time {
      switch op {
      case .add: return a == .duration || b == .duration ? .time : []
      case .subtract where a == .time: return b == .time ? .duration : b == .duration ? .time : []
      case .less, .lessOrEqual, .greater, .greaterOrEqual: return a == b ? .bool : []
      case .equal, .notEqual, .contained: break
      case .subtract, .multiply, .divide, .remainder: return []
      }
    }
    switch op {
    case .equal, .notEqual: return .bool
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      return numbers || measure || (a == .string && b == .string) ? .bool : []
    case .contained:
      switch b {
      case .list: return .bool
      case .record, .string: return a == .string ? .bool : []
      case .range: return a == .int ? .bool : []
      default: return []
      }
    case .add where a == b && (a == .string || a == .list || a == .record): return a
    case .add, .subtract, .remainder:
      if measure { return a }
    case .multiply:
      if a == .duration || a == .size, b.isSubset(of: .number) { return a }
      if b == .duration || b == .size, a.isSubset(of: .number) { return b }
    case .divide:
      if measure { return .float }
      if a == .duration || a == .size, b.isSubset(of: .number) { return a }
    }
    return numbers ? (a == .int && b == .int ? .int : .float) : []
  }

  /// Whether values of these types are sometimes equal. Numbers are compared by value, whatever their kind.
  static func mayBeEqual(_ left: ValueType, _ right: ValueType) -> Bool {
    if left.may(be: .number), right.may(be: .number) { return true }
    return !left.kinds.isDisjoint(with: right.kinds)
  }

  /// What `base.name` is.
  static func member(_ base: ValueType, _ name: String) -> ValueType? {
    guard base.kinds.contains(.record) else { return nil }
    guard let fields = base.content?.fields else { return ValueType(.all, relies: base.relies) }
    return fields.first { $0.key == name }?.type.relying(on: base.relies)
  }

  /// What `base[index]` is; `key` is the index when it is a text that is written out.
  static func element(_ base: ValueType, _ index: ValueType, key: String?) -> ValueType? {
    var result: ValueType?
    func add(_ type: ValueType) { result = result.map { $0 | type } ?? type }
    if base.kinds.contains(.list) {
      if index.kinds.contains(.int) { add(base.content?.element ?? .any) }
      if index.kinds.contains(.range), let list = base.without(ValueType.Kinds.all.subtracting(.list)) { add(list) }
    }
    if base.kinds.contains(.string), index.may(be: [.int, .range]) { add(.string) }
    if base.kinds.contains(.record), index.kinds.contains(.string) {
      if let key { if let type = member(base, key) { add(type) } } else { add(.any) }
    }
    return result?.relying(on: base.relies | index.relies)
  }

  /// What `-operand` gives.
  static func negated(_ operand: ValueType) -> ValueType? {
    operand.without(ValueType.Kinds.all.subtracting([.int, .float, .duration]))
  }

  /// What `left and right` gives.
  static func and(_ left: ValueType, _ right: ValueType) -> ValueType {
    guard let deciding = left.without(ValueType.Kinds.all.subtracting([.bool, .null])) else { return right }
    return deciding | right
  }

  /// What `left or right` gives.
  static func or(_ left: ValueType, _ right: ValueType) -> ValueType {
    guard let deciding = left.without(.null) else { return right }
    return deciding | right
  }
}

extension ValueType.Kinds {
  /// The kinds in it, one by one.
  var single: Single { Single(rest: rawValue) }

  /// One kind after another, by their bits.
  struct Single: Sequence, IteratorProtocol {
    var rest: UInt16

    mutating func next() -> ValueType.Kinds? {
      guard rest != 0 else { return nil }
      let others = rest & (rest &- 1)
      defer { rest = others }
      return ValueType.Kinds(rawValue: rest ^ others)
    }
  }

  /// What can stand as a condition.
  static let condition: ValueType.Kinds = [.bool, .null]
}

extension ParameterType {
  /// The kinds of values that can be read as this type; see ``coerce(_:)``.
  var kinds: ValueType.Kinds {
    let words: ValueType.Kinds = [.string, .int, .float, .bool, .duration, .size, .time]
    switch self {
    case .any, .flag, .expression: return .all
    case .string, .path, .name, .choice: return words
    case .int, .port: return [.int, .string]
    case .float: return [.int, .float, .string]
    case .duration: return [.duration, .string]
    case .size: return [.size, .int, .string]
    case .urlPath, .url: return .string
    case .keyValue: return [.record, .string]
    }
  }
}

extension CommandSpec {
  /// The type of its result. `isPlural` says whether more than one thing was requested: true, false, or, nil, that it is not
  /// known.
  func resultType(isPlural: Bool?) -> ValueType {
    switch result {
    case .nothing: .null
    case .names: .list(of: .string)
    case .one(let shape): shape.type
    case .list(let shape): .list(of: shape.type)
    case .oneOrMore(let shape):
      switch isPlural {
      case true?: .list(of: shape.type)
      case false?: shape.type
      case nil: shape.type | .list(of: shape.type)
      }
    }
  }
}
