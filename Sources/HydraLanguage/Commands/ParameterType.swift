/// What kind of thing a value names, for completion: the shell asks the cluster for the names that are valid here.
public enum CompletionSource: String, Sendable, CaseIterable {
  /// Nodes of the cluster, whatever their state.
  case nodes
  /// Nodes that run.
  case runningNodes
  /// Nodes that are down.
  case downNodes
  /// Nodes that run a replica of the service that the command is about.
  case nodesWithService
  /// Running nodes without a replica of it.
  case nodesWithoutService
  /// Services of the cluster.
  case services
  /// Clusters known here.
  case clusters
  /// Clusters started elsewhere and connected to.
  case connectedClusters
  /// Images of the host's engine.
  case images
  /// Files.
  case files
  /// Topics of `help`.
  case helpTopics
}

/// The type of an argument or of an option's value.
public enum ParameterType: Sendable, Equatable {
  /// Any text.
  case string
  /// A name of something; ``ParameterSpec/completion`` says of what.
  case name
  /// An integer within bounds.
  case int(ClosedRange<Int>)
  /// A number within bounds.
  case float(ClosedRange<Double>)
  /// A TCP port.
  case port(zeroAllowed: Bool)
  /// A length of time, not negative.
  case duration
  /// A number of bytes.
  case size
  /// A path of a file.
  case path
  /// A path of a URL, beginning with `/`.
  case urlPath
  /// An `http://` or `https://` URL.
  case url
  /// `key=value`; several make a record.
  case keyValue
  /// One of these words.
  case choice([String])
  /// No value: it is there or not.
  case flag
  /// An expression that is evaluated repeatedly.
  case expression
  /// Any value as it is.
  case any

  /// What messages and help call a value of this type.
  public var label: String {
    switch self {
    case .string: "text"
    case .name: "a name"
    case .int(.min ... .max): "an integer"
    case .int(let range):
      range.upperBound == .max ? "an integer from \(range.lowerBound)" : "an integer \(describe(range))"
    case .float(-.greatestFiniteMagnitude ... .greatestFiniteMagnitude): "a number"
    case .float(let range): "a number \(describe(range))"
    case .port(let zeroAllowed): "a port from \(zeroAllowed ? 0 : 1) to 65535"
    case .duration: "a duration such as 500ms, 5s or 2m"
    case .size: "a size such as 64MiB or 1GiB"
    case .path: "a path"
    case .urlPath: "a path that begins with '/'"
    case .url: "a URL such as http://host:4000"
    case .keyValue: "key=value"
    case .choice(let words): "one of " + words.joined(separator: ", ")
    case .flag: "nothing"
    case .expression: "an expression"
    case .any: "a value"
    }
  }

  private func describe<T: Comparable>(_ range: ClosedRange<T>) -> String {
    "from \(range.lowerBound) to \(range.upperBound)"
  }
}
