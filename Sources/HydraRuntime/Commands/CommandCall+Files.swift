import HydraDiagnostics
import HydraLanguage
import HydraModel

extension CommandCall {
  /// Takes what stands in the files that options name: `--env-file` gives values of `--env`, which those on the command
  /// line override, and `--token-file` the value of `--token`.
  mutating func readFiles(
    _ template: Program.CommandTemplate, files: (any TextFiles)?, environment: [String: String]
  ) throws(RuntimeFailure) {
    var variables: [String: String] = [:]
    for path in strings(.envFile) {
      let more = try Self.reading(.envFile, path, template, files) { text throws(HydraError) in
        try EnvironmentFile.read(text, environment: environment)
      }
      variables.merge(more) { _, last in last }
    }
    let given: [String: String]
    do {
      given = try pairs(.env)
    } catch {
      throw RuntimeFailure(
        code: error.code.rawValue, error.message, remedy: error.remedy, range: Self.range(of: .env, template))
    }
    for (name, value) in variables.sorted(by: { $0.key < $1.key }) where given[name] == nil {
      setPair(.env, name, value)
    }
    guard let path = string(.tokenFile) else { return }
    guard string(.token) == nil else {
      throw RuntimeFailure(
        code: "bad_value", "--token and --token-file exclude each other", remedy: "use --token-file alone",
        range: Self.range(of: .tokenFile, template))
    }
    let token = try Self.reading(.tokenFile, path, template, files) { text throws(HydraError) in
      let token = text.split(whereSeparator: \.isWhitespace)
      guard token.count == 1 else {
        throw HydraError(.invalidArgument, token.isEmpty ? "it is empty" : "expected one token and nothing else")
      }
      return String(token[0])
    }
    self[.token] = .string(token)
  }

  private static func reading<T>(
    _ option: ParameterID, _ path: String, _ template: Program.CommandTemplate, _ files: (any TextFiles)?,
    _ body: (String) throws(HydraError) -> T
  ) throws(RuntimeFailure) -> T {
    do throws(HydraError) {
      guard let files else { throw HydraError(.invalidArgument, "files can't be read here") }
      return try body(try files.text(of: path))
    } catch {
      let name = path == "-" ? "standard input" : "'\(path)'"
      throw RuntimeFailure(
        code: "bad_value", "\(option.rawValue) \(name): \(error.message)", remedy: error.remedy,
        range: range(of: option, template))
    }
  }

  private static func range(of option: ParameterID, _ template: Program.CommandTemplate) -> SourceRange {
    template.arguments.first { $0.parameter.id == option }?.range ?? template.head
  }
}
