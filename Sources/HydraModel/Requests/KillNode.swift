/// Kills the container of a node, on purpose; done when the node is down.
public struct KillNode: NodeRequest {
  public typealias Answer = NodeState
  public static let name = "node.kill"
  public static let endpoint = RequestEndpoint(.post, "/nodes/{name}/kill", "kill a node's container")
  public static let news: [ClusterEvent.Kind] = [.nodeDown]

  /// Its name, or that of its container.
  public var node: String

  /// Kills `node`.
  public init(_ node: String) { self.node = node }
}
