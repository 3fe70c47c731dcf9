/// Kills the container of a node, on purpose; done when the node is down.
public struct KillNode: ClusterRequest {
  public typealias Answer = NodeState
  public static let name = "node.kill"
  public static let endpoint = RequestEndpoint(.post, "/nodes/{name}/kill", "kill a node's container")
  public static let patience = RequestPatience.node
  public static let news: [ClusterEvent.Kind] = [.nodeDown]

  /// Its name, or that of its container.
  public var node: String

  /// Kills `node`.
  public init(_ node: String) { self.node = node }
  public init(fields: inout some RequestFields) { node = fields.parameter("name") }
  public var parameters: [String: String] { ["name": node] }
}
