/// Everything a program can reach beyond clusters: other servers, files, other programs, standard input. The one gate: a host
/// without it runs programs that can't do any of this. A plan never uses it.
///
/// Every call can be cancelled and then throws `CancellationError`. Other failures are ``HydraError``: `unreachable` and
/// `timeout` for what may work a moment later, `not_found` for a file that does not exist, `invalid_argument` for what can't
/// work at all.
public protocol OutsideAccess: Sendable {
  /// The response to an HTTP request.
  func send(_ request: HTTPProbeRequest) async throws -> HTTPProbeAnswer
  /// The bytes of the file at `path`, at most `limit`.
  func read(_ path: String, limit: Int) async throws -> [UInt8]
  /// The rest of standard input, at most `limit` bytes.
  func readInput(limit: Int) async throws -> [UInt8]
  /// Writes a file: replaces its contents, or adds to them.
  func write(_ bytes: [UInt8], to path: String, appending: Bool) async throws
  /// Runs another program to its end.
  func run(_ call: ProgramCall) async throws -> ProgramResult
}

/// Sends HTTP requests. Implemented beside the HTTP client; the runtime knows no HTTP.
public protocol HTTPProbe: Sendable {
  /// The response to `request`. Throws ``HydraError`` with `unreachable` or `timeout` when there is none, and with
  /// `invalid_argument` for a request that can't be sent.
  func send(_ request: HTTPProbeRequest) async throws -> HTTPProbeAnswer
}

/// An HTTP request of a program.
public struct HTTPProbeRequest: Sendable {
  /// The URL, not yet checked.
  public var url: String
  /// The method, in capitals.
  public var method = "GET"
  /// Headers in order.
  public var headers: [(name: String, value: String)] = []
  /// The body; nil for none.
  public var body: [UInt8]?
  /// How long the whole exchange may take, connecting included.
  public var timeout: Duration = .seconds(5)

  /// A GET of `url`.
  public init(_ url: String) { self.url = url }
}

/// The response to an HTTP request.
public struct HTTPProbeAnswer: Sendable, Equatable {
  /// The status.
  public var status: Int
  /// The body as text, ill-formed parts repaired.
  public var body: String
  /// The headers, names in lower case, in the order they came.
  public var headers: [(name: String, value: String)]
  /// How long it took, connecting included.
  public var time: Duration
  /// Whether ``body`` is only the beginning of a longer one.
  public var isTruncated: Bool

  /// A response of these parts.
  public init(
    status: Int, body: String, headers: [(name: String, value: String)] = [], time: Duration = .zero,
    isTruncated: Bool = false
  ) {
    self.status = status
    self.body = body
    self.headers = headers
    self.time = time
    self.isTruncated = isTruncated
  }

  /// Equal in every part.
  public static func == (left: HTTPProbeAnswer, right: HTTPProbeAnswer) -> Bool {
    left.status == right.status && left.body == right.body && left.time == right.time
      && left.isTruncated == right.isTruncated
      && left.headers.elementsEqual(right.headers) { $0.name == $1.name && $0.value == $1.value }
  }
}

/// A program to be run.
public struct ProgramCall: Sendable, Equatable {
  /// Its name, looked for in `PATH` unless there is a slash in it, and its arguments. Never empty; no shell reads it.
  public var words: [String]
  /// What it reads on standard input.
  public var input: [UInt8]
  /// Its environment.
  public var environment: [String: String]
  /// How long it may take. After that it is ended, and the call fails with `timeout`.
  public var timeout: Duration
  /// Most bytes it may write to standard output, and to standard error.
  public var limit: Int

  /// A call of these parts.
  public init(words: [String], input: [UInt8] = [], environment: [String: String], timeout: Duration, limit: Int) {
    self.words = words
    self.input = input
    self.environment = environment
    self.timeout = timeout
    self.limit = limit
  }
}

/// How a program ended.
public struct ProgramResult: Sendable, Equatable {
  /// What it wrote to standard output.
  public var output: [UInt8]
  /// What it wrote to standard error.
  public var error: [UInt8]
  /// Its exit status; 128 and the number of the signal that ended it.
  public var status: Int
  /// From its start to its end.
  public var time: Duration

  /// A result of these parts.
  public init(output: [UInt8], error: [UInt8], status: Int, time: Duration) {
    self.output = output
    self.error = error
    self.status = status
    self.time = time
  }
}
