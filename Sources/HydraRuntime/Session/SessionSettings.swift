import HydraLanguage

/// What holds for every command of a session that does not say otherwise.
public struct SessionSettings: Sendable, Equatable {
  /// The cluster of commands that name none; nil for the one in use.
  public var cluster: String?
  /// How results are shown.
  public var output: OutputOptions
  /// What random numbers follow from; nil for a choice of the session's own. Counts when the session is made.
  public var seed: UInt64?
  /// Whether a text with a warning does not run.
  public var isStrict: Bool

  /// Settings of these parts.
  public init(
    cluster: String? = nil, output: OutputOptions = OutputOptions(), seed: UInt64? = nil, isStrict: Bool = false
  ) {
    self.cluster = cluster
    self.isStrict = isStrict
    self.output = output
    self.seed = seed
  }

  func output(for call: CommandCall) -> OutputOptions {
    var options = output
    if let format = call.string(.output).flatMap(OutputFormat.init(rawValue:)) { options.format = format }
    if call.flag(.noColor) { options.color = false }
    if call.flag(.wide) { options.wide = true }
    if call.flag(.quiet) { options.quiet = true }
    return options
  }
}
