extension Expression {
  /// What is known of its value without compiling it, for completion. `variable` says what is known of a variable.
  func type(variable: (String) -> ValueType?) -> ValueType {
    switch kind {
    case .literal(let value): return ValueType(of: value)
    case .interpolated: return .string
    case .variable(let name): return variable(name) ?? .any
    case .list(let elements):
      guard let first = elements.first else { return .list }
      return .list(of: elements.dropFirst().reduce(first.type(variable: variable)) { $0 | $1.type(variable: variable) })
    case .record(let fields): return .record(fields.map { ($0.0.text, $0.1.type(variable: variable)) })
    case .computedRecord: return .record
    case .range: return .range
    case .unary(let op, let operand):
      return op == .not ? .bool : TypeRules.negated(operand.type(variable: variable)) ?? .any
    case .binary(let op, let left, let right):
      return TypeRules.binary(op, left.type(variable: variable), right.type(variable: variable)) ?? .any
    case .and(let left, let right):
      return TypeRules.and(left.type(variable: variable), right.type(variable: variable))
    case .or(let left, let right):
      return TypeRules.or(left.type(variable: variable), right.type(variable: variable))
    case .member(let base, let name): return TypeRules.member(base.type(variable: variable), name.text) ?? .any
    case .index(let base, let index):
      return TypeRules.element(base.type(variable: variable), index.type(variable: variable), key: index.text) ?? .any
    case .call(let name, let arguments):
      guard let spec = FunctionTable.function(name.text) else { return .any }
      var types: [ValueType] = []
      var body: ValueType?
      for argument in arguments {
        switch argument {
        case .value(let value): types.append(value.type(variable: variable))
        case .word: types.append(.string)
        case .each(let parameter, let expression):
          let element = types.first?.element ?? .any
          body = expression.type { $0 == parameter.text ? element : variable($0) }
        }
      }
      let signature = body == nil ? spec.signature : spec.each?.signature ?? spec.signature
      return signature.result.type(types, body: body)
    case .command(let node): return CommandBinder.spec(of: node.words)?.resultType(isPlural: nil) ?? .any
    case .invalid: return .any
    }
  }

  /// The text that it is, when it is written out.
  var text: String? { if case .literal(.string(let text)) = kind { text } else { nil } }
}
