/// What checking knows of a function: what it takes and returns. One entry for each function; a new one is not complete
/// without.
struct FunctionSignature: Sendable {
  /// What each argument may be; one that is not listed may be anything.
  var takes: [ValueType] = []
  /// What it returns.
  let result: FunctionResult
  /// The fields that the record may have which is its last argument; empty for a function without options.
  let options: [ValueType.Field]

  init(
    _ takes: [ValueType] = [], _ result: FunctionResult, options: KeyValuePairs<String, ValueType> = [:]
  ) {
    self.takes = takes
    self.result = result
    self.options = options.map { ValueType.Field(key: $0.key, type: $0.value.orNull) }
  }
}

/// How the type that a function returns follows from its arguments.
enum FunctionResult: Sendable {
  /// Always this.
  case type(ValueType)
  /// An element of its first argument, or null.
  case element
  /// An element of its first argument.
  case chosen
  /// A list of some elements of its first argument.
  case elements
  /// The same as its first argument, a range as a list.
  case taken
  /// A list of what the expression of its second argument gives.
  case bodies
  /// A value of the type of its first argument.
  case argument
  /// The list of its first argument with its second as a further element.
  case pushed

  /// The type for arguments of these types; `body` is that of the expression after `=>`.
  func type(_ arguments: [ValueType], body: ValueType?) -> ValueType {
    let first = arguments.first ?? .any
    switch self {
    case .type(let type): return type
    case .element: return first.element.orNull
    case .chosen: return first.element
    case .elements: return .list(of: first.element)
    case .bodies: return .list(of: body ?? .any)
    case .argument: return first
    case .taken: return first.may(be: .range) ? .list(of: first.element) | .string : first
    case .pushed: return .list(of: first.element | (arguments.count > 1 ? arguments[1] : .any))
    }
  }
}

extension QueryID {
  /// The names of the options in its last argument.
  public var options: [String] { signature.options.map(\.key) }
  /// The methods that an HTTP request can have.
  public static let httpMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
  /// The time limits that a call of the outside can have, in nanoseconds.
  public static let timeouts = 1...86_400_000_000_000
  /// What messages call such a limit.
  public static let timeoutLabel = "a duration up to 24h, such as 30s"

  /// Whether `text` begins as a URL that `http` can request does; what follows its scheme and the beginning of its host is
  /// read by who sends the request.
  static func mayBeURL(_ text: String) -> Bool {
    let bytes = Array(text.prefix(9).lowercased().utf8)
    for scheme in ["http://", "https://"] where bytes.starts(with: scheme.utf8) {
      guard let next = text.utf8.dropFirst(scheme.utf8.count).first else { return false }
      return !"/?#:".utf8.contains(next)
    }
    return false
  }

  var signature: FunctionSignature {
    switch self {
    case .state: .init([], .type(RecordShape.state.type))
    case .nodes: .init([], .type(Self.nodeList))
    case .node: .init([], .type(RecordShape.node.type))
    case .services: .init([], .type(Self.serviceList))
    case .service: .init([], .type(RecordShape.service.type))
    case .clusters: .init([], .type(Self.clusterList))
    case .cluster: .init([], .type(RecordShape.cluster.type))
    case .http:
      .init(
        [.string, .record.orNull], .type(RecordShape.http.type),
        options: ["method": .word(Self.httpMethods), "headers": .record, "body": .any, "timeout": .duration])
    case .readFile: .init([.string], .type(.string))
    case .readStdin: .init([], .type(.string))
    case .writeFile: .init([.string, .string, .record.orNull], .type(.null), options: ["append": .bool])
    case .exec:
      .init([.list, .record.orNull], .type(RecordShape.exec.type), options: ["timeout": .duration, "input": .string])
    case .random: .init([.range], .type(.int))
    case .choose: .init([.sequence], .chosen)
    case .env: .init([.string], .type(.string.orNull))
    case .now: .init([], .type(.time))
    }
  }

  private static let nodeList = ValueType.list(of: RecordShape.node.type)
  private static let serviceList = ValueType.list(of: RecordShape.service.type)
  private static let clusterList = ValueType.list(of: RecordShape.cluster.type)
}

extension FunctionID {
  var signature: FunctionSignature {
    switch self {
    case .len: .init([.sequence | .record | .string], .type(.int))
    case .keys: .init([.record], .type(Self.texts))
    case .values: .init([.record], .type(.list))
    case .first, .last, .min, .max: .init([.sequence], .element)
    case .contains: .init([.sequence | .record | .string], .type(.bool))
    case .push: .init([.sequence], .pushed)
    case .sum: .init([.sequence], .type(.any))
    case .sort, .reverse, .unique: .init([.sequence], .elements)
    case .join: .init([.sequence, .string], .type(.string))
    case .split: .init([.string, .string], .type(Self.texts))
    case .trim, .upper, .lower: .init([.string], .type(.string))
    case .replace: .init([.string, .string, .string], .type(.string))
    case .startsWith, .endsWith: .init([.string, .string], .type(.bool))
    case .int: .init([.number | .size | .bool | .string | .duration | .time], .type(.int))
    case .float: .init([.number | .size | .string | .duration | .time], .type(.float))
    case .string, .type, .json: .init([], .type(.string))
    case .round: .init([.number | .duration, .int | .duration], .type(.number | .duration))
    case .take: .init([.sequence | .string, .int], .taken)
    case .flatten: .init([.sequence], .type(.list))
    case .zip: .init([.sequence, .sequence], .type(.list(of: .list)))
    case .lines: .init([.string], .type(Self.texts))
    case .pad: .init([.any, .int, .string], .type(.string))
    case .format: .init([.string], .type(.string))
    case .parseJSON: .init([.string], .type(.any))
    case .formatTime: .init([.time, .string], .type(.string))
    case .parseTime: .init([.string], .type(.time))
    case .abs: .init([.number | .duration | .size], .argument)
    }
  }

  private static let texts = ValueType.list(of: .string)
}

extension EachID {
  var signature: FunctionSignature {
    switch self {
    case .filter: .init([.sequence], .elements)
    case .map: .init([.sequence], .bodies)
    case .any, .all: .init([.sequence], .type(.bool))
    case .find: .init([.sequence], .element)
    case .count: .init([.sequence], .type(.int))
    case .sort: .init([.sequence], .elements)
    case .min, .max: .init([.sequence], .element)
    case .sum: .init([.sequence], .type(.any))
    case .groupBy: .init([.sequence], .type(.record))
    }
  }
}
