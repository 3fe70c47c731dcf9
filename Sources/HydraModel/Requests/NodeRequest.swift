/// A request about one node, which its path names.
public protocol NodeRequest: ClusterRequest where Answer == NodeState {
  /// Its name, or that of its container.
  var node: String { get }
  /// A request about `node`.
  init(_ node: String)
}

extension NodeRequest {
  public static var patience: RequestPatience { .node }
  public init(fields: inout some RequestFields) { self.init(fields.parameter("name")) }
  public var parameters: [String: String] { ["name": node] }
}
