/// A request to a cluster, as a value: what the client sends, the server reads, a plan shows, and the control core decides on.
///
/// One file each. ``ClusterRequests/all`` is the table that the API is made from.
public protocol ClusterRequest<Answer>: Codable, Sendable, Equatable {
  /// What it is answered with.
  associatedtype Answer: Codable & Sendable

  /// What it is called where it is stored, as its command with a dot: `node.add`.
  static var name: String { get }
  /// How the API takes it.
  static var endpoint: RequestEndpoint { get }
  /// How long a client waits for its answer.
  static var patience: RequestPatience { get }

  /// The request that `fields` are; what is wrong with them is collected there.
  init(fields: inout some RequestFields)
  /// Everything that is wrong with it, without looking at a cluster.
  func problems() -> [HydraError]

  /// Values of the parameters in the endpoint's path.
  var parameters: [String: String] { get }
  /// Names and values behind the `?`.
  var query: [String: String] { get }
  /// What its body is made from, as a JSON object; nil for none.
  var body: (any Encodable)? { get }
  /// Without what must not be written down, such as values of the environment.
  var redacted: Self { get }
  /// The events that its success is told by.
  static var news: [ClusterEvent.Kind] { get }
  /// Seconds within which the cluster itself is to be done with it; nil for the cluster's own limit.
  var within: Double? { get }
}

extension ClusterRequest {
  public func problems() -> [HydraError] { [] }
  public var parameters: [String: String] { [:] }
  public var query: [String: String] { [:] }
  public var body: (any Encodable)? { nil }
  public var redacted: Self { self }
  public static var news: [ClusterEvent.Kind] { [] }
  public var within: Double? { nil }
}

/// How the API takes a request.
public struct RequestEndpoint: Sendable, Equatable {
  /// Methods of HTTP.
  public enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
    case delete = "DELETE"
  }

  /// A GET changes nothing, needs no token, and may be repeated as it is; the others are repeated under their `Idempotency-Key`.
  public var method: Method
  /// A path, with its parameters in braces: `/nodes/{name}/kill`.
  public var path: String
  /// What it does, in one line.
  public var summary: String

  /// `method` at `path`.
  public init(_ method: Method, _ path: String, _ summary: String) {
    self.method = method
    self.path = path
    self.summary = summary
  }

  /// Whether it changes something.
  public var changes: Bool { method != .get }
}

/// How long a client waits for an answer.
public enum RequestPatience: Sendable {
  /// The answer is known at once.
  case reading
  /// A node starts or ends.
  case node
  /// Replicas start, move or end, which may include pulling an image on every node.
  case deployment
}

/// The fields of a request, wherever they stand. Reading one also says that there is such a field.
///
/// A field that is missing or wrong reads as its fallback, so that the rest can still be checked and all problems come at once.
public protocol RequestFields {
  /// A parameter of the path.
  mutating func parameter(_ name: String) -> String
  /// A query parameter that is `true` or `false`, which it is when it is missing.
  mutating func flag(_ name: String) -> Bool
  /// A field of the body that may not be missing.
  mutating func string(_ name: String, fallback: String) -> String
  /// A field of the body.
  mutating func string(_ name: String) -> String?
  /// A field of the body that may not be missing.
  mutating func integer(_ name: String, fallback: Int) -> Int
  /// A field of the body.
  mutating func integer<T: FixedWidthInteger & Sendable>(_ name: String, _ type: T.Type) -> T?
  /// A field of the body.
  mutating func number(_ name: String) -> Double?
  /// One of the words of `T`.
  mutating func choice<T: RawRepresentable & CaseIterable & Sendable>(_ name: String, _ type: T.Type) -> T?
  where T.RawValue == String
  /// A field of the body: a list.
  mutating func strings(_ name: String) -> [String]?
  /// A field of the body: an object of strings.
  mutating func stringMap(_ name: String) -> [String: String]?
}

/// The requests there are.
public enum ClusterRequests {
  /// In the order in which they are listed to people.
  public static let all: [any ClusterRequest.Type] = [
    ReadState.self, AddNode.self, ReadNodes.self, ReadNode.self, RemoveNode.self, KillNode.self, StartNode.self,
    PauseNode.self, UnpauseNode.self,
    AddService.self, ReadServices.self, ReadService.self, RemoveService.self, MoveReplica.self, CancelRequest.self,
  ]
}
