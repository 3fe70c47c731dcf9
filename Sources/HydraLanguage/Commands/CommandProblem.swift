/// What can be wrong with a command. Data only; the wording is in `CommandProblem+Wording.swift`.
enum CommandProblem {
  case unknownCommand(String, known: [String], remedy: String?)
  case commandNotLiteral
  case missingVerb(noun: String)
  case unknownVerb(String, noun: String)
  case unknownOption(String, CommandSpec)
  case shortOption(String, CommandSpec)
  case missingValue(ParameterSpec)
  case flagWithValue(ParameterSpec)
  case repeatedOption(ParameterSpec)
  case surplusArgument(String, CommandSpec)
  case surplusRest(CommandSpec)
  case missingArguments([ParameterSpec], CommandSpec)
  case badValue(ParameterSpec, CoercionProblem)
}
