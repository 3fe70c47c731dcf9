import HydraDiagnostics
import HydraLanguage
import HydraModel

// What a program asks of the outside beyond clusters: everything goes through the host's one gate, and nothing of it happens
// in a plan.

extension Runner {
  /// Longest text that comes from outside in one piece, in bytes.
  private static let longestText = Limits.text
  /// How long a program may run unless the call says otherwise.
  private static let programTimeout = Duration.seconds(60)

  /// The gate. Throws when the host has none.
  private func outside(_ id: QueryID) throws(RuntimeFailure) -> any OutsideAccess {
    guard let outside = host.outside else {
      throw RuntimeFailure(code: "forbidden", "'\(id.rawValue)' is not available here")
    }
    return outside
  }

  // MARK: HTTP

  func http(_ arguments: [Value], _ range: SourceRange?) async throws -> Value {
    var request = try HTTPProbeRequest(arguments)
    // A plan asks no service: it may be one that the program would start.
    if let plan = host.plan {
      let what = request.method == "GET" ? request.url : "\(request.method) \(request.url)"
      plan.assume("\(what) returns status 200", at: range)
      return Value(HTTPProbeAnswer(status: 200, body: "?"))
    }
    if let left = timeToWatch { request.timeout = min(request.timeout, max(left, .milliseconds(100))) }
    do {
      return Value(try await outside(.http).send(request))
    } catch let error as HydraError {
      // No response of a service is not "the engine or the API can't be reached": to an expectation it means "not yet".
      var failure = RuntimeFailure(code: error.code.rawValue, error.message, remedy: error.remedy)
      failure.nature = error.code == .invalidArgument ? .final : .absent
      throw failure
    }
  }

  // MARK: Files and standard input

  func readFile(_ arguments: [Value], _ range: SourceRange?) async throws -> Value {
    let path = try Self.path(arguments[0], .readFile)
    if let plan = host.plan {
      plan.assume("file '\(Operators.short(path))' contains \"?\"", at: range)
      return .string("?")
    }
    let bytes = try await outside(.readFile).read(path, limit: Self.longestText)
    return try Self.text(bytes, of: "'\(Operators.short(path))'")
  }

  func readInput(_ range: SourceRange?) async throws -> Value {
    if let plan = host.plan {
      plan.assume("standard input contains \"?\"", at: range)
      return .string("?")
    }
    let bytes = try await outside(.readStdin).readInput(limit: Self.longestText)
    return try Self.text(bytes, of: "standard input")
  }

  func writeFile(_ arguments: [Value], _ range: SourceRange?) async throws -> Value {
    let path = try Self.path(arguments[0], .writeFile)
    guard case .string(let text) = arguments[1] else {
      throw CallOptions.wrong(.writeFile, "a string to write", arguments[1])
    }
    let options = try CallOptions(arguments.count > 2 ? arguments[2] : nil, of: .writeFile)
    let appending = try options.bool("append")
    if let plan = host.plan {
      plan.would("write_file(\(Value.quoted(path)), …)", at: range)
      return .null
    }
    try await outside(.writeFile).write(Array(text.utf8), to: path, appending: appending)
    return .null
  }

  private static func path(_ value: Value, _ id: QueryID) throws(RuntimeFailure) -> String {
    guard case .string(let path) = value, !path.isEmpty, !path.utf8.contains(0) else {
      throw CallOptions.wrong(id, "the path of a file", value)
    }
    return path
  }

  private static func text(_ bytes: [UInt8], of source: String) throws(RuntimeFailure) -> Value {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw RuntimeFailure(code: "evaluation", "\(source) is not UTF-8 text")
    }
    return .string(text)
  }

  // MARK: Programs

  func exec(_ arguments: [Value], _ range: SourceRange?) async throws -> Value {
    let words = try Self.words(arguments[0])
    let options = try CallOptions(arguments.count > 1 ? arguments[1] : nil, of: .exec)
    let input = try options.string("input") ?? ""
    let timeout = try options.timeout(default: Self.programTimeout)
    if let plan = host.plan {
      plan.would("exec(\(Operators.short(Value.list(words.map(Value.string)).source)))", at: range)
      plan.assume("it ends with status 0 and prints nothing", at: range)
      return Value(ProgramResult(output: [], error: [], status: 0, time: .zero))
    }
    let call = ProgramCall(
      words: words, input: Array(input.utf8), environment: host.environment, timeout: timeout, limit: Self.longestText)
    return Value(try await outside(.exec).run(call))
  }

  private static func words(_ value: Value) throws(RuntimeFailure) -> [String] {
    guard case .list(let list) = value, !list.isEmpty else {
      throw CallOptions.wrong(.exec, "a list of words such as [\"ls\", \"-l\"]", value)
    }
    var words: [String] = []
    for element in list {
      switch element {
      case .null, .list, .record, .range: throw CallOptions.wrong(.exec, "words that are strings or numbers", element)
      default: break
      }
      guard !element.text.utf8.contains(0) else {
        throw RuntimeFailure(code: "evaluation", "a word of 'exec' contains a zero byte")
      }
      words.append(element.text)
    }
    guard let first = words.first, !first.isEmpty else {
      throw RuntimeFailure(code: "evaluation", "the first word of 'exec' is empty, expected the name of a program")
    }
    return words
  }

  // MARK: Chance

  func random(_ value: Value, _ range: SourceRange?) throws -> Value {
    guard case .range(let first, let last) = value, first <= last else {
      throw CallOptions.wrong(.random, "a range with at least one number, such as 1..6", value)
    }
    let distance = UInt64(bitPattern: Int64(last)) &- UInt64(bitPattern: Int64(first))
    let offset = distance == .max ? chance.next() : chance.next(below: distance + 1)
    let number = Value.int(Int(Int64(bitPattern: UInt64(bitPattern: Int64(first)) &+ offset)))
    host.plan?.assume("random(\(value.text)) is \(number.text), with --seed \(chance.seed)", at: range)
    return number
  }

  func choose(_ value: Value, _ range: SourceRange?) throws -> Value {
    if case .range = value { return try random(value, range) }
    guard case .list(let list) = value else { throw CallOptions.wrong(.choose, "a list", value) }
    guard !list.isEmpty else {
      var failure = RuntimeFailure(code: "evaluation", "'choose' can't choose from an empty list")
      failure.nature = .absent
      throw failure
    }
    let chosen = list[Int(chance.next(below: UInt64(list.count)))]
    host.plan?.assume("choose(…) is \(Operators.short(chosen.source)), with --seed \(chance.seed)", at: range)
    return chosen
  }
}

extension HTTPProbeRequest {
  /// The request that `http(url, options)` asks for.
  init(_ arguments: [Value]) throws(RuntimeFailure) {
    guard case .string(let url)? = arguments.first, !url.isEmpty else {
      throw CallOptions.wrong(.http, "a URL", arguments.first ?? .null)
    }
    self.init(url)
    let options = try CallOptions(arguments.count > 1 ? arguments[1] : nil, of: .http)
    if let method = try options.string("method") {
      guard QueryID.httpMethods.contains(method.uppercased()) else {
        throw options.wrong("method", "one of \(QueryID.httpMethods.joined(separator: ", "))", .string(method))
      }
      self.method = method.uppercased()
    }
    timeout = try options.timeout(default: timeout)
    try readHeaders(options)
    switch options["body"] {
    case nil: break
    case .string(let text)?: body = Array(text.utf8)
    case let value?:
      body = Array(value.json().utf8)
      if !headers.contains(where: { $0.name.lowercased() == "content-type" }) {
        headers.append(("Content-Type", "application/json"))
      }
    }
  }

  private mutating func readHeaders(_ options: CallOptions) throws(RuntimeFailure) {
    guard let value = options["headers"] else { return }
    guard case .record(let record) = value else { throw options.wrong("headers", "a record", value) }
    for (name, value) in zip(record.keys, record.values) {
      let text = value.text
      // RFC 9110, section 5: a name is a token, and no value has control characters but the tab.
      guard !name.isEmpty, name.utf8.allSatisfy(Self.isToken),
        text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 9 })
      else {
        throw RuntimeFailure(
          code: "evaluation",
          "header \(Operators.short(Value.quoted(name))) can't be sent: its name or value contains a character that HTTP does not allow"
        )
      }
      guard !["content-length", "transfer-encoding", "connection"].contains(name.lowercased()) else {
        throw RuntimeFailure(code: "evaluation", "header '\(name)' is set by hydra itself")
      }
      headers.append((name, text))
    }
  }

  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
