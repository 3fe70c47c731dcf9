/// Functions whose value comes from outside the program.
public enum QueryID: String, Sendable, CaseIterable {
  case state, nodes, node, services, service, clusters, cluster, http, env, now
  case readFile = "read_file", readStdin = "read_stdin", writeFile = "write_file", exec, random, choose
}

/// The functions over values.
public enum FunctionID: String, Sendable, CaseIterable {
  case len, keys, values, first, last, contains, sum, min, max, sort, reverse, unique, join, split, trim, upper, lower
  case replace, startsWith = "starts_with", endsWith = "ends_with", int, float, string, round, abs, type, json, push
  case take, flatten, zip, lines, pad, format, parseJSON = "parse_json", parseTime = "parse_time"
  case formatTime = "format_time"
}

/// Functions that evaluate an expression for each element: `filter(nodes(), n => n.state == "ready")`.
public enum EachID: String, Sendable, CaseIterable {
  case filter, map, any, all, find, count
  case sort, sum, min, max, groupBy = "group_by"
}

/// A function that an expression can call. A reference, as ``CommandSpec`` is: every call looks it up.
public final class FunctionSpec: Sendable {
  /// What a call compiles to.
  public enum Target: Sendable, Equatable {
    case query(QueryID)
    case function(FunctionID)
    case each(EachID)
  }

  /// What a call compiles to.
  public let target: Target
  /// What it takes and returns.
  let signature: FunctionSignature
  /// Its parameters, as help shows them.
  public let parameters: [String]
  /// The number of arguments it accepts.
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

  init(
    target: Target, signature: FunctionSignature, parameters: [String], arity: ClosedRange<Int>, takesWord: Bool,
    each: EachID?, completion: CompletionSource?, summary: String
  ) {
    self.target = target
    self.signature = signature
    self.parameters = parameters
    self.arity = arity
    self.takesWord = takesWord
    self.each = each
    self.completion = completion
    self.summary = summary
  }

  /// The name as typed.
  public var name: String {
    switch target {
    case .query(let id): id.rawValue
    case .function(let id): id.rawValue
    case .each(let id): id.rawValue
    }
  }

  /// `name(parameters)`, those that may be left out in brackets.
  public var usage: String {
    let required = parameters.prefix(arity.lowerBound).joined(separator: ", ")
    let optional = parameters.dropFirst(arity.lowerBound)
    guard !optional.isEmpty else { return "\(name)(\(required))" }
    return "\(name)(\(required)[\(required.isEmpty ? "" : ", ")\(optional.joined(separator: ", "))])"
  }
}

/// All functions and queries.
public enum FunctionTable {
  /// All of them, in the order that help shows them.
  public static let functions: [FunctionSpec] = queries + eachForms + library
  private static let byName = Dictionary(functions.map { ($0.name, $0) }) { first, _ in first }

  /// The one called `name`.
  public static func function(_ name: String) -> FunctionSpec? { byName[name] }

  /// Most arguments of a call that takes any number of them.
  private static let longestCall = 64

  private static let queries: [FunctionSpec] = [
    query(.state, [], "the whole cluster"),
    query(.nodes, [], "all nodes"),
    query(.node, ["name"], "one node", completion: .nodes),
    query(.services, [], "all services"),
    query(.service, ["name"], "one service", completion: .services),
    query(.clusters, [], "all known clusters"),
    query(.cluster, ["name"], "one cluster (default: the one in use)", optional: 1, completion: .clusters),
    query(
      .http, ["url", "options"],
      "response to an HTTP request: status, body, headers, time, truncated; options: method, headers, body, timeout (5s)",
      optional: 1, word: false),
    query(.env, ["name"], "an environment variable, or null if it is not set"),
    query(.now, [], "the current time", word: false),
    query(.readFile, ["path"], "the text of a file", word: false),
    query(.readStdin, [], "the text on standard input, to its end", word: false),
    query(
      .writeFile, ["path", "text", "options"], "write a file, replacing its contents; options: append", optional: 1,
      word: false),
    query(
      .exec, ["words", "options"],
      "run a program, without a shell: output, error, status, time; options: timeout (60s), input", optional: 1,
      word: false),
    query(.random, ["range"], "a random integer of a range, see --seed", word: false),
    query(.choose, ["list"], "a random element of a list", word: false),
  ]

  private static let eachForms: [FunctionSpec] = [
    each(.filter, "the elements for which the expression is true"),
    each(.map, "the value of the expression for each element"),
    each(.any, "whether the expression is true for at least one element"),
    each(.all, "whether the expression is true for every element"),
    each(.find, "the first element for which the expression is true, or null if there is none"),
    each(.count, "the number of elements for which the expression is true"),
    each(.groupBy, "a record of lists: the elements by the text of their key", "x => key"),
  ]

  private static let library: [FunctionSpec] = [
    function(.len, ["value"], "length of a list, record, range or string"),
    function(.keys, ["record"], "the names in a record"),
    function(.values, ["record"], "the values of a record"),
    function(.first, ["list"], "first element, or null if the list is empty"),
    function(.last, ["list"], "last element, or null if the list is empty"),
    function(
      .take, ["list", "count"], "the first elements of a list, or characters of a string; the last if negative"),
    function(.contains, ["value", "part"], "whether a list has an element, a record a name, or a string a part"),
    function(.push, ["list", "element"], "the list with an element added at the end"),
    function(.flatten, ["list"], "one list of the elements of the lists in a list"),
    function(.zip, ["list", "list"], "pairs of the elements at the same position, as long as both lists have one"),
    function(.sum, ["list"], "sum of numbers, durations or sizes", each: .sum),
    function(.min, ["list"], "smallest element, or null if the list is empty", each: .min),
    function(.max, ["list"], "largest element, or null if the list is empty", each: .max),
    function(.sort, ["list"], "the elements in ascending order", each: .sort),
    function(.reverse, ["list"], "the elements in reverse order"),
    function(.unique, ["list"], "the elements without duplicates, in order"),
    function(.join, ["list", "separator"], "the elements as one string (default separator: \", \")", optional: 1),
    function(.split, ["text", "separator"], "the parts of a string; its characters if the separator is empty"),
    function(.lines, ["text"], "the lines of a string, without line ends"),
    function(.trim, ["text"], "without whitespace at both ends"),
    function(.upper, ["text"], "in upper case"),
    function(.lower, ["text"], "in lower case"),
    function(.replace, ["text", "old", "new"], "the string with every `old` replaced by `new`"),
    function(.startsWith, ["text", "prefix"], "whether a string starts with another"),
    function(.endsWith, ["text", "suffix"], "whether a string ends with another"),
    function(
      .pad, ["value", "width", "fill"], "filled with blanks, or `fill`, to a width; on the left if negative",
      optional: 1),
    function(
      .format, ["template", "value…"], "a template with %s, %d, %f, %x filled in: format(\"%-8s %6.2f\", name, x)",
      variadic: true),
    function(.int, ["value"], "as an integer; a fraction is cut off"),
    function(.float, ["value"], "as a floating-point number; a duration in seconds, a time in seconds since 1970"),
    function(.string, ["value"], "as a string"),
    function(
      .round, ["number", "digits"], "to the nearest integer, to decimal digits, or a duration to a unit: round(d, 1ms)",
      optional: 1),
    function(.abs, ["number"], "without its sign"),
    function(.type, ["value"], "name of its type"),
    function(.json, ["value"], "as JSON"),
    function(.parseJSON, ["text"], "the value that JSON text stands for"),
    function(.formatTime, ["time", "format"], "a time in UTC, as %Y-%m-%d %H:%M:%S %L and such say", optional: 1),
    function(.parseTime, ["text"], "the time that a text such as 2026-01-31T09:05:00Z stands for"),
  ]

  private static func query(
    _ id: QueryID, _ parameters: [String], _ summary: String, optional: Int = 0, word: Bool = true,
    completion: CompletionSource? = nil
  ) -> FunctionSpec {
    FunctionSpec(
      target: .query(id), signature: id.signature, parameters: parameters,
      arity: (parameters.count - optional)...parameters.count, takesWord: word && !parameters.isEmpty, each: nil,
      completion: completion, summary: summary)
  }

  private static func function(
    _ id: FunctionID, _ parameters: [String], _ summary: String, optional: Int = 0, variadic: Bool = false,
    each: EachID? = nil
  ) -> FunctionSpec {
    // By key, where that is possible: `sort(list, x => key)`.
    let all = parameters + (each == nil ? [] : ["x => key"])
    let least = parameters.count - optional - (variadic ? 1 : 0)
    return FunctionSpec(
      target: .function(id), signature: id.signature, parameters: all,
      arity: least...(variadic ? longestCall : all.count), takesWord: false, each: each, completion: nil,
      summary: summary)
  }

  private static func each(
    _ id: EachID, _ summary: String, _ parameter: String = "x => expression"
  ) -> FunctionSpec {
    FunctionSpec(
      target: .each(id), signature: id.signature, parameters: ["list", parameter], arity: 2...2, takesWord: false,
      each: id, completion: nil, summary: summary)
  }
}
