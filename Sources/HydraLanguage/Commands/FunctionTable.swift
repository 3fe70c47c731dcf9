/// The questions an expression can ask of the outside.
public enum QueryID: String, Sendable, CaseIterable {
  case state, nodes, node, services, service, clusters, cluster, http, env, now
}

/// The functions over values.
public enum FunctionID: String, Sendable, CaseIterable {
  case len, keys, values, first, last, contains, sum, min, max, sort, reverse, unique, join, split, trim, upper, lower
  case replace, startsWith = "starts_with", endsWith = "ends_with", int, float, string, round, abs, type, json, push
}

/// Forms that evaluate an expression for each element: `filter(nodes(), n => n.state == "ready")`.
public enum EachID: String, Sendable, CaseIterable {
  case filter, map, any, all, find, count
  case sort, sum, min, max, groupBy = "group_by"
}

/// What is known of a name that can be called in an expression.
public struct FunctionSpec: Sendable {
  /// What it becomes.
  public enum Target: Sendable, Equatable {
    case query(QueryID)
    case function(FunctionID)
    case each(EachID)
  }

  /// What it becomes.
  public let target: Target
  /// Its parameters, as help shows them.
  public let parameters: [String]
  /// How many arguments it takes.
  public let arity: ClosedRange<Int>
  /// Whether a bare word as its first argument is that word: `service(hello1)`.
  public let takesWord: Bool
  /// What it becomes with `x => expression` as its second argument; nil when it takes none. For ``Target/each(_:)`` that
  /// argument is required.
  public let each: EachID?
  /// What completes its first argument.
  public let completion: CompletionSource?
  /// One line of help.
  public let summary: String

  /// What is typed.
  public var name: String {
    switch target {
    case .query(let id): id.rawValue
    case .function(let id): id.rawValue
    case .each(let id): id.rawValue
    }
  }

  /// `name(parameters)`.
  public var usage: String { "\(name)(\(parameters.joined(separator: ", ")))" }
}

/// Every function and query there is.
public enum FunctionTable {
  /// All of them, in the order that help shows them.
  public static let functions: [FunctionSpec] = queries + eachForms + library
  private static let byName = Dictionary(functions.map { ($0.name, $0) }) { first, _ in first }

  /// The one called `name`.
  public static func function(_ name: String) -> FunctionSpec? { byName[name] }

  private static let queries: [FunctionSpec] = [
    query(.state, [], "the whole cluster"),
    query(.nodes, [], "all nodes"),
    query(.node, ["name"], "one node", completion: .nodes),
    query(.services, [], "all services"),
    query(.service, ["name"], "one service", completion: .services),
    query(.clusters, [], "the clusters known here"),
    query(.cluster, ["name"], "one cluster; the one in use without a name", optional: 1, completion: .clusters),
    query(.http, ["url"], "answer of a GET: status, body, headers, time", word: false),
    query(.env, ["name"], "an environment variable; null when it is not set"),
    query(.now, [], "seconds since 1970", word: false),
  ]

  private static let eachForms: [FunctionSpec] = [
    each(.filter, "the elements for which it is true"),
    each(.map, "what it gives for each element"),
    each(.any, "whether it is true for at least one"),
    each(.all, "whether it is true for every one"),
    each(.find, "the first element for which it is true; null without"),
    each(.count, "for how many it is true"),
    each(.groupBy, "a record of lists: the elements under the text of their key", "x => key"),
  ]

  private static let library: [FunctionSpec] = [
    function(.len, ["value"], "length of a list, record, range or string"),
    function(.keys, ["record"], "names in a record"),
    function(.values, ["record"], "values of a record"),
    function(.first, ["list"], "first element; null without one"),
    function(.last, ["list"], "last element; null without one"),
    function(.contains, ["value", "part"], "whether a list has an element, a record a name, a string a part"),
    function(.push, ["list", "element"], "the list with one element more"),
    function(.sum, ["list"], "sum of numbers, durations or sizes", each: .sum),
    function(.min, ["list"], "least element; null without one", each: .min),
    function(.max, ["list"], "greatest element; null without one", each: .max),
    function(.sort, ["list"], "from least to greatest", each: .sort),
    function(.reverse, ["list"], "in reverse order"),
    function(.unique, ["list"], "each element once, in order"),
    function(.join, ["list", "separator"], "the elements as one text", optional: 1),
    function(.split, ["text", "separator"], "the parts of a text"),
    function(.trim, ["text"], "without blanks at both ends"),
    function(.upper, ["text"], "in capitals"),
    function(.lower, ["text"], "in small letters"),
    function(.replace, ["text", "old", "new"], "with every `old` replaced"),
    function(.startsWith, ["text", "prefix"], "whether a text begins so"),
    function(.endsWith, ["text", "suffix"], "whether a text ends so"),
    function(.int, ["value"], "as a whole number"),
    function(.float, ["value"], "as a number with a fraction"),
    function(.string, ["value"], "as text"),
    function(.round, ["number"], "to the nearest whole number"),
    function(.abs, ["number"], "without its sign"),
    function(.type, ["value"], "name of its type"),
    function(.json, ["value"], "as JSON text"),
  ]

  private static func query(
    _ id: QueryID, _ parameters: [String], _ summary: String, optional: Int = 0, word: Bool = true,
    completion: CompletionSource? = nil
  ) -> FunctionSpec {
    FunctionSpec(
      target: .query(id), parameters: parameters, arity: (parameters.count - optional)...parameters.count,
      takesWord: word && !parameters.isEmpty, each: nil, completion: completion, summary: summary)
  }

  private static func function(
    _ id: FunctionID, _ parameters: [String], _ summary: String, optional: Int = 0, each: EachID? = nil
  ) -> FunctionSpec {
    // By key, where that is possible: `sort(list, x => key)`.
    let all = parameters + (each == nil ? [] : ["x => key"])
    return FunctionSpec(
      target: .function(id), parameters: all, arity: (parameters.count - optional)...all.count, takesWord: false,
      each: each, completion: nil, summary: summary)
  }

  private static func each(
    _ id: EachID, _ summary: String, _ parameter: String = "x => expression"
  ) -> FunctionSpec {
    FunctionSpec(
      target: .each(id), parameters: ["list", parameter], arity: 2...2, takesWord: false, each: id, completion: nil,
      summary: summary)
  }
}
