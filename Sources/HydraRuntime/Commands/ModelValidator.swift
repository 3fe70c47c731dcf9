public import HydraDiagnostics
public import HydraLanguage
import HydraModel

/// Checks the values of commands by making the operations of them, which the model validates as it does for requests.
public struct ModelValidator: CommandValidator {
  /// A validator.
  public init() {}

  public func problems(of command: Program.CommandTemplate) -> [ValueProblem] {
    var found: [ValueProblem] = []
    for argument in command.arguments {
      guard let kind = argument.parameter.completion, let problem = wrongName(argument, kind) else { continue }
      found.append(problem)
    }
    let values = Self.wrongValues(command)
    return found.isEmpty ? values : found + values
  }

  public func problem(ofName name: String, _ kind: CompletionSource, at range: SourceRange) -> ValueProblem? {
    let rule: NameRule
    switch kind {
    case .nodes, .runningNodes, .downNodes, .nodesWithService, .nodesWithoutService: rule = .node
    case .services: rule = .service
    case .clusters, .connectedClusters: rule = .cluster
    case .images, .files, .helpTopics: return nil
    }
    do throws(HydraError) {
      try rule.validate(name)
      return nil
    } catch {
      return ValueProblem(error.message, remedy: error.remedy, range: range)
    }
  }

  /// What is wrong with a name of something that exists: nothing can have got it.
  private func wrongName(
    _ argument: Program.CommandTemplate.Argument, _ kind: CompletionSource
  ) -> ValueProblem? {
    guard case .string(let name)? = argument.constant, !argument.parameter.suggestions.contains(name) else {
      return nil
    }
    return problem(ofName: name, kind, at: argument.range)
  }

  private static func wrongValues(_ command: Program.CommandTemplate) -> [ValueProblem] {
    guard let harmless = harmless(for: command.spec.id) else { return [] }
    // What is computed is checked when it is known; until then something harmless stands in its place.
    let stand =
      command.operandCount == 0
      ? []
      : harmless.filter { id, _ in command.arguments.contains { $0.constant == nil && $0.parameter.id == id } }
    guard problem(command, command.arguments, stand) != nil else { return [] }
    var found: [ValueProblem] = []
    var right: [Program.CommandTemplate.Argument] = []
    for argument in command.arguments where argument.constant != nil {
      let others = harmless.filter { id, _ in id != argument.parameter.id }
      guard let error = problem(command, [argument], others) else {
        right.append(argument)
        continue
      }
      found.append(ValueProblem(error.message, remedy: error.remedy, range: argument.range))
    }
    // Each may be right, and both together wrong: two ports that are the same.
    let others = harmless.filter { id, _ in !right.contains { $0.parameter.id == id } }
    if let error = problem(command, right, others) {
      found.append(ValueProblem(error.message, remedy: error.remedy, range: command.head))
    }
    return found
  }

  /// Values with which the command is right, for every parameter that needs one or that others depend on; nil for a command
  /// whose values the model has no rules for.
  private static func harmless(for command: CommandID) -> [(ParameterID, Value)]? {
    switch command {
    case .clusterStart: clusterStart
    case .nodeAdd: []
    case .serviceAdd: serviceAdd
    default: nil
    }
  }

  private static let clusterStart: [(ParameterID, Value)] = [
    (.name, .string("a")), (.port, .int(0)), (.proxyPort, .int(0)), (.statsPort, .int(0)),
  ]
  private static let serviceAdd: [(ParameterID, Value)] = [
    (.alias, .string("a")), (.image, .string("a")), (.nodePort, .int(1)), (.servicePort, .int(1)),
  ]

  private static func problem(
    _ command: Program.CommandTemplate, _ arguments: [Program.CommandTemplate.Argument],
    _ others: [(ParameterID, Value)]
  ) -> HydraError? {
    let call = CommandCall(command.spec, constants: arguments, others: others)
    do throws(HydraError) {
      _ = try Operation(call)
      return nil
    } catch {
      return error
    }
  }
}
