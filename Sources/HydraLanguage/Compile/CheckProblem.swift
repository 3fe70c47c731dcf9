/// What can be wrong with the meaning of a text. Data only; the wording is in `CheckProblem+Wording.swift`.
enum CheckProblem {
  case unknownVariable(String, known: [String])
  case unknownFunction(String, known: [String])
  case wrongArgumentCount(name: String, usage: String, expected: ClosedRange<Int>, actual: Int)
  case eachWithoutFunction(String)
  case unexpectedEach(String)
  case duplicateVariable(String)
  case duplicateDefinition(String)
  case duplicateParameter(String)
  case duplicateKey(String)
  case definitionNameTaken(String)
  case definitionNotAtTop
  case definitionBeforeUse(String)
  case unusedDefinition(String)
  case setOfSlice
  case setInParallel(String)
  case changesInParallel(function: String, variable: String)
  case lostInParallel(String)
  case leavesParallel(String)
  case argsNotFirst
  case argumentType(String)
  case argumentDefault(String)
  case argumentForm(String)
  case surplusStatement
  case parameterOrder(String)
  case outsideLoop(String)
  case returnOutsideDefinition
  case leavesDefer(String)
  case deferAtPrompt
  case unreachable(after: String)
  case optionInCall(String)
  case uncomputed(String)
  case wordIsVariable(String)
  case literalType(expected: String, actual: Value)
  case includeNotLiteral
  case includeNotAtTop
  case includeUnavailable(String)
  case includeFailed(path: String, reason: String)
  case includeCycle(String)
  case includeTooDeep
  case constantCondition(Value)
  case shellOnly(String)
  // What can't succeed because of the types of its operands.
  case wrongType(expected: String, ValueType)
  case wrongArgument(String, expected: ValueType, ValueType)
  case wrongOperand(ParameterSpec, ValueType)
  case cantApply(BinaryOperator, ValueType, ValueType)
  case cantNegate(ValueType)
  case noMember(String, of: ValueType)
  case noElement(ValueType, of: ValueType)
  case notCondition(ValueType)
  case notSequence(ValueType)
  case partOfWord(ValueType, written: String)
  case neverEqual(BinaryOperator, ValueType, ValueType, mustHold: Bool)
  case neverIn(ValueType, ValueType, mustHold: Bool)
  case neverWord(String, [String])
  case unknownOption(String, of: String, known: [String])
  case wrongOption(String, of: String, _ expected: String, _ actual: String)
  case notURL(String)
}
