import HydraDiagnostics
public import HydraModel
public import HydraRuntime

/// Everything outside that the tool uses, supplied by its composer.
public struct HydraServices: Sendable {
  /// Finds, starts and destroys clusters.
  public var directory: any ClusterDirectory
  /// Sends the requests of `http(…)`.
  public var http: (any HTTPProbe)?
  /// Time.
  public var clock: any RuntimeClock
  /// Names of the images on this machine, for completion.
  public var images: @Sendable () async throws -> [String]
  /// Signals of the process, from the moment it is called.
  public var interruptions: @Sendable () -> AsyncStream<Interruption>
  /// Closes connections. Called once, at the end.
  public var close: @Sendable () async -> Void

  /// Services of these parts.
  public init(
    directory: any ClusterDirectory, http: (any HTTPProbe)?, clock: any RuntimeClock,
    images: @escaping @Sendable () async throws -> [String] = { [] },
    interruptions: @escaping @Sendable () -> AsyncStream<Interruption> = { ProcessSignals.interruptions() },
    close: @escaping @Sendable () async -> Void = {}
  ) {
    self.directory = directory
    self.http = http
    self.clock = clock
    self.images = images
    self.interruptions = interruptions
    self.close = close
  }
}

/// Where the tool reads and writes.
public struct HydraStreams: Sendable {
  /// Descriptor of scripts and typed lines.
  public var input: Int32
  /// Results.
  public var output: OutputSink
  /// Errors and progress.
  public var error: OutputSink

  /// Streams of these parts.
  public init(input: Int32, output: OutputSink, error: OutputSink) {
    self.input = input
    self.output = output
    self.error = error
  }

  /// The process's own.
  public static var standard: HydraStreams {
    HydraStreams(input: 0, output: OutputSink(descriptor: 1), error: OutputSink(descriptor: 2, name: "standard error"))
  }
}

extension HydraStreams {
  /// Reports `diagnostics` on standard error: drawn, or one JSON object a line.
  func complain(_ diagnostics: [Diagnostic], _ sources: SourceMap = SourceMap(), json: Bool, color: Bool) {
    error.write(
      json
        ? diagnostics.map { $0.json(sources) + "\n" }.joined()
        : DiagnosticRenderer(sources, color: color && error.isTerminal).render(diagnostics))
  }
}

/// The version of the tool.
public enum HydraVersion {
  /// As printed by `hydra --version`.
  public static let current = "0.1.0"
}
