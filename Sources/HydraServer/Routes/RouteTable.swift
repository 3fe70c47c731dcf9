import Crypto
import HTTPTypes
import Hummingbird
import HydraModel
import Logging

/// The routes of the API: collected first, so that it is known which methods each path takes, then put on a router.
struct RouteTable {
  /// Answers a request that changes nothing.
  typealias Reading = @Sendable (inout RequestReader) async throws -> Answer
  /// Makes a response that is written bit by bit.
  typealias Streaming = @Sendable (Incoming, Request, APIContext) async throws -> Response
  /// Checks a request that changes something, without side effects, and returns what it is to do.
  typealias Preparation =
    @Sendable (inout RequestReader, _ key: String?) throws -> @Sendable () async throws -> Answer

  private struct Route {
    var path: String
    var method: HTTPRequest.Method
    var summary: String
    var handler: Streaming
  }

  let reader: BodyReader
  let inProgress: RequestsInProgress
  let logger: Logger
  private var routes: [Route] = []

  init(reader: BodyReader, inProgress: RequestsInProgress, logger: Logger) {
    self.reader = reader
    self.inProgress = inProgress
    self.logger = logger
  }

  /// A GET (and HEAD) route.
  mutating func get(_ path: String, _ summary: String = "", _ handler: @escaping Reading) {
    stream(path, summary) { incoming, _, _ in
      var fields = try RequestReader(incoming, hasBody: false)
      return try await handler(&fields).response
    }
  }

  /// A GET route whose response is a stream.
  mutating func stream(_ path: String, _ summary: String, _ handler: @escaping Streaming) {
    routes.append(Route(path: path, method: .get, summary: summary, handler: handler))
  }

  /// A route that changes something.
  mutating func change(_ endpoint: RequestEndpoint, _ prepare: @escaping Preparation) {
    let (inProgress, logger) = (inProgress, logger)
    let handler: Streaming = { incoming, request, _ in
      let key = try IdempotencyKey.read(request.headers)
      var fields = try RequestReader(incoming, hasBody: true)
      let work = try prepare(&fields, key)
      let what = "\(request.method) \(request.uri.path)"
      let answer = await inProgress.perform {
        await Answer.from(work) { logger.warning("\(what) failed: \(String(reflecting: $0))") }
      }
      return answer.response
    }
    let method: HTTPRequest.Method =
      switch endpoint.method {
      case .get: .get
      case .post: .post
      case .delete: .delete
      }
    routes.append(Route(path: endpoint.path, method: method, summary: endpoint.summary, handler: handler))
  }

  /// A line for each route.
  var listing: String {
    let width = routes.map(\.path.count).max() ?? 0
    return routes.map { route in
      let method = route.method.rawValue.padding(to: 8)
      return "\(method)\(route.path.padding(to: width + 2))\(route.summary)"
    }.joined(separator: "\n")
  }

  /// Which methods each path takes.
  var methods: MethodTable {
    var table = MethodTable()
    for route in routes {
      table.add(route.method, route.path)
      if route.method == .get { table.add(.head, route.path) }
    }
    return table
  }

  /// Puts the routes on `router`.
  func install(on router: Router<APIContext>) {
    let reader = reader
    for route in routes {
      let names = PathPattern(route.path).parameters
      router.on(RouterPath(route.path), method: route.method) { request, context -> Response in
        let query = try Incoming.query(of: request.uri)
        var parameters: [String: String] = [:]
        for name in names {
          guard let value = context.parameters.get(name).flatMap({ PercentEncoding.decode($0) }) else {
            throw HydraError(.invalidArgument, "the path is not valid percent-encoded UTF-8")
          }
          parameters[name] = value
        }
        let body = try await reader.read(request)
        return try await route.handler(Incoming(parameters: parameters, query: query, body: body), request, context)
      }
    }
  }
}

/// A path with parameters: `/nodes/{name}`.
struct PathPattern: Sendable, Hashable {
  private let segments: [String]

  init(_ path: String) { segments = path.split(separator: "/").map(String.init) }

  /// The names of its parameters.
  var parameters: [String] { segments.compactMap(PathPattern.parameter) }

  /// Whether `path` is one of these.
  func matches(_ path: String) -> Bool {
    let asked = path.split(separator: "/")
    return asked.count == segments.count
      && zip(segments, asked).allSatisfy { PathPattern.parameter($0) != nil || $0 == $1 }
  }

  private static func parameter(_ segment: String) -> String? {
    segment.hasPrefix("{") && segment.hasSuffix("}") ? String(segment.dropFirst().dropLast()) : nil
  }
}

/// Which methods each path takes.
struct MethodTable: Sendable {
  private var methods: [PathPattern: [String]] = [:]

  mutating func add(_ method: HTTPRequest.Method, _ path: String) {
    methods[PathPattern(path), default: []].append(method.rawValue)
  }

  /// The methods that `path` takes, sorted; empty when there is no such path.
  func methods(of path: String) -> [String] {
    methods.filter { $0.key.matches(path) }.values.flatMap { $0 }.sorted()
  }
}

extension String {
  /// With blanks behind it, `width` characters long.
  fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
