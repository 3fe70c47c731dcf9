public import HydraLanguage
import HydraModel

/// Checks the values of commands by making the operations of them, which the model validates as it does for requests.
public struct ModelValidator: CommandValidator {
  /// A validator.
  public init() {}

  public func problems(of command: Program.CommandTemplate) -> [ValueProblem] {
    guard let harmless = Self.harmless[command.spec.id] else { return [] }
    // What is computed is checked when it is known; until then something harmless stands in its place.
    let computed = Set(command.arguments.lazy.filter { $0.constant == nil }.map(\.parameter.name))
    guard Self.problem(command, command.arguments, harmless.filter { computed.contains($0.key) }) != nil else {
      return []
    }
    var found: [ValueProblem] = []
    var right: [Program.CommandTemplate.Argument] = []
    for argument in command.arguments where argument.constant != nil {
      let others = harmless.filter { $0.key != argument.parameter.name }
      guard let error = Self.problem(command, [argument], others) else {
        right.append(argument)
        continue
      }
      found.append(ValueProblem(error.message, remedy: error.remedy, range: argument.range))
    }
    // Each may be right, and both together wrong: two ports that are the same.
    let given = Set(right.map(\.parameter.name))
    if let error = Self.problem(command, right, harmless.filter { !given.contains($0.key) }) {
      found.append(ValueProblem(error.message, remedy: error.remedy, range: command.head))
    }
    return found
  }

  /// Values with which the command is right, for every parameter that needs one or that others depend on. The model has
  /// no rules for the values of other commands.
  private static let harmless: [CommandID: [String: Value]] = [
    .clusterStart: ["NAME": .string("a"), "--port": .int(0), "--proxy-port": .int(0), "--stats-port": .int(0)],
    .nodeAdd: [:],
    .serviceAdd: ["ALIAS": .string("a"), "--image": .string("a"), "--node-port": .int(1), "--service-port": .int(1)],
  ]

  private static func problem(
    _ command: Program.CommandTemplate, _ arguments: [Program.CommandTemplate.Argument], _ others: [String: Value]
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
